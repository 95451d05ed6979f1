using Microsoft.AspNetCore.Http;
using Nebula.Api.Http;
using Nebula.Core;

namespace Nebula.Api.Pipeline;

/// <summary>What the pipeline knows of a request: who makes it, and where the memory that it holds is counted.</summary>
internal sealed class RequestState(HeldMemory memory)
{
    public HeldMemory Memory { get; } = memory;

    public Caller? Caller { get; set; }
}

/// <summary>Finds it.</summary>
internal static class RequestStates
{
    /// <summary>Who makes the request; only where the endpoint demands a caller.</summary>
    public static Caller Caller(this HttpContext http) =>
        http.Features.Get<RequestState>()?.Caller ?? throw new InvalidOperationException("The endpoint is open to anyone, so there is no caller.");

    /// <summary>Begins to count a large body or answer of the request.</summary>
    public static HeldBytes Hold(this HttpContext http) =>
        http.Features.Get<RequestState>() is { } state ? state.Memory.Begin(state.Caller) : throw new InvalidOperationException("The request did not come through the pipeline.");

    /// <summary>The account that makes the request; only where the endpoint demands one.</summary>
    public static AccountCaller Account(this HttpContext http) => (AccountCaller)http.Caller();
}
