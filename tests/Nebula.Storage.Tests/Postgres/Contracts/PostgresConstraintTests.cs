using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Postgres.Contracts;

public sealed class PostgresConstraintTests(PostgresFixture storage) : ConstraintContract(storage), IClassFixture<PostgresFixture>;
