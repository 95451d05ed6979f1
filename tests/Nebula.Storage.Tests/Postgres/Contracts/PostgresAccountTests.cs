using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Postgres.Contracts;

public sealed class PostgresAccountTests(PostgresFixture storage) : AccountContract(storage), IClassFixture<PostgresFixture>;
