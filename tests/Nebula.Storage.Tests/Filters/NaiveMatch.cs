using System.Text;
using Nebula.Core.Records.Filters;

namespace Nebula.Storage.Tests.Filters;

/// <summary>How texts match, code point by code point.</summary>
internal static class NaiveMatch
{
    public static bool? Matches(string? text, MatchKind kind, string? pattern)
    {
        if (text is null || pattern is null)
            return null;
        return kind switch
        {
            MatchKind.Contains => NaiveFunctions.Lower(text).Contains(NaiveFunctions.Lower(pattern), StringComparison.Ordinal),
            MatchKind.StartsWith => text.StartsWith(pattern, StringComparison.Ordinal),
            MatchKind.EndsWith => text.EndsWith(pattern, StringComparison.Ordinal),
            MatchKind.Like => Like([.. text.EnumerateRunes()], [.. pattern.EnumerateRunes()]),
            _ => Like([.. NaiveFunctions.Lower(text).EnumerateRunes()], [.. NaiveFunctions.Lower(pattern).EnumerateRunes()]),
        };
    }

    private static bool Like(ReadOnlySpan<Rune> text, ReadOnlySpan<Rune> pattern)
    {
        if (pattern.IsEmpty)
            return text.IsEmpty;
        switch (pattern[0].Value)
        {
            case '%':
                for (var i = 0; i <= text.Length; i++)
                {
                    if (Like(text[i..], pattern[1..]))
                        return true;
                }

                return false;
            case '_':
                return !text.IsEmpty && Like(text[1..], pattern[1..]);
            case '\\':
                return !text.IsEmpty && text[0] == pattern[1] && Like(text[1..], pattern[2..]);
            default:
                return !text.IsEmpty && text[0] == pattern[0] && Like(text[1..], pattern[1..]);
        }
    }
}
