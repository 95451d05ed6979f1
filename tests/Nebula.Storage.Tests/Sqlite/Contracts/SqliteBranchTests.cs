using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Sqlite.Contracts;

public sealed class SqliteBranchTests(SqliteFixture storage) : BranchContract(storage), IClassFixture<SqliteFixture>;
