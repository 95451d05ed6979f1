namespace Nebula.Storage.Sqlite.Native;

/// <summary>The storage classes of SQLite. Source: https://sqlite.org/c3ref/c_blob.html.</summary>
internal static class ColumnTypeCodes
{
    public const int Integer = 1;
    public const int Real = 2;
    public const int Text = 3;
    public const int Blob = 4;
    public const int Null = 5;
}
