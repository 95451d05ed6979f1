using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Sqlite.Contracts;

public sealed class SqliteIdempotencyTests(SqliteFixture storage) : IdempotencyContract(storage), IClassFixture<SqliteFixture>;
