using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Sqlite.Contracts;

public sealed class SqliteApiKeyTests(SqliteFixture storage) : ApiKeyContract(storage), IClassFixture<SqliteFixture>;
