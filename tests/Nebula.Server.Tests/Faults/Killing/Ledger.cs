using System.Globalization;
using System.Text;

namespace Nebula.Server.Tests.Faults.Killing;

/// <summary>
/// What the clients asked for and what they were told, in a file outside the server's data. A line that says "acknowledged" is synced to the disk before the client goes on. Thread-safe.
/// </summary>
internal sealed class Ledger(string path) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly FileStream _file = new(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
    private int _last;

    /// <summary>Notes a change that is about to be asked for; gives its number.</summary>
    public int Begin(Change change)
    {
        lock (_lock)
        {
            _last++;
            Write($"{_last}\t?\t{change.Kind}\t{change.Database}\t{change.Table}\t{change.Token}\t{change.Version}\t{change.NewName}");
            return _last;
        }
    }

    /// <summary>The server has answered with success.</summary>
    /// <param name="id">Of the new record; 0 for anything else.</param>
    public void Acknowledge(int number, long id) => Conclude($"{number}\t!\t{id}");

    /// <summary>The change was never answered, and was found done. From here on it must stay.</summary>
    public void Found(int number, long id) => Conclude($"{number}\t+\t{id}");

    /// <summary>The change was never answered, and was found not done. It must not come later.</summary>
    public void NotFound(int number) => Conclude($"{number}\t-");

    /// <summary>All entries so far, read back from the file.</summary>
    public IReadOnlyList<LedgerEntry> Read()
    {
        lock (_lock)
            _file.Flush();
        var entries = new List<LedgerEntry>();
        foreach (var fields in File.ReadLines(path).Select(line => line.Split('\t')))
        {
            var number = int.Parse(fields[0], CultureInfo.InvariantCulture);
            if (fields[1] == "?")
                entries.Add(new LedgerEntry(number, ChangeOf(fields)));
            else
                entries[number - 1] = entries[number - 1] with { Outcome = OutcomeOf(fields[1]), RecordId = fields.Length > 2 ? long.Parse(fields[2], CultureInfo.InvariantCulture) : 0 };
        }

        return entries;
    }

    public void Dispose() => _file.Dispose();

    private static Change ChangeOf(string[] fields) =>
        new(Enum.Parse<ChangeKind>(fields[2]), fields[3], fields[4], fields[5], int.Parse(fields[6], CultureInfo.InvariantCulture), fields[7]);

    private static Outcome OutcomeOf(string mark) => mark switch { "!" => Outcome.Acknowledged, "+" => Outcome.Found, _ => Outcome.NotFound };

    private void Conclude(FormattableString line)
    {
        lock (_lock)
        {
            Write(line);
            _file.Flush(flushToDisk: true);
        }
    }

    private void Write(FormattableString line) => _file.Write(Encoding.UTF8.GetBytes(FormattableString.Invariant(line) + "\n"));
}
