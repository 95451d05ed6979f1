using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Postgres.Pooler;

public sealed class PgBouncerIdempotencyTests(PgBouncerFixture storage) : IdempotencyContract(storage), IClassFixture<PgBouncerFixture>;
