using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Postgres.Contracts;

public sealed class PostgresDeclarationTests(PostgresFixture storage) : DeclarationContract(storage), IClassFixture<PostgresFixture>;
