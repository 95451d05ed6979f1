using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Postgres.Pooler;

public sealed class PgBouncerAlterUnderLoadTests(PgBouncerFixture storage) : AlterUnderLoadContract(storage), IClassFixture<PgBouncerFixture>;
