using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Sqlite.Contracts;

public sealed class SqliteReferenceTests(SqliteFixture storage) : ReferenceContract(storage), IClassFixture<SqliteFixture>;
