using System.Collections.Concurrent;
using Nebula.Baseline.Sqlite;

namespace Nebula.Baseline.Items;

/// <summary>Reads inline on the thread that asks. There are as many connections as threads that ever read at once: about the number of cores.</summary>
internal sealed class ItemReader(ItemsFile file) : IDisposable
{
    // An expression, because SQLite plans by a bare parameter's value and so compiles the statement anew at each binding.
    private const string Limit = "LIMIT ?1 + 0";

    private readonly ConcurrentBag<Reader> _idle = [];

    /// <summary>False when there is no such row.</summary>
    public bool TryGet(long id, ItemBuffer json)
    {
        var reader = Rent();
        var get = reader.Get;
        get.Bind(1, id);
        var isFound = get.Step();
        if (isFound)
            ItemJson.Write(json, get);
        get.Reset();
        _idle.Add(reader);
        return isFound;
    }

    /// <param name="isWhole">False leaves <c>updated_at</c> out.</param>
    public void List(long limit, bool isWhole, ItemBuffer json)
    {
        var reader = Rent();
        var list = isWhole ? reader.List : reader.ListSome;
        list.Bind(1, limit);
        json.Write("{\"records\":["u8);
        var isFirst = true;
        while (list.Step())
        {
            if (!isFirst)
                json.Write(","u8);
            isFirst = false;
            ItemJson.Write(json, list, isWhole);
        }

        list.Reset();
        _idle.Add(reader);
        json.Write("],\"pagination\":{\"limit\":"u8);
        json.Write(limit);
        json.Write(",\"offset\":0}}"u8);
    }

    public void Dispose()
    {
        while (_idle.TryTake(out var reader))
            reader.Connection.Dispose();
    }

    private Reader Rent() => _idle.TryTake(out var reader) ? reader : new Reader(file.Open());

    private sealed class Reader(Connection connection)
    {
        public Connection Connection { get; } = connection;

        public Statement Get { get; } = connection.Prepare($"SELECT {ItemsFile.Columns} FROM items WHERE id=?1");

        public Statement List { get; } = connection.Prepare($"SELECT {ItemsFile.Columns} FROM items ORDER BY id {Limit}");

        public Statement ListSome { get; } = connection.Prepare($"SELECT {ItemsFile.ColumnsOfElevenKilobytes} FROM items ORDER BY id {Limit}");
    }
}
