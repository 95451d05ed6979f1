using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Postgres.Contracts;

public sealed class PostgresBatchTests(PostgresFixture storage) : BatchContract(storage), IClassFixture<PostgresFixture>;
