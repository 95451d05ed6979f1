using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Postgres.Contracts;

public sealed class PostgresAggregateTests(PostgresFixture storage) : AggregateContract(storage), IClassFixture<PostgresFixture>;
