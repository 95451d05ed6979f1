using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Postgres.Contracts;

public sealed class PostgresAlterRefusalTests(PostgresFixture storage) : AlterRefusalContract(storage), IClassFixture<PostgresFixture>;
