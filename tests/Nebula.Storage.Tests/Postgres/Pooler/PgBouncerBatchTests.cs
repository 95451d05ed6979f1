using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Postgres.Pooler;

public sealed class PgBouncerBatchTests(PgBouncerFixture storage) : BatchContract(storage), IClassFixture<PgBouncerFixture>;
