using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Sqlite.Contracts;

public sealed class SqliteListDifferentialTests(SqliteFixture storage) : ListDifferentialContract(storage), IClassFixture<SqliteFixture>;
