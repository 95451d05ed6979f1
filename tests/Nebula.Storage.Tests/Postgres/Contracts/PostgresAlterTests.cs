using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Postgres.Contracts;

public sealed class PostgresAlterTests(PostgresFixture storage) : AlterContract(storage), IClassFixture<PostgresFixture>;
