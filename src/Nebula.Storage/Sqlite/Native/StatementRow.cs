using Nebula.Storage.Rows;

namespace Nebula.Storage.Sqlite.Native;

/// <summary>The current row of a statement.</summary>
internal readonly struct StatementRow(Statement statement) : IRow<ColumnValue>
{
    public ColumnValue Value(int position) => statement.Value(position);
}
