using Nebula.Core.Records;
using Nebula.Core.Tables;

namespace Nebula.Storage.Sql;

/// <summary>The values of one statement, numbered from 1 in the order in which they were added.</summary>
/// <param name="asLiterals">Whether values are written into the text instead: for definitions, which take no parameters.</param>
internal sealed class SqlParameters(SqlDialect dialect, bool asLiterals = false)
{
    private readonly List<SqlParameter> _values = [];

    public IReadOnlyList<SqlParameter> Values => _values;

    /// <summary>Adds a value and gives the text that stands for it.</summary>
    public string Add(TypedValue value, SqlType type)
    {
        if (asLiterals)
            return dialect.Literal(value, type);
        _values.Add(new(value, type));
        return dialect.Parameter(_values.Count);
    }

    /// <summary>Adds a value of a column.</summary>
    public string Add(TypedValue value, Column column) => Add(value, SqlType.Of(column));

    public string Add(long value) => Add(TypedValue.Of(value), SqlType.Integer);

    public string Add(string text) => Add(TypedValue.Text(text), SqlType.Text);
}
