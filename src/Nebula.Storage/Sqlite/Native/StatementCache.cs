namespace Nebula.Storage.Sqlite.Native;

/// <summary>Keeps the statements of one connection by their text. Bounded: the one that was not used for longest goes.</summary>
internal sealed class StatementCache(Connection connection)
{
    private const int Capacity = 64;

    private readonly Dictionary<string, Statement> _statements = new(StringComparer.Ordinal);
    private long _uses;

    /// <summary>What is kept; for tests.</summary>
    public IEnumerable<string> Texts => _statements.Keys;

    public Statement Get(string sql)
    {
        if (!_statements.TryGetValue(sql, out var statement))
        {
            statement = connection.PrepareNew(sql);
            if (_statements.Count >= Capacity)
                DropOldest();
            _statements.Add(sql, statement);
        }

        statement.LastUse = ++_uses;
        return statement;
    }

    public void Clear()
    {
        foreach (var statement in _statements.Values)
            statement.Finish();
        _statements.Clear();
    }

    private void DropOldest()
    {
        var (sql, oldest) = _statements.MinBy(s => s.Value.LastUse);
        _statements.Remove(sql);
        oldest.Finish();
    }
}
