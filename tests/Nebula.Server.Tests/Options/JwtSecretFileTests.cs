using Nebula.Server.Options;

namespace Nebula.Server.Tests.Options;

public sealed class JwtSecretFileTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string Data => _directory.In("some", "data");

    private string SecretPath => _directory.In("some", "data", "jwt-secret");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void The_first_start_makes_32_random_bytes_and_every_later_start_reads_them()
    {
        var secret = JwtSecretFile.LoadOrCreate(Data);

        Assert.Equal(32, Convert.FromBase64String(secret).Length);
        Assert.Equal(secret, JwtSecretFile.LoadOrCreate(Data));
        Assert.Equal([SecretPath], Directory.GetFileSystemEntries(Data));
    }

    [Fact]
    public void Two_data_directories_have_two_secrets() =>
        Assert.NotEqual(JwtSecretFile.LoadOrCreate(_directory.In("one")), JwtSecretFile.LoadOrCreate(_directory.In("two")));

    [Fact]
    public void The_file_and_a_directory_made_for_it_are_the_owners_only()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no file modes.");
            return;
        }

        JwtSecretFile.LoadOrCreate(Data);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(SecretPath));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Data));
    }

    [Fact]
    public async Task All_that_start_at_once_get_the_same_secret()
    {
        // Many rounds, because the moment between looking and making is short.
        for (var round = 0; round < 20; round++)
        {
            var data = _directory.In($"{round}");
            using var together = new Barrier(4);
            var starts = Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(
                () =>
                {
                    together.SignalAndWait(TestContext.Current.CancellationToken);
                    return JwtSecretFile.LoadOrCreate(data);
                },
                TestContext.Current.CancellationToken,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default));

            Assert.Single((await Task.WhenAll(starts)).Distinct());
            Assert.Single(Directory.GetFileSystemEntries(data));
        }
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.GroupWrite)]
    public void A_file_that_others_can_open_is_refused(UnixFileMode mode)
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no file modes.");
            return;
        }

        JwtSecretFile.LoadOrCreate(Data);
        File.SetUnixFileMode(SecretPath, UnixFileMode.UserRead | UnixFileMode.UserWrite | mode);

        Assert.Contains("is open to others than its owner", Refused(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("k9Wc4hUe0mGxT7dPzQ2vRb8sLyJ5nAf")]
    [InlineData("00000000000000000000000000000000")]
    public void A_file_with_a_short_or_guessable_secret_is_refused_and_not_replaced(string content)
    {
        Write(content);

        Assert.Contains("Delete the file to have a new one made", Refused(), StringComparison.Ordinal);
        Assert.Equal(content, File.ReadAllText(SecretPath));
    }

    [Fact]
    public void A_file_too_long_to_be_a_secret_is_refused()
    {
        Write(new string('x', 5000));

        Assert.Contains("is longer than 4096 bytes", Refused(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_end_after_the_secret_is_no_part_of_it()
    {
        Write("k9Wc4hUe0mGxT7dPzQ2vRb8sLyJ5nAf3\n");

        Assert.Equal("k9Wc4hUe0mGxT7dPzQ2vRb8sLyJ5nAf3", JwtSecretFile.LoadOrCreate(Data));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_symbolic_link_in_its_place_is_refused_and_not_followed(bool leadsSomewhere)
    {
        var target = _directory.In("target");
        if (leadsSomewhere)
            File.WriteAllText(target, "k9Wc4hUe0mGxT7dPzQ2vRb8sLyJ5nAf3");
        Directory.CreateDirectory(Data);
        File.CreateSymbolicLink(SecretPath, target);

        Assert.Contains("is a symbolic link", Refused(), StringComparison.Ordinal);
        Assert.Equal(leadsSomewhere, File.Exists(target));
    }

    [Fact]
    public void A_data_directory_that_cannot_be_written_is_explained()
    {
        File.WriteAllText(_directory.In("some"), "a file where a directory should be");

        Assert.StartsWith("JWT_SECRET: none is given, and ", Refused(), StringComparison.Ordinal);
    }

    private void Write(string content)
    {
        Directory.CreateDirectory(Data);
        File.WriteAllText(SecretPath, content);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(SecretPath, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private string Refused() => Assert.Single(Assert.Throws<InvalidOptionsException>(() => JwtSecretFile.LoadOrCreate(Data)).Problems);
}
