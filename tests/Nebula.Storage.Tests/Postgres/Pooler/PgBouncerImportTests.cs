using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Postgres.Pooler;

public sealed class PgBouncerImportTests(PgBouncerFixture storage) : ImportContract(storage), IClassFixture<PgBouncerFixture>;
