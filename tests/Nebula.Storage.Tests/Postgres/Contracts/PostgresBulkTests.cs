using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Postgres.Contracts;

public sealed class PostgresBulkTests(PostgresFixture storage) : BulkContract(storage), IClassFixture<PostgresFixture>;
