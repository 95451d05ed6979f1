using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Postgres.Contracts;

public sealed class PostgresBranchTests(PostgresFixture storage) : BranchContract(storage), IClassFixture<PostgresFixture>;
