using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Postgres.Contracts;

public sealed class PostgresAlterUnderLoadTests(PostgresFixture storage) : AlterUnderLoadContract(storage), IClassFixture<PostgresFixture>;
