using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Sqlite.Contracts;

public sealed class SqliteBulkTests(SqliteFixture storage) : BulkContract(storage), IClassFixture<SqliteFixture>;
