using System.Globalization;

namespace Nebula.Storage.Sql;

/// <summary>Names for the tables of one statement, so that one table can stand in it several times.</summary>
internal sealed class AliasSequence
{
    private int _count;

    public string Next() => string.Create(CultureInfo.InvariantCulture, $"t{_count++}");
}
