using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Postgres.Pooler;

public sealed class PgBouncerExportTests(PgBouncerFixture storage) : ExportContract(storage), IClassFixture<PgBouncerFixture>;
