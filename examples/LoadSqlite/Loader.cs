using System.Runtime.ExceptionServices;
using System.Threading.Channels;
using LoadSqlite.Output;
using LoadSqlite.Plan;
using LoadSqlite.Server;
using LoadSqlite.Source;

namespace LoadSqlite;

/// <summary>Makes the tables, then sends the rows: one reader of the file, and as many senders as were asked for.</summary>
internal sealed class Loader(NebulaClient client, Options options)
{
    /// <summary>The refused records that are told in full.</summary>
    private const int MaxTold = 20;

    private readonly List<string> _refused = [];
    private long _refusals;
    private Exception? _failure;

    /// <summary>The first of the records that Nebula refused, with the reasons.</summary>
    public IReadOnlyList<string> Refused => _refused;

    /// <summary>How many it refused.</summary>
    public long Refusals => _refusals;

    public async Task CreateTablesAsync(IReadOnlyList<TablePlan> tables, CancellationToken ct)
    {
        foreach (var table in tables)
            await client.CreateTableAsync(options.Database, table, ct);
    }

    /// <summary>Stops at the first refused record, unless told to keep going.</summary>
    public async Task LoadAsync(SourceFile source, IReadOnlyList<TablePlan> tables, ProgressBar progress, CancellationToken ct)
    {
        // Bounded, so that the file is read no faster than Nebula takes its rows, whatever its size.
        var rows = Channel.CreateBounded<PendingRow>(new BoundedChannelOptions(options.Parallel * 4) { SingleWriter = true });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var reader = Task.Run(() => ReadAsync(source, tables, rows.Writer, stop.Token), CancellationToken.None);
        var senders = Enumerable.Range(0, options.Parallel).Select(_ => SendAsync(rows.Reader, progress, stop)).ToList();
        try
        {
            await Task.WhenAll([reader, .. senders]);
        }
        catch when (_failure is not null)
        {
            ExceptionDispatchInfo.Throw(_failure); // The others only stopped because of it.
        }
    }

    private static async Task ReadAsync(SourceFile source, IReadOnlyList<TablePlan> tables, ChannelWriter<PendingRow> rows, CancellationToken ct)
    {
        try
        {
            foreach (var table in tables)
            {
                long number = 0;
                foreach (var row in table.ReadRows(source))
                    await rows.WriteAsync(new PendingRow(table, ++number, RowJson.Write(table.Columns, row)), ct);
            }
        }
        finally
        {
            rows.Complete();
        }
    }

    private async Task SendAsync(ChannelReader<PendingRow> rows, ProgressBar progress, CancellationTokenSource stop)
    {
        await foreach (var row in rows.ReadAllAsync(stop.Token))
        {
            try
            {
                await client.InsertAsync(options.Database, row.Table.Name, row.Json, stop.Token);
            }
            catch (NebulaException refusal) when (options.KeepGoing && refusal.Status is not null)
            {
                Note($"{row.Place}: {refusal.Message}");
            }
            catch (Exception fault)
            {
                var failure = fault is NebulaException refusal
                    ? new NebulaException(refusal.Status, refusal.Code, $"{row.Place}: {refusal.Message}")
                    : fault;
                Interlocked.CompareExchange(ref _failure, failure, null);
                await stop.CancelAsync();
                throw;
            }

            progress.Advance(1);
        }
    }

    private void Note(string refusal)
    {
        lock (_refused)
        {
            _refusals++;
            if (_refused.Count < MaxTold)
                _refused.Add(refusal);
        }
    }

    private readonly record struct PendingRow(TablePlan Table, long Number, ReadOnlyMemory<byte> Json)
    {
        public string Place => $"{Table.SourceName}, row {Number}";
    }
}
