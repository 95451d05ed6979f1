using System.Text.Json.Nodes;
using Nebula.Core;
using Nebula.Core.Databases;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Contracts;

/// <summary>Random sequences of operations against a model in memory.</summary>
public abstract class ModelContract(StorageFixture storage)
{
    private const int Operations = 4000;
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(6);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public Task Whatever_is_done_the_storage_answers_as_the_model_does() => Seed.RunAsync(async random =>
    {
        var run = new Run(storage, random, await storage.Services.AddTenantAsync());
        var started = TimeProvider.System.GetTimestamp();
        for (var i = 0; i < Operations && TimeProvider.System.GetElapsedTime(started) < _longest; i++)
            await run.StepAsync();
        await run.CompareAsync();
        TestContext.Current.TestOutputHelper?.WriteLine($"{run.Steps} operations");
    });

    private sealed class Run(StorageFixture storage, Random random, Tenant tenant)
    {
        private static readonly string[] _names = ["a", "b", "c"];

        // By database and table, both without case; the tables hold their records and the last id.
        private readonly Dictionary<string, Dictionary<string, Model>> _databases = new(StringComparer.OrdinalIgnoreCase);

        public int Steps { get; private set; }

        private Tenant Tenant => tenant.On(storage.Services);

        public async Task StepAsync()
        {
            Steps++;
            var name = Some.Database(_names[random.Next(_names.Length)]);
            var database = await storage.Services.Databases.OpenAsync(Tenant.Caller, name, Ct);
            Assert.Equal(_databases.ContainsKey(name.Value), database.Code() == "ok");
            if (!database.TryGet(out var found, out _))
            {
                await Tenant.AddDatabaseAsync(name.Value);
                _databases.Add(name.Value, new(StringComparer.OrdinalIgnoreCase));
                return;
            }

            var tables = _databases[name.Value];
            switch (random.Next(100))
            {
                case 0:
                    await storage.RestartAsync();
                    return;
                case 1:
                    await RenameAsync(found);
                    return;
                case 2:
                    await storage.Services.Databases.DeleteAsync(Tenant.Caller, name, Ct).Succeeds();
                    _databases.Remove(name.Value);
                    return;
                case 3:
                    await CompareAsync();
                    return;
                default:
                    var table = _names[random.Next(_names.Length)];
                    await StepAsync(new TestDatabase(storage.Services, Tenant.Caller, found), tables, random.Next(2) == 0 ? table : table.ToUpperInvariant());
                    return;
            }
        }

        /// <summary>Every row and every total of every table.</summary>
        public async Task CompareAsync()
        {
            var known = (await storage.Services.Databases.ListAsync(Tenant.Caller, 10, 0, Ct).Succeeds()).ToDictionary(d => d.Name.Value, StringComparer.OrdinalIgnoreCase);
            Assert.Equal(_databases.Keys.Order(), known.Keys.Order());
            foreach (var (name, tables) in _databases)
            {
                Assert.Equal(tables.Count, known[name].Tables);
                var database = await Tenant.OpenDatabaseAsync(name);
                Assert.Equal(tables.Keys.Order(), (await database.ListTablesAsync()).Select(t => t.Name.ToLowerInvariant()).Order());
                foreach (var (table, model) in tables)
                {
                    var page = await database.Table(table).ListAsync("limit=1000");
                    Assert.Equal(model.Rows.Count, page.Total);
                    Assert.Equal(model.Rows.Values.Select(r => r.ToJsonString()), page.Rows.Select(r => r.ToJsonString()));
                }
            }
        }

        private async Task RenameAsync(Database database)
        {
            var name = _names[random.Next(_names.Length)];
            name = random.Next(2) == 0 ? name : name.ToUpperInvariant();
            var renamed = await storage.Services.Databases.RenameAsync(Tenant.Caller, database.Name, Some.Database(name), Ct);
            var isTaken = _databases.ContainsKey(name) && !name.Equals(database.Name.Value, StringComparison.OrdinalIgnoreCase);
            Assert.Equal(isTaken ? ErrorCodes.DatabaseExists : "ok", renamed.Code());
            if (!isTaken && _databases.Remove(database.Name.Value, out var tables))
                _databases.Add(name, tables);
        }

