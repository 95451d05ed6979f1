using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Sqlite.Contracts;

public sealed class SqliteAlterTypeTests(SqliteFixture storage) : AlterTypeContract(storage), IClassFixture<SqliteFixture>;
