using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Postgres.Pooler;

public sealed class PgBouncerDatabaseTests(PgBouncerFixture storage) : DatabaseContract(storage), IClassFixture<PgBouncerFixture>;
