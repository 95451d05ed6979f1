using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Sqlite.Contracts;

public sealed class SqlitePreconditionTests(SqliteFixture storage) : PreconditionContract(storage), IClassFixture<SqliteFixture>;
