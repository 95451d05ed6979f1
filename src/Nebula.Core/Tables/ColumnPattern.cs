using System.Text.RegularExpressions;

namespace Nebula.Core.Tables;

/// <summary>
/// The patterns of checks: regular expressions that the whole text must match, run without backtracking, so that no text can make one take long. What that does not support
/// (look-around, back-references, atomic groups) is refused. They see UTF-16: a character outside of the Basic Multilingual Plane is two for <c>.</c>.
/// </summary>
public static class ColumnPattern
{
    public const int MaxLength = 500;

    private const string Start = @"\A(?:";
    private const string End = @")\z";
    private const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;

    /// <summary>Compiles a pattern. When that fails, <paramref name="fault"/> says why and continues a sentence.</summary>
    public static Regex? TryCompile(string pattern, out string fault)
    {
        fault = "";
        if (pattern.Length is 0 or > MaxLength)
        {
            fault = $"needs 1 to {MaxLength} characters, got {pattern.Length}";
            return null;
        }

        try
        {
            // By itself first: a parenthesis too many would otherwise close the group around it.
            _ = new Regex(pattern, Options, Regex.InfiniteMatchTimeout);
            return new Regex($"{Start}{pattern}{End}", Options, Regex.InfiniteMatchTimeout);
        }
        catch (NotSupportedException)
        {
            fault = "uses what can't run without backtracking (look-around, back-references, atomic groups), or is too large";
        }
        catch (ArgumentException)
        {
            fault = "is not a regular expression";
        }

        return null;
    }

    /// <summary>The pattern as it was declared.</summary>
    public static string SourceOf(Regex compiled)
    {
        var text = compiled.ToString();
        return text[Start.Length..^End.Length];
    }
}
