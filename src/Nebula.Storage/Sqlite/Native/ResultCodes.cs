namespace Nebula.Storage.Sqlite.Native;

/// <summary>SQLite's result codes, the extended ones included. Source: https://sqlite.org/rescode.html.</summary>
internal static class ResultCodes
{
    public const int Ok = 0;
    public const int Error = 1;
    public const int Busy = 5;
    public const int Locked = 6;
    public const int NoMemory = 7;
    public const int ReadOnly = 8;
    public const int Interrupt = 9;
    public const int IoError = 10;
    public const int Corrupt = 11;
    public const int Full = 13;
    public const int CannotOpen = 14;
    public const int Schema = 17;
    public const int TooBig = 18;
    public const int Constraint = 19;
    public const int NotADatabase = 26;
    public const int Row = 100;
    public const int Done = 101;

    public const int ShortRead = IoError | (2 << 8);

    public const int ConstraintCheck = Constraint | (1 << 8);
    public const int ConstraintForeignKey = Constraint | (3 << 8);
    public const int ConstraintNotNull = Constraint | (5 << 8);
    public const int ConstraintPrimaryKey = Constraint | (6 << 8);
    public const int ConstraintUnique = Constraint | (8 << 8);
    public const int ConstraintRowId = Constraint | (10 << 8);
    public const int ConstraintDataType = Constraint | (12 << 8);

    /// <summary>The code without what extends it.</summary>
    public static int Primary(int code) => code & 0xFF;
}
