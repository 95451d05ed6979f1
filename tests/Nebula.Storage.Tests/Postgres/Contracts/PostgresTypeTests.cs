using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Postgres.Contracts;

public sealed class PostgresTypeTests(PostgresFixture storage) : TypeContract(storage), IClassFixture<PostgresFixture>;
