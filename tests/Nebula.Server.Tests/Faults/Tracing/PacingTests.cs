using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace Nebula.Server.Tests.Faults.Tracing;

/// <summary>What is large reaches the disk piece by piece, so that no commit waits until all of it is there.</summary>
[Collection<FaultCollection>]
public sealed class PacingTests : IDisposable
{
    private const long Mebibyte = 1024 * 1024;

    private readonly Workspace _workspace = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _workspace.Dispose();

    [Theory]
    [InlineData(3900)]
    [InlineData(1_000_000)]
    public async Task A_database_that_is_imported_is_synced_as_it_is_written(int valueBytes)
    {
        var trace = Path.Combine(_workspace.Root, "trace");
        await using (var server = await ServerProcess.StartAsync(_workspace.Start() with { Under = await Strace.RunningAsync(trace, isSyncing: true, Ct, shown: 0) }, Ct))
        {
            using var client = await Client.SignUpAsync(server.Address, Ct);
            await ImportAsync(server, client, MakeFile(48 * Mebibyte / valueBytes, valueBytes));
            await server.KillAsync();
        }

        var (written, unsynced, most) = (0L, 0L, 0L);
        foreach (var call in Trace.Read(trace).Where(c => c.HasSucceeded && c.Path.EndsWith(".import", StringComparison.Ordinal)))
        {
            var bytes = call.IsWrite ? long.Parse(call.Result, CultureInfo.InvariantCulture) : 0;
            written += bytes;
            unsynced = call.IsSync ? 0 : unsynced + bytes;
            most = Math.Max(most, unsynced);
        }

        // In one step SQLite writes what it keeps in memory of a file, 16 MiB, and between two looks some rows.
        Assert.True(written > 40 * Mebibyte, $"Only {written} bytes were seen.");
        Assert.InRange(most, 1, (18 * Mebibyte) + (10 * valueBytes));
    }

    /// <summary>A database of one table.</summary>
    private string MakeFile(long rows, int valueBytes)
    {
        var path = Path.Combine(_workspace.Root, "large.db");
        using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "CREATE TABLE files (id INTEGER PRIMARY KEY, content BLOB); WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $rows) INSERT INTO files (content) SELECT randomblob($bytes) FROM n";
        command.Parameters.AddWithValue("$rows", rows);
        command.Parameters.AddWithValue("$bytes", valueBytes);
        command.ExecuteNonQuery();
        return path;
    }

    private static async Task ImportAsync(ServerProcess server, Client client, string path)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = server.Address, Timeout = TimeSpan.FromMinutes(5) };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/databases/import?db_name=large");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", client.Token);
        request.Content = new StreamContent(File.OpenRead(path));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/vnd.sqlite3");
        using var answer = await http.SendAsync(request, Ct);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
    }
}
