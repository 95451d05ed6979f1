using Nebula.Core.Tables;

namespace Nebula.Storage.Sql;

/// <summary>
/// What a value of a statement is: of a parameter, so that an engine with types of its own can bind the stored form of a value to them; of a column of the answer, so that it can be brought into
/// the stored form again.
/// </summary>
/// <param name="Scale">Of a <see cref="ColumnType.Decimal"/>: the power of ten that its stored integer is scaled by.</param>
internal readonly record struct SqlType(ColumnType Type, int Scale = 0)
{
    public static SqlType Integer => new(ColumnType.Integer);

    public static SqlType Text => new(ColumnType.Text);

    public static SqlType Of(Column column) => new(column.Type, column.Scale);
}
