using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Nebula.Server.Tests.Faults;

/// <summary>An import is read in constant memory, however large: seen from outside, at the most that the process ever held.</summary>
[Collection<FaultCollection>]
public sealed class ImportMemoryTests
{
    private const long AllowedGrowth = 100;
    private const string Import = "/api/v1/databases/shop/tables/notes/import";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>In MiB; CI has a short form. <c>NEBULA_IMPORT_MIB=1024</c> is the whole.</summary>
    private static int Size => int.TryParse(Environment.GetEnvironmentVariable("NEBULA_IMPORT_MIB"), NumberStyles.None, CultureInfo.InvariantCulture, out var size) ? size : 128;

    [Theory]
    [InlineData("text/csv", "abort")]
    [InlineData("text/csv", "skip")]
    [InlineData("application/x-ndjson", "abort")]
    public async Task An_import_of_any_size_takes_no_more_than_a_hundred_MiB(string type, string onError)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "What a process held at most is read from /proc.");
        using var workspace = new Workspace();
        await using var server = await ServerProcess.StartAsync(workspace.Start(), Ct);
        using var owner = await Client.SignUpAsync(server.Address, Ct);
        await owner.CreateDatabaseAsync("shop", Ct);
        await ImportAsync(server, owner, type, onError, first: 0, 1024 * 1024); // so that what every first use costs is not counted

        var before = Peak(server);
        var rows = await ImportAsync(server, owner, type, onError, first: 1_000_000_000, Size * 1024L * 1024);
        var grown = Peak(server) - before;

        TestContext.Current.SendDiagnosticMessage($"{Size} MiB of {type}, {onError}: {rows} rows, {before} MiB before, {grown} MiB more at most");
        Assert.True(grown <= AllowedGrowth, $"It grew by {grown} MiB, from {before} MiB.");
    }

    /// <summary>Sends rows that are made as they are sent, and gives their number.</summary>
    private static async Task<long> ImportAsync(ServerProcess server, Client owner, string type, string onError, long first, long bytes)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = server.Address, Timeout = Timeout.InfiniteTimeSpan };
        using var rows = new Rows(type, first, bytes);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{Import}?on_error={onError}") { Content = rows };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", owner.Token);
        using var answer = await http.SendAsync(request, Ct);

        var body = await answer.Content.ReadAsStringAsync(Ct);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{answer.StatusCode}: {body}");
        Assert.Equal(rows.Count, JsonDocument.Parse(body).RootElement.GetProperty("imported").GetInt64());
        return rows.Count;
    }

    /// <summary>The most memory that the process held since its start, in MiB.</summary>
    private static long Peak(ServerProcess server)
    {
        var line = File.ReadLines($"/proc/{server.Id}/status").Single(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
    }

    private sealed class Rows : HttpContent
    {
        private const string Payload = "a payload that is neither short nor long, as most of them are";
        private readonly bool _isCsv;
        private readonly long _first;
        private readonly long _bytes;

        public Rows(string type, long first, long bytes)
        {
            (_isCsv, _first, _bytes) = (type == "text/csv", first, bytes);
            Headers.ContentType = new MediaTypeHeaderValue(type);
        }

        public long Count { get; private set; }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            var text = new StringBuilder(_isCsv ? "token,payload\r\n" : "");
            for (var sent = 0L; sent < _bytes; sent += text.Length, text.Clear())
            {
                while (text.Length < 64 * 1024)
                {
                    var token = _first + Count++;
                    if (_isCsv)
                        text.Append(CultureInfo.InvariantCulture, $"t{token},\"{Payload}, {token}\"\r\n");
                    else
                        text.Append(CultureInfo.InvariantCulture, $"{{\"token\":\"t{token}\",\"payload\":\"{Payload}, {token}\"}}\n");
                }

                await stream.WriteAsync(Encoding.UTF8.GetBytes(text.ToString()), Ct);
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
