using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Postgres.Contracts;

public sealed class PostgresReferenceTests(PostgresFixture storage) : ReferenceContract(storage), IClassFixture<PostgresFixture>;
