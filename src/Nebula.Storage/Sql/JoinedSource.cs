using System.Globalization;
using System.Text;
using Nebula.Core.Tables;

namespace Nebula.Storage.Sql;

/// <summary>
/// The FROM of one SELECT: a table, and what its columns' to-one paths join to it as they are asked for. Left joins to unique columns, so that no path ever
/// duplicates or drops a row.
/// </summary>
internal sealed class JoinedSource
{
    private readonly AliasSequence _aliases;
    private readonly StringBuilder _from = new();
    private readonly Dictionary<string, string> _joined = new(StringComparer.Ordinal);

    /// <param name="alias">What columns of the table are named with, as SQL; null for a name of the sequence.</param>
    public JoinedSource(SqlDialect dialect, Table root, AliasSequence aliases, string? alias = null)
    {
        (Dialect, _aliases) = (dialect, aliases);
        Root = root;
        RootAlias = alias ?? aliases.Next();
        _from.Append(CultureInfo.InvariantCulture, $"{dialect.Table(root.Name)} AS {RootAlias}");
    }

    public SqlDialect Dialect { get; }

    public Table Root { get; }

    public string RootAlias { get; }

    /// <summary>The tables and joins so far: read last, when everything that the statement needs was asked for.</summary>
    public string From => _from.ToString();

    /// <summary>A column at the end of a path of to-one relations.</summary>
    public string Column(IReadOnlyList<Relation> path, Column column) => $"{AliasOf(path)}.{Identifier.Quote(column.Name)}";

    /// <summary>A column of the table itself.</summary>
    public string Column(Column column) => $"{RootAlias}.{Identifier.Quote(column.Name)}";

    /// <summary>Joins something of the engine's own.</summary>
    public void Join(string join) => _from.Append(' ').Append(join);

    private string AliasOf(IReadOnlyList<Relation> path)
    {
        var alias = RootAlias;
        var key = "";
        foreach (var step in path)
        {
            key += $"/{step.Source.Id.Value}.{step.SourceColumn.Ordinal}>{step.Target.Id.Value}.{step.TargetColumn.Ordinal}";
            if (!_joined.TryGetValue(key, out var next))
            {
                next = _aliases.Next();
                _joined.Add(key, next);
                _from.Append(
                    CultureInfo.InvariantCulture,
                    $" LEFT JOIN {Dialect.Table(step.Target.Name)} AS {next} ON {next}.{Identifier.Quote(step.TargetColumn.Name)} = {alias}.{Identifier.Quote(step.SourceColumn.Name)}");
            }

            alias = next;
        }

        return alias;
    }
}
