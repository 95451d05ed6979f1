using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Postgres.Contracts;

public sealed class PostgresIdempotencyTests(PostgresFixture storage) : IdempotencyContract(storage), IClassFixture<PostgresFixture>;
