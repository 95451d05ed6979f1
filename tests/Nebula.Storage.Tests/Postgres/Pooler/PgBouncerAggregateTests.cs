using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Postgres.Pooler;

public sealed class PgBouncerAggregateTests(PgBouncerFixture storage) : AggregateContract(storage), IClassFixture<PgBouncerFixture>;
