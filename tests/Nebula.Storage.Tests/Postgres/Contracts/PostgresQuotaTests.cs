using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Postgres.Contracts;

public sealed class PostgresQuotaTests(PostgresFixture storage) : QuotaContract(storage), IClassFixture<PostgresFixture>;
