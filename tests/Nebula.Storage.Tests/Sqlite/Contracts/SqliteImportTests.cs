using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Sqlite.Contracts;

public sealed class SqliteImportTests(SqliteFixture storage) : ImportContract(storage), IClassFixture<SqliteFixture>;
