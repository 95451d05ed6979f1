using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Postgres.Contracts;

public sealed class PostgresFullTextTests(PostgresFixture storage) : FullTextContract(storage), IClassFixture<PostgresFixture>;
