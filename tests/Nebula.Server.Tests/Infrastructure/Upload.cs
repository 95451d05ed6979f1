using System.Text;

namespace Nebula.Server.Tests.Infrastructure;

/// <summary>A body that is no JSON, with its media type.</summary>
internal sealed record Upload(string MediaType, byte[] Content)
{
    public static Upload Csv(string text) => new("text/csv", Encoding.UTF8.GetBytes(text));

    public static Upload Ndjson(string text) => new("application/x-ndjson", Encoding.UTF8.GetBytes(text));
}
