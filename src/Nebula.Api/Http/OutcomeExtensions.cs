using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Nebula.Core;

namespace Nebula.Api.Http;

/// <summary>The last step of an endpoint: an outcome becomes an answer.</summary>
internal static class OutcomeExtensions
{
    /// <summary>Answers with a value made of the outcome's, or with its error.</summary>
    public static Task AnswerAsync<T, TBody>(this Result<T> outcome, HttpContext http, int status, Func<T, TBody> body, JsonTypeInfo<TBody> type) =>
        outcome.TryGet(out var value, out var error) ? Answer.JsonAsync(http, status, body(value), type) : Problems.WriteAsync(http, error);

    /// <summary>Answers 204, or with the error.</summary>
    public static Task AnswerNothingAsync<T>(this Result<T> outcome, HttpContext http) =>
        outcome.TryGet(out _, out var error) ? Answer.NoContentAsync(http) : Problems.WriteAsync(http, error);
}
