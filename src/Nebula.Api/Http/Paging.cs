using System.Globalization;
using Microsoft.AspNetCore.Http;
using Nebula.Core;

namespace Nebula.Api.Http;

/// <summary>The <c>limit</c> and <c>offset</c> of a list that is not one of records.</summary>
internal readonly record struct Paging(int Limit, int Offset)
{
    /// <summary>High, because clients of v0.2 expect everything in one answer.</summary>
    private const int MaxLimit = 1000;

    public static Result<Paging> Read(HttpRequest request) => Read(request, MaxLimit);

    /// <summary>The same with another limit, which is the most that can be asked for and what is given where nothing is.</summary>
    public static Result<Paging> Read(HttpRequest request, int maxLimit)
    {
        var faults = new List<FieldError>();
        var limit = Number(request, "limit", maxLimit, 1, maxLimit, faults);
        var offset = Number(request, "offset", 0, 0, int.MaxValue, faults);
        return faults.Count > 0 ? Error.Of(ErrorCodes.InvalidParameter, faults) : new Paging(limit, offset);
    }

    private static int Number(HttpRequest request, string name, int absent, int min, int max, List<FieldError> faults)
    {
        var text = request.Query[name];
        if (text.Count == 0)
            return absent;
        if (int.TryParse(text.ToString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max)
            return number;
        faults.Add(new(name, FieldCodes.OutOfRange, $"must be a whole number between {min} and {max}"));
        return absent;
    }
}
