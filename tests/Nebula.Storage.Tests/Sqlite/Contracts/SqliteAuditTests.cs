using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Sqlite.Contracts;

public sealed class SqliteAuditTests(SqliteFixture storage) : AuditContract(storage), IClassFixture<SqliteFixture>;
