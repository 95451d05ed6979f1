using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Postgres.Contracts;

public sealed class PostgresDatabaseTests(PostgresFixture storage) : DatabaseContract(storage), IClassFixture<PostgresFixture>;
