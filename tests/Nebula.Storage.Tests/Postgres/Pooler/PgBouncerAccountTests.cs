using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Postgres.Pooler;

public sealed class PgBouncerAccountTests(PgBouncerFixture storage) : AccountContract(storage), IClassFixture<PgBouncerFixture>;
