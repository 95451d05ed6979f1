namespace Nebula.Storage.Rows;

/// <summary>The current row of a statement; a struct, as its values are.</summary>
internal interface IRow<TValue>
    where TValue : struct, IRowValue, allows ref struct
{
    /// <summary>The value of a column of the statement, from 0; valid until the statement goes on.</summary>
    TValue Value(int position);
}
