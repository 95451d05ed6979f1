using System.Collections.Frozen;

namespace Nebula.Core.Tables;

/// <summary>
/// A table as it is at one moment of its database's schema. Immutable; a change of the schema makes new instances, so the instance itself says
/// whether it is the current one.
/// </summary>
public sealed class Table
{
    private readonly FrozenDictionary<string, Column> _byName;

    public Table(TableId id, string name, IReadOnlyList<Column> columns, DateTimeOffset createdAt, string sql, long rootPage)
    {
        (Id, Name, Columns, CreatedAt, Sql, RootPage) = (id, name, columns, createdAt, sql, rootPage);
        _byName = columns.ToFrozenDictionary(c => c.Name, StringComparer.OrdinalIgnoreCase);
        Key = columns.FirstOrDefault(c => c is { Role: ColumnRole.Id, Type: ColumnType.Integer });
        KeyColumns = Key is not null ? [Key] : [.. columns.Where(c => c.IsPrimaryKey)];
    }

    public TableId Id { get; }

    /// <summary>As written when it was made.</summary>
    public string Name { get; }

    /// <summary>In catalogue order.</summary>
    public IReadOnlyList<Column> Columns { get; }

    public DateTimeOffset CreatedAt { get; }

    /// <summary>The statement that made it, or an equivalent one.</summary>
    public string Sql { get; }

    /// <summary>The page of the file where its rows begin; 0 where there are no pages.</summary>
    public long RootPage { get; }

    /// <summary>The integer that identifies a record; null for a table with another key (<see cref="KeyColumns"/>), or with none.</summary>
    public Column? Key { get; }

    /// <summary>The columns that identify a record, in the order of the key; none for a table of another program that has no primary key.</summary>
    public IReadOnlyList<Column> KeyColumns { get; init; }

    /// <summary>
    /// What tells records apart whose key is null: an integer of each that no client sees and no change moves. Null where no key can be null, and where there is no such integer.
    /// </summary>
    public Column? HiddenKey { get; init; }

    /// <summary>Whether no two records have the same values in <see cref="KeyColumns"/> and <see cref="HiddenKey"/>.</summary>
    public bool HasTotalOrder => KeyColumns.Count > 0 && (HiddenKey is not null || !KeyColumns.Any(c => c.MayHoldNull));

    /// <summary>The table as it was declared; for one of another program what comes closest.</summary>
    public TableDefinition? Definition { get; init; }

    /// <summary>
    /// Whether Nebula made the table and knows all of it, so that it can be made anew with other columns. What another program made, or added to, may hold what no
    /// definition says.
    /// </summary>
    public bool IsOwn { get; init; }

    public IReadOnlyList<ForeignKey> ForeignKeys { get; init; } = [];

    public IReadOnlyList<TableIndex> Indexes { get; init; } = [];

    /// <summary>What <c>search</c> looks in, if the table has it.</summary>
    public FullTextIndex? FullText { get; init; }

    /// <summary>Finds a column by name, without case.</summary>
    public Column? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>Finds a column by UTF-8 name, without case, allocating nothing for names as they are written.</summary>
    public Column? Find(ReadOnlySpan<byte> utf8Name)
    {
        Span<char> name = stackalloc char[256];
        return utf8Name.Length <= name.Length && System.Text.Encoding.UTF8.TryGetChars(utf8Name, name, out var length)
            ? _byName.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name[..length], out var column) ? column : null
            : null;
    }
}
