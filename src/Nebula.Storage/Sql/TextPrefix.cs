using System.Text;

namespace Nebula.Storage.Sql;

/// <summary>Beginnings of texts, and where in the order of their bytes the texts lie that begin so.</summary>
internal static class TextPrefix
{
    /// <summary>What every text begins with that a pattern of <c>like</c> matches.</summary>
    public static string OfPattern(string like)
    {
        var prefix = new StringBuilder();
        for (var i = 0; i < like.Length && like[i] is not ('%' or '_'); i++)
        {
            if (like[i] == '\\' && i + 1 < like.Length)
                i++;
            prefix.Append(like[i]);
        }

        return prefix.ToString();
    }

    /// <summary>The least text that lies behind all that begin with this one; null if there is none. The bytes of UTF-8 have the order of code points.</summary>
    public static string? Successor(string prefix)
    {
        var runes = prefix.EnumerateRunes().ToList();
        while (runes.Count > 0 && runes[^1].Value == 0x10FFFF)
            runes.RemoveAt(runes.Count - 1);
        if (runes.Count == 0)
            return null;
        runes[^1] = new Rune(runes[^1].Value == 0xD7FF ? 0xE000 : runes[^1].Value + 1); // between them lie the halves of surrogate pairs
        return string.Concat(runes);
    }
}
