using System.Security.Cryptography;
using System.Text;
using CsCheck;
using Nebula.Core.ApiKeys;

namespace Nebula.Core.Tests.ApiKeys;

public sealed class ApiKeyTextTests
{
    private const string Text = "neb_ab12cd34_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    [Fact]
    public void A_key_has_a_start_a_prefix_and_256_random_bits()
    {
        var (text, prefix) = ApiKeyText.Create();
        Assert.Matches(@"\Aneb_[a-z0-9]{8}_[A-Za-z0-9_-]{43}\z", text);
        Assert.Equal(text[4..12], prefix);
    }

    [Fact]
    public void No_two_keys_are_alike()
    {
        var keys = Enumerable.Range(0, 1_000).Select(_ => ApiKeyText.Create()).ToList();
        Assert.Distinct(keys.Select(k => k.Text));
        Assert.Distinct(keys.Select(k => k.Text[13..]));
        Assert.Distinct(keys.Select(k => k.Prefix));
    }

    [Fact]
    public void The_hash_is_sha256_of_the_whole_text()
    {
        Assert.Equal(SHA256.HashData(Encoding.UTF8.GetBytes(Text)), ApiKeyText.Hash(Text));
        Assert.Equal(SHA256.HashData(Encoding.UTF8.GetBytes("ключ")), ApiKeyText.Hash("ключ"));
    }

    [Fact]
    public void Any_two_texts_have_different_hashes() =>
        Gen.Select(Texts.Any, Texts.Any).Where((one, other) => one != other && one.Length * other.Length > 0)
        .Sample((one, other) => !ApiKeyText.Hash(one).AsSpan().SequenceEqual(ApiKeyText.Hash(other)));

    [Fact]
    public void What_is_empty_or_too_long_is_no_key()
    {
        var hash = new byte[32];
        Assert.False(ApiKeyText.TryHash("", hash));
        Assert.True(ApiKeyText.TryHash(new string('€', 512), hash));
        Assert.False(ApiKeyText.TryHash(new string('a', 513), hash));
        Assert.False(ApiKeyText.TryHash(new string('a', 1_000_000), hash));
    }

    [Fact]
    public void A_key_is_found_by_its_prefix() => Assert.Equal("ab12cd34", ApiKeyText.LookupKeyOf(Text, ApiKeyText.Hash(Text)));

    [Theory]
    [InlineData("6f9619ff-8b86-4d01-b42d-00cf4fc964ff")]
    [InlineData("neb_")]
    [InlineData("neb_ab12cd34")]
    [InlineData("neb_ab12cd34_")]
    [InlineData("neb_ab12cd345_AAAAAAAA")]
    [InlineData("NEB_ab12cd34_AAAAAAAA")]
    [InlineData("x")]
    public void A_key_of_v02_is_found_by_a_part_of_its_hash(string text)
    {
        var hash = ApiKeyText.Hash(text);
        Assert.Equal($"sha256:{Convert.ToHexStringLower(hash)[..16]}", ApiKeyText.LookupKeyOf(text, hash));
    }

    [Theory]
    [InlineData(Text, "ab12cd34")]
    [InlineData("6f9619ff-8b86-4d01-b42d-00cf4fc964ff", "6f96")]
    [InlineData("secret12", "se")]
    [InlineData("abc", "")]
    public void What_may_be_shown_of_a_key_is_never_more_than_a_quarter_of_an_old_one(string text, string prefix) =>
        Assert.Equal(prefix, ApiKeyText.PrefixOf(text));

    [Fact]
    public void A_masked_key_shows_its_prefix_and_no_bit_of_its_secret()
    {
        var (text, prefix) = ApiKeyText.Create();
        var mask = ApiKeyText.Mask(Some.Key() with { Prefix = prefix, LookupKey = prefix, SecretHash = ApiKeyText.Hash(text) });
        Assert.Equal($"neb_{prefix}_…", mask);
        Assert.StartsWith(mask[..^1], text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_masked_key_of_v02_shows_its_first_characters()
    {
        const string Old = "6f9619ff-8b86-4d01-b42d-00cf4fc964ff";
        var hash = ApiKeyText.Hash(Old);
        var key = Some.Key() with { Prefix = ApiKeyText.PrefixOf(Old), LookupKey = ApiKeyText.LookupKeyOf(Old, hash), SecretHash = hash };
        Assert.Equal("6f96…", ApiKeyText.Mask(key));
    }

    [Fact]
    public void Any_text_can_be_asked_for() => Gen.String.Where(t => t.Length > 0).Sample(text =>
    {
        var hash = new byte[32];
        return ApiKeyText.TryHash(text, hash) == text.Length <= 512 && ApiKeyText.LookupKeyOf(text, hash).Length is 8 or 23
            && ApiKeyText.PrefixOf(text).Length <= 8;
    });
}
