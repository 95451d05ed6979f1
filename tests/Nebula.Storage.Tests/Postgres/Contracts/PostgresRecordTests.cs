using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Postgres.Contracts;

public sealed class PostgresRecordTests(PostgresFixture storage) : RecordContract(storage), IClassFixture<PostgresFixture>;
