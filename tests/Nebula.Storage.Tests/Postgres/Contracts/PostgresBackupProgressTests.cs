using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Postgres.Contracts;

public sealed class PostgresBackupProgressTests(PostgresFixture storage) : BackupProgressContract(storage), IClassFixture<PostgresFixture>;
