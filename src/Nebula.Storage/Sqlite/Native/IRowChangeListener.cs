namespace Nebula.Storage.Sqlite.Native;

/// <summary>Hears of each row that a connection changes, while the statement runs. Must neither throw nor use the connection.</summary>
internal interface IRowChangeListener
{
    /// <param name="operation">9 for a delete, 18 for an insert, 23 for an update.</param>
    void OnRowChange(int operation, ReadOnlySpan<byte> utf8Table, long rowId);
}
