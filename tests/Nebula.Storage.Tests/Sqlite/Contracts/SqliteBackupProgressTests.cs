using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Sqlite.Contracts;

public sealed class SqliteBackupProgressTests(SqliteFixture storage) : BackupProgressContract(storage), IClassFixture<SqliteFixture>;
