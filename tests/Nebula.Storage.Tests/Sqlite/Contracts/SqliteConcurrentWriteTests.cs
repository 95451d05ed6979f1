using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Sqlite.Contracts;

public sealed class SqliteConcurrentWriteTests(SqliteFixture storage) : ConcurrentWriteContract(storage), IClassFixture<SqliteFixture>;
