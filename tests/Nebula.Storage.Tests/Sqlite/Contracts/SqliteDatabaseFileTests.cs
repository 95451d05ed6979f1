using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Sqlite.Contracts;

public sealed class SqliteDatabaseFileTests(SqliteFixture storage) : DatabaseFileContract(storage), IClassFixture<SqliteFixture>;
