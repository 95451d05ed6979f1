using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using Nebula.Core;
using Nebula.Core.Databases.Moving;

namespace Nebula.Api.Operator;

/// <summary>Moves a database to another placement, telling line by line how far it is. Ends, and undoes the move, when the command leaves or the server stops.</summary>
internal sealed class MoveEndpoints(MoveService moves, IHostApplicationLifetime lifetime)
{
    /// <summary>Lines that wait to be read.</summary>
    private const int MaxWaiting = 16;

    public void Map(IEndpointRouteBuilder app) => app.MapPost("/moves", MoveAsync);

    private async Task MoveAsync(HttpContext http)
    {
        var request = await JsonSerializer.DeserializeAsync(http.Request.Body, OperatorJson.Default.MoveRequest, http.RequestAborted) ?? new MoveRequest(null, null);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping);
        http.Response.ContentType = "application/x-ndjson";

        // A command that reads slowly must not slow the move down: of what it has not read, the oldest goes.
        var progress = Channel.CreateBounded<MoveProgress>(new BoundedChannelOptions(MaxWaiting) { FullMode = BoundedChannelFullMode.DropOldest });
        var moving = RunAsync(request, progress.Writer, ending.Token);
        try
        {
            await foreach (var step in progress.Reader.ReadAllAsync(http.RequestAborted))
                await WriteAsync(http, MoveEvent.Of(step));
        }
        finally
        {
            await ((Task)moving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // undone or done, before the server may stop
        }

        await WriteAsync(http, MoveEvent.Of(await moving));
    }

    private async Task<Result<MoveReport>> RunAsync(MoveRequest request, ChannelWriter<MoveProgress> progress, CancellationToken ct)
    {
        await Task.Yield(); // so that the first lines can be read meanwhile
        try
        {
            return await moves.MoveAsync(request.Database ?? "", request.To ?? "", new Progress(progress), ct);
        }
        catch (OperationCanceledException)
        {
            return new Error(ErrorCodes.Unavailable, "The move was broken off; the database serves on where it is.");
        }
        catch (UnavailableException e)
        {
            return e.Error;
        }
        finally
        {
            progress.Complete();
        }
    }

    private static async Task WriteAsync(HttpContext http, MoveEvent line)
    {
        var utf8 = JsonSerializer.SerializeToUtf8Bytes(line, OperatorJson.Default.MoveEvent);
        await http.Response.Body.WriteAsync(utf8, http.RequestAborted);
        await http.Response.Body.WriteAsync("\n"u8.ToArray(), http.RequestAborted);
        await http.Response.Body.FlushAsync(http.RequestAborted);
    }

    private sealed class Progress(ChannelWriter<MoveProgress> writer) : IProgress<MoveProgress>
    {
        public void Report(MoveProgress value) => writer.TryWrite(value);
    }
}
