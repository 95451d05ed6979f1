using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Postgres.Contracts;

public sealed class PostgresAlterTypeTests(PostgresFixture storage) : AlterTypeContract(storage), IClassFixture<PostgresFixture>;
