using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Sqlite.Contracts;

public sealed class SqliteConstraintTests(SqliteFixture storage) : ConstraintContract(storage), IClassFixture<SqliteFixture>;
