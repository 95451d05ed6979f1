using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Sqlite.Contracts;

public sealed class SqliteTableTests(SqliteFixture storage) : TableContract(storage), IClassFixture<SqliteFixture>;
