using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Postgres.Pooler;

public sealed class PgBouncerListTests(PgBouncerFixture storage) : ListContract(storage), IClassFixture<PgBouncerFixture>;
