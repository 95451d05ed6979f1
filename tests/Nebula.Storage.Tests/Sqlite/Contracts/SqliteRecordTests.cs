using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Sqlite.Contracts;

public sealed class SqliteRecordTests(SqliteFixture storage) : RecordContract(storage), IClassFixture<SqliteFixture>;
