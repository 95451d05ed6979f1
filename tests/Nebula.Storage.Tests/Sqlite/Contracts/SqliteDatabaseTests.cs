using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Sqlite.Contracts;

public sealed class SqliteDatabaseTests(SqliteFixture storage) : DatabaseContract(storage), IClassFixture<SqliteFixture>;
