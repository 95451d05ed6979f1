using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Postgres.Contracts;

public sealed class PostgresAuditTests(PostgresFixture storage) : AuditContract(storage), IClassFixture<PostgresFixture>;
