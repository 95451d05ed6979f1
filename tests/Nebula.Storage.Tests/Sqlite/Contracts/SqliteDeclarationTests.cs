using Nebula.Storage.Tests.Contracts;

namespace Nebula.Storage.Tests.Sqlite.Contracts;

public sealed class SqliteDeclarationTests(SqliteFixture storage) : DeclarationContract(storage), IClassFixture<SqliteFixture>;
