using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Postgres.Pooler;

public sealed class PgBouncerPreconditionTests(PgBouncerFixture storage) : PreconditionContract(storage), IClassFixture<PgBouncerFixture>;
