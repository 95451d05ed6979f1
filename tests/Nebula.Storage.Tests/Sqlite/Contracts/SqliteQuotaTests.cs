using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Sqlite.Contracts;

public sealed class SqliteQuotaTests(SqliteFixture storage) : QuotaContract(storage), IClassFixture<SqliteFixture>;
