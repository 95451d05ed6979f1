using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Sqlite.Contracts;

public sealed class SqliteExpandTests(SqliteFixture storage) : ExpandContract(storage), IClassFixture<SqliteFixture>;
