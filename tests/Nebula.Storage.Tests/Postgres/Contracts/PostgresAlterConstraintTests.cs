using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Postgres.Contracts;

public sealed class PostgresAlterConstraintTests(PostgresFixture storage) : AlterConstraintContract(storage), IClassFixture<PostgresFixture>;
