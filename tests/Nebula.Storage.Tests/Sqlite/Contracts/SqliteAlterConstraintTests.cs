using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Sqlite.Contracts;

public sealed class SqliteAlterConstraintTests(SqliteFixture storage) : AlterConstraintContract(storage), IClassFixture<SqliteFixture>;
