using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Sqlite.Contracts;

public sealed class SqliteFullTextTests(SqliteFixture storage) : FullTextContract(storage), IClassFixture<SqliteFixture>;
