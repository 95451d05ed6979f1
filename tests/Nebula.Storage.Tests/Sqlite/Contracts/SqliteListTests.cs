using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Sqlite.Contracts;

public sealed class SqliteListTests(SqliteFixture storage) : ListContract(storage), IClassFixture<SqliteFixture>;
