using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Postgres.Contracts;

public sealed class PostgresApiKeyTests(PostgresFixture storage) : ApiKeyContract(storage), IClassFixture<PostgresFixture>;
