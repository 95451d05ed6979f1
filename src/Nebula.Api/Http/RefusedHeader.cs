using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;
using Nebula.Core;

namespace Nebula.Api.Http;

/// <summary>Headers that ask for what a route does not give. They are refused, not ignored: whoever sends one relies on it.</summary>
internal static class RefusedHeader
{
    /// <param name="error">invalid_parameter that names the header.</param>
    public static bool IsAbsent(HttpRequest request, string name, [NotNullWhen(false)] out Error? error)
    {
        error = request.Headers.ContainsKey(name) ? Error.Of(ErrorCodes.InvalidParameter, name, FieldCodes.Invalid, "has no effect on this route, so it may not be sent") : null;
        return error is null;
    }
}
