using Nebula.Storage.Rows;

namespace Nebula.Storage.Postgres.Values;

/// <summary>The current row of a statement. A value of it is valid until the next one is asked for.</summary>
internal readonly struct PostgresRow(RowBuffer rows) : IRow<StoredValue>
{
    public StoredValue Value(int position) => rows.Read(position);
}
