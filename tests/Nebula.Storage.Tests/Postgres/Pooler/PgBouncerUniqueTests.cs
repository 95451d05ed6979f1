using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Postgres.Pooler;

public sealed class PgBouncerUniqueTests(PgBouncerFixture storage) : UniqueContract(storage), IClassFixture<PgBouncerFixture>;
