using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Postgres.Contracts;

public sealed class PostgresPreconditionTests(PostgresFixture storage) : PreconditionContract(storage), IClassFixture<PostgresFixture>;
