using System.Text.Json;
using System.Text.RegularExpressions;

namespace Nebula.Server.Tests.Deployment;

public sealed partial class ImageTests
{
    private static readonly Dockerfile _image = Dockerfile.Read();

    [Fact]
    public void The_image_begins_with_nothing() => Assert.Equal("FROM scratch", _image.Final.First());

    [Fact]
    public void The_image_takes_only_what_the_build_stage_has_assembled()
    {
        var copies = _image.Final.Where(line => line.Split(' ')[0] is "COPY" or "ADD");

        Assert.All(copies, line => Assert.StartsWith("COPY --from=build ", line, StringComparison.Ordinal));
        Assert.DoesNotContain(_image.Final, line => line.StartsWith("RUN ", StringComparison.Ordinal));
    }

    [Fact]
    public void The_program_is_an_unprivileged_user_given_by_number_who_owns_the_volume()
    {
        Assert.Matches("^[1-9][0-9]{3,}:[1-9][0-9]{3,}$", _image.User);
        Assert.Contains(_image.Final, line => line.StartsWith($"COPY --from=build --chown={_image.User} /image/state/ /", StringComparison.Ordinal));
        Assert.Contains($"uid={_image.User.Split(':')[0]}", SourceTree.Read("scripts/image-root"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_data_is_on_the_volume_and_the_port_is_the_one_that_is_exposed()
    {
        Assert.Equal("/backend/data", _image.Volume);
        Assert.Equal(_image.Volume, _image.Environment["DATABASE_DIRECTORY"]);
        Assert.Equal("8080", _image.Environment["SERVER_PORT"]);
        Assert.Equal(8080, _image.Port);
        Assert.Equal("0.0.0.0", _image.Environment["SERVER_HOST"]);
        Assert.Equal("production", _image.Environment["APP_ENV"]);
    }

    [Fact]
    public void The_program_asks_itself_how_it_is_and_no_shell_stands_in_between()
    {
        var health = _image.Argument("HEALTHCHECK");

        Assert.Equal(["/nebula/nebula"], List(_image.Argument("ENTRYPOINT")));
        Assert.Equal(["/nebula/nebula", "health"], List(health[health.IndexOf('[', StringComparison.Ordinal)..]));
    }

    [Fact]
    public void The_build_uses_the_SDK_of_this_tree()
    {
        using var global = JsonDocument.Parse(SourceTree.Read("global.json"));
        var version = global.RootElement.GetProperty("sdk").GetProperty("version").GetString();
        var image = Assert.Single(_image.Instructions, line => line.StartsWith("ARG SDK_IMAGE=", StringComparison.Ordinal));

        Assert.StartsWith($"ARG SDK_IMAGE=mcr.microsoft.com/dotnet/sdk:{version}-", image, StringComparison.Ordinal);
    }

    [Fact]
    public void The_build_runs_the_scripts_that_run_elsewhere_too()
    {
        var scripts = _image.Instructions.Where(line => line.StartsWith("RUN ", StringComparison.Ordinal))
            .SelectMany(line => Script().Matches(line).Select(match => match.Value))
            .ToList();

        Assert.Contains("scripts/publish-native", scripts);
        Assert.Contains("scripts/image-root", scripts);
        Assert.All(scripts, script => Assert.True(File.Exists(SourceTree.Absolute(script)), script));
    }

    [Fact]
    public void What_is_configured_for_the_build_reaches_the_builder()
    {
        var allowed = File.ReadLines(SourceTree.Absolute(".dockerignore")).Where(line => line.StartsWith('!')).Select(line => line[1..]).ToList();

        Assert.Contains("src", allowed);
        Assert.Contains("scripts", allowed);
        Assert.All(
            Directory.EnumerateFiles(SourceTree.Root, "Directory.*").Append("global.json").Select(path => Path.GetFileName(path)!),
            name => Assert.Contains(name, allowed));
        Assert.All(allowed, path => Assert.True(Path.Exists(SourceTree.Absolute(path)), path));
    }

    private static List<string> List(string json) => JsonSerializer.Deserialize<List<string>>(json) ?? [];

    [GeneratedRegex("scripts/[a-z0-9-]+")]
    private static partial Regex Script();
}
