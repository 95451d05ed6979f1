using System.Globalization;
using Nebula.Core.Records;

namespace Nebula.Storage.Sql;

/// <summary>The values of one statement, numbered from 1 in the order in which they were added.</summary>
/// <param name="asLiterals">Whether values are written into the text instead: for definitions, which take no parameters.</param>
internal sealed class SqlParameters(bool asLiterals = false)
{
    private readonly List<TypedValue> _values = [];

    public IReadOnlyList<TypedValue> Values => _values;

    /// <summary>Adds a value and gives the text that stands for it.</summary>
    public string Add(TypedValue value)
    {
        if (asLiterals)
            return SqlLiteral.Of(value);
        _values.Add(value);
        return string.Create(CultureInfo.InvariantCulture, $"?{_values.Count}");
    }
}
