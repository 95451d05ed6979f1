using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Sqlite.Contracts;

public sealed class SqliteUniqueTests(SqliteFixture storage) : UniqueContract(storage), IClassFixture<SqliteFixture>;
