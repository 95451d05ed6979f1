using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Postgres.Pooler;

public sealed class PgBouncerDatabaseFileTests(PgBouncerFixture storage) : DatabaseFileContract(storage), IClassFixture<PgBouncerFixture>;
