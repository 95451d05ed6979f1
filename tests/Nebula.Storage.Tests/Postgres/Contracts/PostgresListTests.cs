using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Postgres.Contracts;

public sealed class PostgresListTests(PostgresFixture storage) : ListContract(storage), IClassFixture<PostgresFixture>;
