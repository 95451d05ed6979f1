namespace LoadSqlite.Plan;

/// <summary>The column types of Nebula v0.2.</summary>
internal enum ColumnType
{
    Text,
    Integer,
    Real,
    Blob,
    Boolean,
}
