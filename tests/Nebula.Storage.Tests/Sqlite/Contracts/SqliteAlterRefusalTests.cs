using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Sqlite.Contracts;

public sealed class SqliteAlterRefusalTests(SqliteFixture storage) : AlterRefusalContract(storage), IClassFixture<SqliteFixture>;
