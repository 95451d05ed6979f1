using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Sqlite.Contracts;

public sealed class SqliteBatchTests(SqliteFixture storage) : BatchContract(storage), IClassFixture<SqliteFixture>;
