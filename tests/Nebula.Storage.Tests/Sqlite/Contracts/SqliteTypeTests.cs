using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Sqlite.Contracts;

public sealed class SqliteTypeTests(SqliteFixture storage) : TypeContract(storage), IClassFixture<SqliteFixture>;
