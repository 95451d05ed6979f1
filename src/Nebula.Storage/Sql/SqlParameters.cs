using System.Globalization;
using Nebula.Core.Records;

namespace Nebula.Storage.Sql;

/// <summary>The values of one statement, numbered from 1 in the order in which they were added.</summary>
internal sealed class SqlParameters
{
    private readonly List<TypedValue> _values = [];

    public IReadOnlyList<TypedValue> Values => _values;

    /// <summary>Adds a value and gives the text that stands for it.</summary>
    public string Add(TypedValue value)
    {
        _values.Add(value);
        return string.Create(CultureInfo.InvariantCulture, $"?{_values.Count}");
    }
}
