using System.Reflection;
using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.About;

public sealed class AboutTests(SharedServer shared) : ServerTests(shared)
{
    [Fact]
    public async Task The_version_is_the_programs_with_the_engines()
    {
        var answer = (await Nebula.Visitor.GetAsync("/api/v1/version")).ShouldBe(200);

        Assert.Equal(["name", "version", "engine"], answer.Json.Names());
        Assert.Equal("nebula", answer.Text("name"));
        Assert.Equal(ProgramVersion, answer.Text("version"));
        Assert.Equal(["name", "version"], answer["engine"].Names());
        Assert.Equal(TestEngine.Name, answer["engine"].Text("name"));
        Assert.Matches(TestEngine.IsPostgres ? @"^\d+(\.\d+)?" : @"^3\.\d+\.\d+$", answer["engine"].Text("version"));
    }

    [Fact]
    public async Task The_OpenAPI_document_is_served_to_anyone_and_has_the_programs_version()
    {
        var answer = (await Nebula.Visitor.GetAsync("/openapi.json")).ShouldBe(200);

        Assert.Equal("application/json", answer.MediaType);
        Assert.StartsWith("3.1.", answer.Text("openapi"), StringComparison.Ordinal);
        Assert.Equal(ProgramVersion, answer["info"].Text("version"));
    }

    private static string ProgramVersion => typeof(NebulaServer).Assembly.GetName().Version is { } version
        ? typeof(NebulaServer).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? version.ToString(3)
        : throw new InvalidOperationException("The program has no version.");
}
