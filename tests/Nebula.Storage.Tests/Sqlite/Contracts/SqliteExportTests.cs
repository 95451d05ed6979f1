using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Sqlite.Contracts;

public sealed class SqliteExportTests(SqliteFixture storage) : ExportContract(storage), IClassFixture<SqliteFixture>;
