using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Postgres.Contracts;

public sealed class PostgresUniqueTests(PostgresFixture storage) : UniqueContract(storage), IClassFixture<PostgresFixture>;
