using Nebula.Server.Options;

namespace Nebula.Server.Tests.Options;

public sealed class JwtSecretTests
{
    private const string GoodSecret = "k9Wc4hUe0mGxT7dPzQ2vRb8sLyJ5nAf3";

    [Theory]
    [InlineData("secret")]
    [InlineData("changeme")]
    [InlineData("Change-Me")]
    [InlineData("please_CHANGE_me_before_production_use")]
    [InlineData("change this to a long random text, please")]
    [InlineData("your-secret-key")]
    [InlineData("your-super-long-and-very-Secret-Key-here")]
    [InlineData("YOUR_SECRET_KEY_WITH_AT_LEAST_32_CHARACTERS")]
    [InlineData("my-secret-my-precious-0123456789-abcdef")]
    [InlineData("super_secret_token_of_the_nebula_backend")]
    [InlineData("00000000000000000000000000000000")]
    [InlineData("                                        ")]
    [InlineData("abababababababababababababababababab")]
    [InlineData("secretsecretsecretsecretsecretsecret")]
    [InlineData("1234567812345678123456781234567812345")]
    public void A_placeholder_secret_stops_the_start(string placeholder)
    {
        var problem = Refused(placeholder);

        Assert.StartsWith("JWT_SECRET: the value is a placeholder", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_short_secret_stops_the_start() =>
        Assert.StartsWith("JWT_SECRET: the value has only 31 bytes", Refused(GoodSecret[1..]), StringComparison.Ordinal);

    [Fact]
    public void A_secrets_length_counts_in_bytes() =>
        Assert.Equal("ßäöüßäöüéèàçœøÿñ", Given("ßäöüßäöüéèàçœøÿñ").Api.JwtSecret);

    [Theory]
    [InlineData("k9Wc4hUe0mGx")]
    [InlineData("changeme-x7PqzZvU")]
    public void A_refused_secret_is_not_repeated(string secret) =>
        Assert.DoesNotContain(secret, Refused(secret), StringComparison.OrdinalIgnoreCase);

    [Fact]
    public void The_options_as_text_do_not_show_the_secret()
    {
        var options = Given(GoodSecret);

        Assert.DoesNotContain(GoodSecret, options.ToString(), StringComparison.Ordinal);
        Assert.Contains("JwtSecret = (hidden)", options.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_given_secret_is_used_and_no_file_is_made()
    {
        using var directory = new TemporaryDirectory();

        var options = Given(GoodSecret, directory.Path).WithJwtSecret();

        Assert.Equal(GoodSecret, options.Api.JwtSecret);
        Assert.Empty(Directory.GetFileSystemEntries(directory.Path));
    }

    [Fact]
    public void Without_a_given_secret_the_one_in_the_data_directory_is_used()
    {
        using var directory = new TemporaryDirectory();

        var options = Given("", directory.Path).WithJwtSecret();

        Assert.Equal(File.ReadAllText(directory.In("jwt-secret")), options.Api.JwtSecret);
    }

    private static NebulaOptions Given(string secret, string dataDirectory = "/data") =>
        NebulaOptions.From(new Dictionary<string, string> { ["JWT_SECRET"] = secret, ["DATABASE_DIRECTORY"] = dataDirectory });

    private static string Refused(string secret) => Assert.Single(Assert.Throws<InvalidOptionsException>(() => Given(secret)).Problems);
}
