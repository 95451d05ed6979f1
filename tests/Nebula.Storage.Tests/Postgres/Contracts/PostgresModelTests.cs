using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Postgres.Contracts;

public sealed class PostgresModelTests(PostgresFixture storage) : ModelContract(storage), IClassFixture<PostgresFixture>;
