using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Postgres.Contracts;

public sealed class PostgresExportTests(PostgresFixture storage) : ExportContract(storage), IClassFixture<PostgresFixture>;
