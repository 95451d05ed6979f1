using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Nebula.Ladder.Servers;

namespace Nebula.Ladder.Load;

/// <summary>The requests of a workload, in the file that <c>requests.lua</c> reads.</summary>
internal sealed record RequestFile(string Path, Request First)
{
    public static RequestFile Write(string directory, string name, IEnumerable<Request> requests)
    {
        var path = System.IO.Path.Combine(directory, name + ".requests");
        Request? first = null;
        using var file = File.Create(path);
        foreach (var request in requests)
        {
            first ??= request;
            var bytes = request.ToBytes();
            file.Write(Encoding.ASCII.GetBytes(bytes.Length.ToString(CultureInfo.InvariantCulture) + "\n"));
            file.Write(bytes);
        }

        return new RequestFile(path, first ?? throw new LadderException($"{name} has no requests."));
    }

    /// <summary>Sends the first request and gives the length of its answer. Anything but 2xx ends the run before time is lost on it.</summary>
    public async Task<int> ProbeAsync(Server server, CancellationToken ct)
    {
        using var client = new HttpClient();
        using var message = new HttpRequestMessage(new HttpMethod(First.Method), $"http://127.0.0.1:{server.Port}{First.Path}");
        if (First.Authorization is not null)
            message.Headers.Authorization = AuthenticationHeaderValue.Parse(First.Authorization);
        if (First.Body is not null)
            message.Content = new StringContent(First.Body, Encoding.UTF8, "application/json");
        using var answer = await client.SendAsync(message, ct);
        var body = await answer.Content.ReadAsByteArrayAsync(ct);
        return answer.IsSuccessStatusCode
            ? body.Length
            : throw new LadderException($"{First.Method} {First.Path} gives {(int)answer.StatusCode}: {Encoding.UTF8.GetString(body)}");
    }
}
