using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Postgres.Contracts;

public sealed class PostgresDeadlineTests(PostgresFixture storage) : DeadlineContract(storage), IClassFixture<PostgresFixture>;
