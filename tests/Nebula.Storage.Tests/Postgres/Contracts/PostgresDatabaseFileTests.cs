using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Postgres.Contracts;

public sealed class PostgresDatabaseFileTests(PostgresFixture storage) : DatabaseFileContract(storage), IClassFixture<PostgresFixture>;
