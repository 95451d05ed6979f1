using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Sqlite.Contracts;

public sealed class SqliteAlterUnderLoadTests(SqliteFixture storage) : AlterUnderLoadContract(storage), IClassFixture<SqliteFixture>;
