using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Postgres.Contracts;

public sealed class PostgresImportTests(PostgresFixture storage) : ImportContract(storage), IClassFixture<PostgresFixture>;
