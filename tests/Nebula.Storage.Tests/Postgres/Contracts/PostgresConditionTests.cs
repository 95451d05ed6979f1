using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Postgres.Contracts;

public sealed class PostgresConditionTests(PostgresFixture storage) : ConditionContract(storage), IClassFixture<PostgresFixture>;
