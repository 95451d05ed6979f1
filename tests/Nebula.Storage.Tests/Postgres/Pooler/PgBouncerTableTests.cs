using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Postgres.Pooler;

public sealed class PgBouncerTableTests(PgBouncerFixture storage) : TableContract(storage), IClassFixture<PgBouncerFixture>;
