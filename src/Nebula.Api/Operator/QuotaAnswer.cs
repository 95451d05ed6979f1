using System.Text.Json.Serialization;
using Nebula.Core;
using Nebula.Core.Quotas;

namespace Nebula.Api.Operator;

/// <summary>The quotas of an account, or why there are none to show.</summary>
internal sealed record QuotaAnswer(
    [property: JsonPropertyName("quotas")] IReadOnlyList<QuotaReport>? Quotas,
    [property: JsonPropertyName("code")] string? Code,
    [property: JsonPropertyName("error")] string? Error)
{
    public static QuotaAnswer Of(Result<IReadOnlyList<QuotaReport>> outcome) =>
        outcome.TryGet(out var quotas, out var error) ? new(quotas, null, null) : new(null, error.Code, error.Message);

    public Result<IReadOnlyList<QuotaReport>> ToOutcome() =>
        Quotas is not null ? Result.Success(Quotas) : new Error(Code ?? ErrorCodes.Internal, Error ?? "The server said nothing of what came of it.");
}
