using System.Text;

namespace Nebula.Core.Records.Queries;

/// <summary>
/// Reads what people type into a search box: words that all have to be there, <c>"phrases in quotes"</c>, and <c>begin*</c> for a word's beginning. Any text can be read;
/// nothing in it reaches the engine as an operator.
/// </summary>
internal static class SearchText
{
    /// <summary>More than anybody types.</summary>
    public const int MaxTerms = 32;

    public static IReadOnlyList<SearchTerm> Read(string text)
    {
        var terms = new List<SearchTerm>();
        var word = new StringBuilder();
        var inPhrase = false;
        foreach (var c in text)
        {
            if (c == '"')
            {
                Add(terms, word, isPrefix: false);
                inPhrase = !inPhrase;
            }
            else if (!inPhrase && char.IsWhiteSpace(c))
            {
                Add(terms, word, isPrefix: false);
            }
            else if (!inPhrase && c == '*')
            {
                Add(terms, word, isPrefix: true);
            }
            else
            {
                word.Append(c is '\0' ? ' ' : c);
            }
        }

        Add(terms, word, isPrefix: false);
        return terms;
    }

    private static void Add(List<SearchTerm> terms, StringBuilder word, bool isPrefix)
    {
        // What has neither letter nor digit is nothing to the index, and a search for nothing but that finds nothing.
        var text = word.ToString().Trim();
        if (text.Length > 0 && text.EnumerateRunes().Any(r => Rune.IsLetterOrDigit(r) || r.Value > 0x7F))
            terms.Add(new SearchTerm(text, isPrefix));
        word.Clear();
    }
}
