using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Postgres.Pooler;

public sealed class PgBouncerApiKeyTests(PgBouncerFixture storage) : ApiKeyContract(storage), IClassFixture<PgBouncerFixture>;
