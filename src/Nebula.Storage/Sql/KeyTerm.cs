using Nebula.Core.Tables;

namespace Nebula.Storage.Sql;

/// <summary>A part of what tells the rows of a table apart and what they are read in the order of.</summary>
/// <param name="Sql">A column, or the engine's own number of a row, without a table.</param>
internal readonly record struct KeyTerm(string Sql, SqlType Type)
{
    public static KeyTerm Of(Column column) => new(Identifier.Quote(column.Name), SqlType.Of(column));
}
