using System.Text;
using CsCheck;

namespace Nebula.Core.Tests;

/// <summary>Texts that programs get wrong: control characters, quotes, backslashes, characters of one to four bytes.</summary>
internal static class Texts
{
    private static readonly Gen<int> _special =
        Gen.OneOf('"', '\\', '/', '<', '&', '\'', 0x7F, 0x85, 0xA0, 0x2028, 0x2029, 0xFEFF, 0xFFFD, 0xFFFF, 0x10FFFF);

    private static readonly Gen<int> _runes = Gen.OneOf(
        _special, Gen.Int[0, 0x1F], Gen.Int[0x20, 0x7F], Gen.Int[0x80, 0x7FF], Gen.Int[0x800, 0xD7FF], Gen.Int[0xE000, 0xFFFF], Gen.Int[0x10000, 0x10FFFF]);

    public static Gen<string> Any { get; } = _runes.Array[0, 60].Select(runes => string.Concat(runes.Select(r => new Rune(r).ToString())));
}
