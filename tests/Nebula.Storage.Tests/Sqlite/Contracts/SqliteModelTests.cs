using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Sqlite.Contracts;

public sealed class SqliteModelTests(SqliteFixture storage) : ModelContract(storage), IClassFixture<SqliteFixture>;
