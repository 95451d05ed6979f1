using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Sqlite.Contracts;

public sealed class SqliteAggregateTests(SqliteFixture storage) : AggregateContract(storage), IClassFixture<SqliteFixture>;
