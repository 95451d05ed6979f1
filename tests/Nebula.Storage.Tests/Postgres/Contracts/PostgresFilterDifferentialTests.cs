using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Postgres.Contracts;

public sealed class PostgresFilterDifferentialTests(PostgresFixture storage) : FilterDifferentialContract(storage), IClassFixture<PostgresFixture>;
