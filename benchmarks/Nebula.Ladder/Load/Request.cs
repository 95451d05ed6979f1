using System.Text;

namespace Nebula.Ladder.Load;

/// <summary>One request of a workload.</summary>
internal sealed record Request(string Method, string Path, string? Body = null, string? Authorization = null)
{
    /// <summary>As it goes over the wire.</summary>
    public byte[] ToBytes()
    {
        var text = new StringBuilder().Append(Method).Append(' ').Append(Path).Append(" HTTP/1.1\r\nHost: 127.0.0.1\r\n");
        if (Authorization is not null)
            text.Append("Authorization: ").Append(Authorization).Append("\r\n");
        if (Body is not null)
            text.Append("Content-Type: application/json\r\nContent-Length: ").Append(Encoding.UTF8.GetByteCount(Body)).Append("\r\n");
        return Encoding.UTF8.GetBytes(text.Append("\r\n").Append(Body).ToString());
    }
}
