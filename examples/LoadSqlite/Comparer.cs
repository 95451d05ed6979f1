using System.Text;
using LoadSqlite.Output;
using LoadSqlite.Plan;
using LoadSqlite.Server;
using LoadSqlite.Source;

namespace LoadSqlite;

/// <summary>
/// Reads a table back and compares it with the file's, as multisets of rows: Nebula gives its own ids in whatever order the rows arrived,
/// and a row that arrived twice must show.
/// </summary>
internal sealed class Comparer(NebulaClient client, Options options)
{
    private const int PageSize = 1000;
    private const int MaxTold = 3;

    public async Task<TableComparison> CompareAsync(SourceFile source, TablePlan table, ProgressBar progress, CancellationToken ct)
    {
        var expected = CountSource(source, table, ct);
        var differences = new List<string>();
        var (read, total) = await RemoveNebulasAsync(expected, table, differences, progress, ct);
        var isEqual = differences.Count == 0 && expected.Count == 0 && read == table.Rows && read == total;
        if (read != total)
            differences.Add($"the list gave {read} records but says that there are {total}");
        if (expected.Count > 0)
            TellMissing(source, table, expected, differences);
        return new TableComparison(table.Name, table.Rows, read, isEqual, differences);
    }

    private static Dictionary<UInt128, int> CountSource(SourceFile source, TablePlan table, CancellationToken ct)
    {
        var digest = new RowDigest();
        var counts = new Dictionary<UInt128, int>();
        foreach (var row in table.ReadRows(source))
        {
            ct.ThrowIfCancellationRequested();
            var key = digest.Of(row);
            counts[key] = counts.GetValueOrDefault(key) + 1;
        }

        return counts;
    }

    /// <summary>Takes Nebula's records out of the counts: what stays is missing there, what was not in them is told as a difference.</summary>
    private async Task<(long Read, long Total)> RemoveNebulasAsync(
        Dictionary<UInt128, int> expected, TablePlan table, List<string> differences, ProgressBar progress, CancellationToken ct)
    {
        long read = 0;
        var first = await client.ListAsync(options.Database, table.Name, 0, PageSize, ct);
        Remove(first);

        // The pages before the total at once, and then on until one is not full: the total itself is among what is checked.
        var offsets = new List<long>();
        for (long offset = PageSize; offset < first.Total; offset += PageSize)
            offsets.Add(offset);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.Parallel, CancellationToken = ct };
        await Parallel.ForEachAsync(offsets, parallel, async (offset, stop) =>
            Remove(await client.ListAsync(options.Database, table.Name, offset, PageSize, stop)));
        var next = offsets.Count == 0 ? PageSize : offsets[^1] + PageSize;
        while (read == next && await client.ListAsync(options.Database, table.Name, next, PageSize, ct) is { Records.Count: > 0 } page)
        {
            Remove(page);
            next += PageSize;
        }

        return (read, first.Total);

        void Remove(RecordPage page)
        {
            var digest = new RowDigest();
            var keys = page.Records.Select(r => (Record: r, Key: digest.Of(r, table.Columns))).ToList();
            lock (expected)
            {
                foreach (var (record, key) in keys)
                {
                    if (!expected.TryGetValue(key, out var count))
                        Tell(differences, $"only in Nebula: {record.GetRawText()}");
                    else if (count == 1)
                        expected.Remove(key);
                    else
                        expected[key] = count - 1;
                }

                read += page.Records.Count;
            }

            progress.Advance(page.Records.Count);
        }
    }

    private static void TellMissing(SourceFile source, TablePlan table, Dictionary<UInt128, int> missing, List<string> differences)
    {
        var digest = new RowDigest();
        var told = new List<string>();
        long number = 0;
        foreach (var row in table.ReadRows(source))
        {
            number++;
            if (missing.ContainsKey(digest.Of(row)))
                Tell(told, $"only in the file, row {number}: {Encoding.UTF8.GetString(RowJson.Write(table.Columns, row).Span)}");
            if (told.Count == MaxTold)
                break;
        }

        differences.AddRange(told);
    }

    private static void Tell(List<string> told, string difference)
    {
        if (told.Count < MaxTold)
            told.Add(difference.Length > 500 ? string.Concat(difference.AsSpan(0, 500), "…") : difference);
    }
}
