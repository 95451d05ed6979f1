using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Postgres.Pooler;

public sealed class PgBouncerBulkTests(PgBouncerFixture storage) : BulkContract(storage), IClassFixture<PgBouncerFixture>;
