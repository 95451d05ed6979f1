namespace Nebula.Server.Tests.Faults.Killing;

/// <summary>Text that follows from a record's token and version, so that half a record can be told from a whole one. Some of it needs pages of its own.</summary>
internal static class Payload
{
    public static string Of(string token, int version)
    {
        var seed = 17;
        foreach (var character in $"{token} {version}")
            seed = unchecked(seed * 31 + character);
        var random = new Random(seed);
        var length = random.Next(10) == 0 ? random.Next(5_000, 20_000) : random.Next(10, 800);
        return string.Create(length, random, (text, source) =>
        {
            for (var i = 0; i < text.Length; i++)
                text[i] = (char)('a' + source.Next(26));
        });
    }
}
