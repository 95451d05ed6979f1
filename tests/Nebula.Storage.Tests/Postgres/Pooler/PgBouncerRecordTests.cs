using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Postgres.Pooler;

public sealed class PgBouncerRecordTests(PgBouncerFixture storage) : RecordContract(storage), IClassFixture<PgBouncerFixture>;
