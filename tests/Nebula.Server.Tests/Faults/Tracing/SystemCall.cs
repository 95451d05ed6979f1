using System.Globalization;
using System.Text.RegularExpressions;

namespace Nebula.Server.Tests.Faults.Tracing;

/// <summary>A system call in a trace. What is before another in the trace happened before it.</summary>
/// <param name="Started">The line on which it began.</param>
/// <param name="Ended">The line on which it returned; <see cref="int.MaxValue"/> when it never did.</param>
internal sealed partial record SystemCall(string Name, string Arguments, int Started, int Ended, string Result)
{
    public bool IsSync => Name is "fsync" or "fdatasync";

    public bool IsWrite => Name is "write" or "writev" or "pwrite64" or "pwritev" or "pwritev2";

    public bool IsSend => Name is "sendto" or "sendmsg" or "sendmmsg";

    public bool IsReceive => Name is "recvfrom" or "recvmsg" or "read";

    /// <summary>Really done: not failed, and not made up by the tracer.</summary>
    public bool HasSucceeded => Ended < int.MaxValue && !Result.StartsWith('-') && !Result.Contains("INJECTED", StringComparison.Ordinal);

    /// <summary>The file that its first argument, a descriptor, stands for.</summary>
    public string Path => Descriptor().Match(Arguments).Groups["path"].Value;

    /// <summary>Up to where a write at a position reaches.</summary>
    public long WrittenUpTo
    {
        get
        {
            var last = Arguments[(Arguments.LastIndexOf('"') + 1)..].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            return long.Parse(last[^1], CultureInfo.InvariantCulture) + long.Parse(Result, CultureInfo.InvariantCulture);
        }
    }

    public bool Has(string text) => Arguments.Contains(text, StringComparison.Ordinal);

    [GeneratedRegex(@"^-?[A-Z0-9_]+<(?<path>[^>]*)>")]
    private static partial Regex Descriptor();
}
