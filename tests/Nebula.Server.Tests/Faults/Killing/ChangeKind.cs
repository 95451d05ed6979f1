namespace Nebula.Server.Tests.Faults.Killing;

internal enum ChangeKind
{
    CreateDatabase,
    RenameDatabase,
    DropDatabase,
    CreateTable,
    DropTable,
    Insert,
    Update,
    Delete,
}
