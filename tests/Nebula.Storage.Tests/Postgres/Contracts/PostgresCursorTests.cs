using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Postgres.Contracts;

public sealed class PostgresCursorTests(PostgresFixture storage) : CursorContract(storage), IClassFixture<PostgresFixture>;
