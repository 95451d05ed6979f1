using System.Diagnostics;
using System.Text.RegularExpressions;
using Nebula.Server.Tests.Deployment;
using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.Documents;

/// <summary>The README is typed as it is written.</summary>
public sealed partial class ReadmeTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_quick_start_works_when_pasted_line_by_line()
    {
        var bash = Tool.Require("bash");
        _ = Tool.Require("curl");
        await using var server = await TestServer.StartAsync([]);
        var script = QuickStart().Replace("http://127.0.0.1:8080", server.Address.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal);

        var answers = await RunAsync(bash, script);

        Assert.DoesNotContain("<head", answers, StringComparison.Ordinal);
        Assert.Contains("\"message\":\"User created\"", answers, StringComparison.Ordinal);
        Assert.Contains("\"message\":\"Database created\"", answers, StringComparison.Ordinal);
        Assert.Contains("\"message\":\"Table created\"", answers, StringComparison.Ordinal);
        Assert.Equal(3, Created().Count(answers));
        Assert.Contains("\"message\":\"Record updated\",\"record_id\":2", answers, StringComparison.Ordinal);
        Assert.Contains("\"name\":\"Darjeeling\",\"origin\":\"India\",\"price\":12.5", answers, StringComparison.Ordinal);
        Assert.Contains("\"pagination\":{\"total\":2,\"limit\":10,\"offset\":0}", answers, StringComparison.Ordinal);
        Assert.Contains("{\"records\":[{\"name\":\"Sencha\",\"price\":14}],\"pagination\":{\"total\":3,\"limit\":2,\"offset\":2}}", answers, StringComparison.Ordinal);

        // The last line is wrong on purpose; nothing before it may be.
        Assert.Single(Failed().Matches(answers));
        Assert.Contains("\"code\":\"invalid_record\"", answers, StringComparison.Ordinal);
    }

    // The web SDK would start it in the folder of the project, and the data would be there.
    [Fact]
    public void Dotnet_run_serves_the_data_of_the_folder_where_it_is_typed() => Assert.Contains(
        "<EnableDefaultRunWorkingDirectory>false</EnableDefaultRunWorkingDirectory>", SourceTree.Read("src/Nebula.Server/Nebula.Server.csproj"), StringComparison.Ordinal);

    private static string QuickStart()
    {
        var readme = SourceTree.Read("README.md");
        var section = readme[readme.IndexOf("## Quick start", StringComparison.Ordinal)..];
        return CodeBlock().Match(section).Groups["code"].Value;
    }

    private static async Task<string> RunAsync(string shell, string script)
    {
        // Line by line, as a terminal takes it; one line's failure would not stop the next.
        using var bash = Process.Start(new ProcessStartInfo(shell, ["-s"]) { RedirectStandardInput = true, RedirectStandardOutput = true })!; // started, or it throws
        await bash.StandardInput.WriteAsync(script.AsMemory(), Ct);
        bash.StandardInput.Close();
        var answers = await bash.StandardOutput.ReadToEndAsync(Ct);
        await bash.WaitForExitAsync(Ct);
        return answers;
    }

    [GeneratedRegex("```bash\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();

    [GeneratedRegex("\"message\":\"Record created\"")]
    private static partial Regex Created();

    [GeneratedRegex("\"error\":")]
    private static partial Regex Failed();
}
