using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Postgres.Pooler;

public sealed class PgBouncerTypeTests(PgBouncerFixture storage) : TypeContract(storage), IClassFixture<PgBouncerFixture>;
