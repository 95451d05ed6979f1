using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Postgres.Contracts;

public sealed class PostgresTableTests(PostgresFixture storage) : TableContract(storage), IClassFixture<PostgresFixture>;
