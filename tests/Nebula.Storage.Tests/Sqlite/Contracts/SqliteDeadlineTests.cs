using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Sqlite.Contracts;

public sealed class SqliteDeadlineTests(SqliteFixture storage) : DeadlineContract(storage), IClassFixture<SqliteFixture>;
