using System.Globalization;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Nebula.Api.Http;
using Nebula.Core;
using Nebula.Core.Records.Imports;

namespace Nebula.Api.Pipeline;

/// <summary>Gives every failure the one shape of errors: exceptions, and what routing refuses by a bare status. A 500 says nothing but its request id.</summary>
internal sealed partial class ErrorBoundary(RequestDelegate next, ILogger<ErrorBoundary> logger)
{
    public async Task InvokeAsync(HttpContext http)
    {
        try
        {
            await next(http);
            if (Bare(http) is { } error)
                await Problems.WriteAsync(http, error);
        }
        catch (Exception e) when (e is ConnectionResetException or { InnerException: ConnectionResetException } || (e is OperationCanceledException or IOException && http.RequestAborted.IsCancellationRequested))
        {
            // The client left: nobody reads an answer. The status is for the log (nginx's 499).
            if (!http.Response.HasStarted)
                http.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
        }
        catch (UnavailableException e) when (!http.Response.HasStarted)
        {
            CannotServe(e, http.TraceIdentifier);
            await AnswerAsync(http, e.Error);
        }
        catch (ImportBrokenOffException e) when (!http.Response.HasStarted && e.InnerException is BadHttpRequestException)
        {
            var error = Refused((BadHttpRequestException)e.InnerException);
            await AnswerAsync(http, error with { Message = string.Create(CultureInfo.InvariantCulture, $"{error.Message} {e.Imported} records were imported before.") });
        }
        catch (BadHttpRequestException e) when (!http.Response.HasStarted)
        {
            await AnswerAsync(http, Refused(e));
        }
        catch (Exception e)
        {
            Failed(e, http.TraceIdentifier);
            if (http.Response.HasStarted)
                http.Abort(); // half an answer must not look like a whole one
            else
                await AnswerAsync(http, new Error(ErrorCodes.Internal, "The server failed.") { Hint = "The log of the server tells more under this request_id." });
        }
    }

    private static Task AnswerAsync(HttpContext http, Error error)
    {
        var id = http.Response.Headers["X-Request-Id"];
        http.Response.Clear();
        http.Response.Headers["X-Request-Id"] = id;
        SecurityHeaders.Set(http.Response);
        return Problems.WriteAsync(http, error);
    }

    /// <summary>An error for a status that came without a body: an unknown route or method.</summary>
    private static Error? Bare(HttpContext http) => http.Response switch
    {
        { HasStarted: true } or { ContentLength: not null } or { ContentType: not null } => null,
        { StatusCode: StatusCodes.Status404NotFound } => new Error(ErrorCodes.NotFound, "There is nothing at this path.") { Hint = "GET /openapi.json lists what there is." },
        { StatusCode: StatusCodes.Status405MethodNotAllowed } => new Error(ErrorCodes.MethodNotAllowed, $"This path does not take {http.Request.Method}."),
        _ => null,
    };

    private static Error Refused(BadHttpRequestException e) => e.StatusCode switch
    {
        StatusCodes.Status413PayloadTooLarge => new(ErrorCodes.TooLarge, "The body is larger than this server takes."),
        StatusCodes.Status408RequestTimeout => new(ErrorCodes.InvalidBody, "The body came too slowly."),
        _ => new(ErrorCodes.InvalidBody, "The body could not be read."),
    };

    [LoggerMessage(2003, LogLevel.Error, "Request {RequestId} could not be served")]
    private partial void CannotServe(Exception exception, string requestId);

    [LoggerMessage(2002, LogLevel.Error, "Request {RequestId} failed")]
    private partial void Failed(Exception exception, string requestId);
}
