using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Postgres.Contracts;

public sealed class PostgresListDifferentialTests(PostgresFixture storage) : ListDifferentialContract(storage), IClassFixture<PostgresFixture>;
