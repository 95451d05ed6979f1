using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Sqlite.Contracts;

public sealed class SqliteAlterTests(SqliteFixture storage) : AlterContract(storage), IClassFixture<SqliteFixture>;