        private async Task StepAsync(TestDatabase database, Dictionary<string, Model> tables, string name)
        {
            if (!tables.TryGetValue(name, out var model))
            {
                await database.Table(name).TryListAsync().FailsWith(ErrorCodes.TableNotFound);
                await database.AddTableAsync(name, "u INTEGER unique", "t TEXT");
                tables.Add(name.ToLowerInvariant(), new Model());
                return;
            }

            var table = database.Table(name);
            switch (random.Next(40))
            {
                case 0:
                    await database.DropAsync(name).Succeeds();
                    tables.Remove(name);
                    break;
                case < 16:
                    await InsertAsync(table, model);
                    break;
                case < 24:
                    await UpdateAsync(table, model);
                    break;
                case < 30:
                    var id = model.SomeId(random);
                    Assert.Equal(model.Rows.Remove(id) ? "ok" : ErrorCodes.RecordNotFound, (await table.DeleteAsync(id)).Code());
                    break;
                case < 36:
                    id = model.SomeId(random);
                    Assert.Equal(model.Rows.TryGetValue(id, out var row) ? row.ToJsonString() : ErrorCodes.RecordNotFound, Text(await table.FindAsync(id)));
                    break;
                default:
                    await ListAsync(table, model);
                    break;
            }
        }

        private async Task InsertAsync(TestTable table, Model model)
        {
            var (u, t) = (NextUnique(), Values.Next(random, "TEXT"));
            var added = await table.InsertAsync(new JsonObject { ["u"] = u, ["t"] = t }.ToJsonString());
            if (u is { } value && model.Has(value, except: 0))
            {
                Assert.Equal("u", Assert.Single(added.FailsWith(ErrorCodes.UniqueViolation).Details).Field);
                return;
            }

            var row = added.Succeeds();
            Assert.True(storage.UsesUpIds ? row.Id > model.LastId : row.Id == model.LastId + 1, $"id {row.Id} after {model.LastId}");
            model.LastId = row.Id;
            Assert.True(JsonNode.DeepEquals(t, row.Json["t"]) && u == row.Json["u"]?.GetValue<int>(), row.Text);
            model.Rows.Add(row.Id, row.Json);
        }

        private async Task UpdateAsync(TestTable table, Model model)
        {
            var (id, u) = (model.SomeId(random), NextUnique());
            var changed = await table.UpdateAsync(id, new JsonObject { ["u"] = u }.ToJsonString());
            if (!model.Rows.TryGetValue(id, out var before))
                changed.FailsWith(ErrorCodes.RecordNotFound);
            else if (u is { } value && model.Has(value, except: id))
                changed.FailsWith(ErrorCodes.UniqueViolation);
            else
            {
                var row = changed.Succeeds();
                Assert.True(JsonNode.DeepEquals(before["t"], row.Json["t"]) && u == row.Json["u"]?.GetValue<int>(), row.Text);
                model.Rows[id] = row.Json;
            }
        }

        private async Task ListAsync(TestTable table, Model model)
        {
            var (limit, offset, isDescending) = (random.Next(1, 20), random.Next(10), random.Next(2) == 0);
            var page = await table.ListAsync($"limit={limit}&offset={offset}&sort=u&order={(isDescending ? "desc" : "asc")}");
            var sorted = model.Rows.Values.OrderBy(r => r["u"]?.GetValue<int>() ?? int.MinValue).ThenBy(r => r["id"]!.GetValue<long>()).ToList();
            if (isDescending)
                sorted.Reverse();
            Assert.Equal(sorted.Skip(offset).Take(limit).Select(r => r.ToJsonString()), page.Rows.Select(r => r.ToJsonString()));
            Assert.Equal(model.Rows.Count, page.Total);
        }

        private int? NextUnique() => random.Next(8) == 0 ? null : random.Next(60);

        private static string Text(Result<Row> result) => result.TryGet(out var row, out var error) ? row.Json.ToJsonString() : error.Code;
    }

    private sealed class Model
    {
        public SortedDictionary<long, JsonObject> Rows { get; } = [];

        public long LastId { get; set; }

        public bool Has(int unique, long except) => Rows.Any(r => r.Key != except && r.Value["u"]?.GetValue<int>() == unique);

        public long SomeId(Random random) => random.NextInt64(1, LastId + 3);
    }
}
