using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Postgres.Contracts;

public sealed class PostgresConcurrentWriteTests(PostgresFixture storage) : ConcurrentWriteContract(storage), IClassFixture<PostgresFixture>;
