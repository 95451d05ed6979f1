using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Sqlite.Contracts;

public sealed class SqliteFilterDifferentialTests(SqliteFixture storage) : FilterDifferentialContract(storage), IClassFixture<SqliteFixture>;
