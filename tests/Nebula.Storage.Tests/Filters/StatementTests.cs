using System.Text.RegularExpressions;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Filters;

/// <summary>What a request says is bound or looked up, never written into a statement.</summary>
public sealed partial class StatementTests
{
    /// <summary>Stands in every value and in every wrong name that is sent.</summary>
    private const string Marker = "zq9marker";

    private static readonly string[] _values = [$"'{Marker}'", $"'{Marker}%'", $"lower('{Marker}')", $"coalesce(name, '{Marker}')"];
    private static readonly string[] _tests = ["name = {0}", "name != {0}", "name ~ {0}", "name ^= {0}", "name $= {0}", "name in ({0}, 'b')", "name between {0} and 'z'", "boss.name = {0}", "minions.name = {0}", "data.{1} = {0}", "data.a.\"{1} \"\"x\" ~ {0}"];

    [Fact]
    public Task No_value_and_no_wrong_name_is_in_a_statement_and_every_name_is_of_the_catalogue() => Seed.RunAsync(async random =>
    {
        await using var storage = await RunningStorage.StartAsync();
        var database = await (await storage.Services.AddTenantAsync()).AddDatabaseAsync();
        var table = await database.MakeTableAsync("""
            {"table_name": "people", "columns": [{"name": "name", "type": "TEXT"}, {"name": "data", "type": "JSON"}, {"name": "boss_id", "type": "INTEGER", "references": {"table": "people", "inverse": "minions"}}],
             "indexes": [{"columns": ["name"], "type": "fulltext"}]}
            """);
        await table.AddAsync("""{"name": "a", "data": {"a": 1}}""");

        var statements = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < 400; i++)
        {
            var filter = string.Join(random.Next(2) == 0 ? " and " : " or ", Enumerable.Range(0, random.Next(1, 4)).Select(_ =>
                string.Format(System.Globalization.CultureInfo.InvariantCulture, _tests[random.Next(_tests.Length)], _values[random.Next(_values.Length)], Marker)));
            var rest = random.Next(6) switch
            {
                0 => $"&search={Marker} \"{Marker}\" {Marker}*",
                1 => $"&sort=-{Marker}",
                2 => $"&fields=name,boss.{Marker}",
                3 => $"&expand=minions(filter={_tests[random.Next(7)].Replace("{0}", $"'{Marker}'", StringComparison.Ordinal)},sort=-name,limit=3)",
                4 => $"&name={Marker}",
                _ => "&sort=-boss.name,name&cursor=",
            };
            await table.TryListAsync($"filter={Uri.EscapeDataString(filter)}{rest.Replace("%", "%25", StringComparison.Ordinal)}&count=exact");

            // A connection keeps the last few dozen only.
            if (i % 10 == 0)
                statements.UnionWith(await storage.InsideAsync(database.Database, d => d.StatementTexts.ToList()));
        }

        Assert.True(statements.Count > 40, $"{statements.Count} statements");
        Assert.DoesNotContain(statements, s => s.Contains(Marker, StringComparison.OrdinalIgnoreCase));
        var known = new HashSet<string>(["people", "id", "name", "data", "boss_id", "created_at", "updated_at"], StringComparer.Ordinal);
        Assert.All(statements.Where(s => s.StartsWith("SELECT", StringComparison.Ordinal) && s.Contains("\"people\"", StringComparison.Ordinal)), s =>
            Assert.All(Quoted().Matches(s).Select(m => m.Groups[1].Value), name => Assert.True(known.Contains(name) || name.StartsWith("_nebula_fts_", StringComparison.Ordinal), $"{name} in {s}")));
    });

    [GeneratedRegex("\"([^\"]*)\"")]
    private static partial Regex Quoted();
}
