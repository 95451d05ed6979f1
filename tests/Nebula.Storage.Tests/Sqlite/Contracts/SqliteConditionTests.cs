using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Sqlite.Contracts;

public sealed class SqliteConditionTests(SqliteFixture storage) : ConditionContract(storage), IClassFixture<SqliteFixture>;
