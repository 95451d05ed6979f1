using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Nebula.Core;

namespace Nebula.Api.Operator;

/// <summary>Work of a command that takes its time, told line by line how far it is. Ends, and undoes what it does, when the command leaves or the server stops.</summary>
internal sealed class OperatorWork(IHostApplicationLifetime lifetime)
{
    /// <summary>Lines that wait to be read.</summary>
    private const int MaxWaiting = 16;

    /// <param name="step">What a line says of the progress.</param>
    /// <param name="type">Of what is told at the end.</param>
    /// <param name="brokenOff">What is told when the server stops meanwhile.</param>
    public async Task RunAsync<TProgress, T>(
        HttpContext http, Func<IProgress<TProgress>, CancellationToken, ValueTask<Result<T>>> work, Func<TProgress, OperatorEvent> step, JsonTypeInfo<T> type, string brokenOff)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping);
        http.Response.ContentType = "application/x-ndjson";

        // A command that reads slowly must not slow the work down: of what it has not read, the oldest goes.
        var progress = Channel.CreateBounded<TProgress>(new BoundedChannelOptions(MaxWaiting) { FullMode = BoundedChannelFullMode.DropOldest });
        var working = RunAsync(work, progress.Writer, brokenOff, ending.Token);
        try
        {
            await foreach (var done in progress.Reader.ReadAllAsync(http.RequestAborted))
                await WriteAsync(http, step(done));
        }
        finally
        {
            await ((Task)working).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // undone or done, before the server may stop
        }

        await WriteAsync(http, OperatorEvent.Of(await working, type));
    }

    private static async Task<Result<T>> RunAsync<TProgress, T>(
        Func<IProgress<TProgress>, CancellationToken, ValueTask<Result<T>>> work, ChannelWriter<TProgress> progress, string brokenOff, CancellationToken ct)
    {
        await Task.Yield(); // so that the first lines can be read meanwhile
        try
        {
            return await work(new Progress<TProgress>(progress), ct);
        }
        catch (OperationCanceledException)
        {
            return new Error(ErrorCodes.Unavailable, brokenOff);
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

    private static async Task WriteAsync(HttpContext http, OperatorEvent line)
    {
        var utf8 = JsonSerializer.SerializeToUtf8Bytes(line, OperatorJson.Default.OperatorEvent);
        await http.Response.Body.WriteAsync(utf8, http.RequestAborted);
        await http.Response.Body.WriteAsync("\n"u8.ToArray(), http.RequestAborted);
        await http.Response.Body.FlushAsync(http.RequestAborted);
    }

    private sealed class Progress<TProgress>(ChannelWriter<TProgress> writer) : IProgress<TProgress>
    {
        public void Report(TProgress value) => writer.TryWrite(value);
    }
}
