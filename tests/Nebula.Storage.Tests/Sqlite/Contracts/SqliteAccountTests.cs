using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Sqlite.Contracts;

public sealed class SqliteAccountTests(SqliteFixture storage) : AccountContract(storage), IClassFixture<SqliteFixture>;
