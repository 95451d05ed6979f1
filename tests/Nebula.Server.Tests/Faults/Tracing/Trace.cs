using System.Globalization;
using System.Text.RegularExpressions;

namespace Nebula.Server.Tests.Faults.Tracing;

/// <summary>Reads what <c>strace -f -yy</c> writes. A call during which other threads did something is two lines there, and one entry here.</summary>
internal static partial class Trace
{
    public static IReadOnlyList<SystemCall> Read(string path) => Parse(File.ReadLines(path));

    public static IReadOnlyList<SystemCall> Parse(IEnumerable<string> lines)
    {
        var calls = new List<SystemCall>();
        var running = new Dictionary<int, int>();
        foreach (var (number, line) in lines.Index())
        {
            if (Line().Match(line) is not { Success: true } match)
                continue; // signals, threads that end
            var thread = int.Parse(match.Groups["thread"].Value, CultureInfo.InvariantCulture);
            var (text, result) = (match.Groups["text"].Value, match.Groups["result"].Value);
            if (match.Groups["resumed"].Success)
            {
                if (running.Remove(thread, out var index))
                    calls[index] = calls[index] with { Arguments = calls[index].Arguments + text, Ended = number, Result = result };
                continue;
            }

            var isUnfinished = match.Groups["unfinished"].Success;
            if (isUnfinished)
                running[thread] = calls.Count;
            calls.Add(new SystemCall(match.Groups["call"].Value, text, number, isUnfinished ? int.MaxValue : number, result));
        }

        return calls;
    }

    [GeneratedRegex(@"^(?<thread>\d+)\s+(?:(?<resumed><\.\.\. )(?<call>\w+) resumed>|(?<call>\w+)\()(?<text>.*?)(?:(?<unfinished>\s*<unfinished \.\.\.>)|\)\s+=\s+(?<result>[^=""]+))$")]
    private static partial Regex Line();
}
