using System.Diagnostics;
using System.Globalization;
using Nebula.Ladder.Setup;

namespace Nebula.Ladder.Measuring;

/// <summary>How fast a CSV file gets into a table: by the <c>sqlite3</c> shell and by Nebula, the same file into the same table, committed and synced at the end.</summary>
internal sealed class ImportRates(Figures figures, string directory)
{
    /// <summary>Into an empty table; the one that is measured last stays for the questions.</summary>
    public async Task MeasureAsync(Client client, string authorization, int rounds, CancellationToken ct)
    {
        var csv = Path.Combine(directory, "sales.csv");
        Sales.WriteCsv(csv);
        await client.SendAsync(new("POST", "/api/v1/databases", $$"""{"db_name":"{{Sales.Database}}"}""", authorization), ct);
        for (var round = 1; round <= rounds; round++)
        {
            if (round > 1)
                await client.SendAsync(new("DELETE", $"/api/v1/databases/{Sales.Database}/tables/sales", null, authorization), ct);
            await client.SendAsync(new("POST", $"/api/v1/databases/{Sales.Database}/tables", Sales.CreateTable, authorization), ct);
            figures.AddRate(Row.ImportShell, await ByShellAsync(csv, await client.GetSqlAsync(Sales.Database, authorization, ct), ct));
            var watch = Stopwatch.StartNew();
            await client.SendFileAsync(Sales.Import, csv, "text/csv", authorization, ct);
            figures.AddRate(Row.Import, Sales.Count / watch.Elapsed.TotalSeconds);
        }
    }

    /// <param name="schema">The statements that make the table and its index.</param>
    private async Task<double> ByShellAsync(string csv, string schema, CancellationToken ct)
    {
        var database = Path.Combine(directory, "shell.db");
        File.Delete(database);
        await RunAsync(database, $"PRAGMA journal_mode = WAL;\n{schema}", ct);
        var watch = Stopwatch.StartNew();
        await RunAsync(database, $"PRAGMA synchronous = FULL;\n.mode csv\n.import --skip 1 \"{csv}\" sales", ct);
        var elapsed = watch.Elapsed;
        if (await RunAsync(database, "SELECT count(*) FROM sales;", ct) is var count && count.Trim() != Sales.Count.ToString(CultureInfo.InvariantCulture))
            throw new LadderException($"The sqlite3 shell imported {count} of {Sales.Count} rows.");
        return Sales.Count / elapsed.TotalSeconds;
    }

    private static async Task<string> RunAsync(string database, string script, CancellationToken ct)
    {
        using var shell = Process.Start(new ProcessStartInfo("sqlite3", ["-batch", "-bail", database]) { RedirectStandardInput = true, RedirectStandardOutput = true })
            ?? throw new LadderException("sqlite3 did not start.");
        await shell.StandardInput.WriteAsync(script.AsMemory(), ct);
        shell.StandardInput.Close();
        var output = await shell.StandardOutput.ReadToEndAsync(ct);
        await shell.WaitForExitAsync(ct);
        return shell.ExitCode == 0 ? output : throw new LadderException($"sqlite3 ended with {shell.ExitCode}.");
    }
}
