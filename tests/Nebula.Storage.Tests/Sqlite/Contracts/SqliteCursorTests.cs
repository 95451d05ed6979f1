using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Sqlite.Contracts;

public sealed class SqliteCursorTests(SqliteFixture storage) : CursorContract(storage), IClassFixture<SqliteFixture>;
