using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Postgres.Contracts;

public sealed class PostgresExpandTests(PostgresFixture storage) : ExpandContract(storage), IClassFixture<PostgresFixture>;
