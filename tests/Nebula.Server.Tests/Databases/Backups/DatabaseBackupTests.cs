using Nebula.Server.Tests.Infrastructure;
using Nebula.Storage.Tests.Support;

namespace Nebula.Server.Tests.Databases.Backups;

public sealed class DatabaseBackupTests(SharedServer shared) : ServerTests(shared)
{
    private const string Backups = "/api/v1/account/databases/shop/backups";

    [Fact]
    public async Task An_owner_backs_a_database_up_and_restores_it_as_a_new_one()
    {
        var owner = await Nebula.SignUpAsync();
        var records = await owner.CreateShopAsync();
        await owner.AddAsync(records, new { name = "Ada", age = 36 });
        await owner.AddAsync(records, new { name = "Bob", age = 40 });
        (await owner.DeleteAsync($"{records}/2")).ShouldBe(204);

        var made = await owner.BackUpAsync(Backups);
        var id = made.Text("backup_id");
        if (made.Status == 201)
            Assert.Equal($"{Backups}/{id}", made.Header("Location"));
        Assert.Equal(("complete", 1, 1), (made.Text("state"), made.Number("rows"), made["tables"].Number("customers")));
        await owner.AddAsync(records, new { name = "Later" });

        Assert.Equal(made.Body, (await owner.GetAsync($"{Backups}/{id}")).ShouldBe(200).Body);
        var restored = (await owner.PostAsync($"{Backups}/{id}/restore", new { db_name = "copy" })).ShouldBe(201);
        Assert.Equal("/api/v1/databases/copy", restored.Header("Location"));
        var copy = records.Replace("/shop/", "/copy/", StringComparison.Ordinal);
        Assert.Equal(1, (await owner.GetAsync(copy)).ShouldBe(200)["pagination"].Number("total"));
        Assert.Equal(3, await owner.AddAsync(copy, new { name = "Next" })); // as if the second had never been free
        (await owner.PostAsync($"{Backups}/{id}/restore", new { db_name = "copy" })).ShouldBe(409, "database_exists");
    }

    [Fact]
    public async Task A_backup_is_downloaded_as_the_file_that_import_takes()
    {
        var shop = await (await Shop.OpenAsync(Nebula)).BackUpAsync();

        var file = (await shop.Owner.GetAsync($"{Backups}/{shop.BackupId}/file")).ShouldBe(200);

        Assert.Equal("application/vnd.sqlite3", file.MediaType);
        Assert.Equal("attachment; filename=shop.db", file.Header("Content-Disposition"));
        Assert.Equal("SQLite format 3\0"u8, file.Bytes.AsSpan(0, 16));
        await Nebula.LeavesNothingSpooledAsync("*.backup");
    }

    [Fact]
    public async Task Backups_are_listed_newest_first_and_bounded_and_go_when_they_are_deleted()
    {
        await using var server = await TestServer.StartAsync(new() { ["NEBULA_BACKUPS_PER_DATABASE"] = "2" });
        var owner = await server.SignUpAsync();
        await owner.CreateShopAsync();
        var ids = new List<string>();
        for (var i = 0; i < 2; i++)
            ids.Add((await owner.BackUpAsync(Backups)).Text("backup_id"));

        var refused = (await owner.PostAsync(Backups)).ShouldBe(409, "conflict");
        Assert.Equal("Delete one first.", refused.Text("hint"));
        Assert.Equal(ids.Order(StringComparer.Ordinal).Reverse(), (await owner.GetAsync(Backups)).Json.List("backups").Select(b => b.Text("backup_id")));
        (await owner.DeleteAsync($"{Backups}/{ids[0]}")).ShouldBe(204);
        (await owner.DeleteAsync($"{Backups}/{ids[0]}")).ShouldBe(404, "backup_not_found");
        Assert.Equal([ids[1]], (await owner.GetAsync(Backups)).Json.List("backups").Select(b => b.Text("backup_id")));
        await owner.BackUpAsync(Backups);
    }

    [Fact]
    public async Task Backups_of_a_deleted_account_are_swept_away()
    {
        await using var server = await TestServer.StartAsync([]);
        var owner = await server.SignUpAsync();
        await owner.CreateShopAsync();
        await owner.BackUpAsync(Backups);
        var folder = Path.Combine(server.DataDirectory, "backups", "accounts", owner.Id);
        Assert.True(Directory.Exists(folder));

        (await owner.DeleteAsync("/api/v1/account", new { password = owner.Password })).ShouldBe(204);
        await server.RestartAsync();

        await Eventually.IsTrue(() => !Directory.Exists(folder), "they are gone");
    }

    [Fact]
    public async Task A_damaged_backup_is_told_restored_by_nobody_and_can_be_deleted()
    {
        await using var server = await TestServer.StartAsync([]);
        var owner = await server.SignUpAsync();
        await owner.CreateShopAsync();
        var id = (await owner.BackUpAsync(Backups)).Text("backup_id");
        var folder = Directory.GetDirectories(Path.Combine(server.DataDirectory, "backups"), id, SearchOption.AllDirectories).Single();
        var file = Directory.GetFiles(Path.Combine(folder, "databases")).Single();
        var bytes = File.ReadAllBytes(file);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(file, bytes);

        (await owner.PostAsync($"{Backups}/{id}/restore", new { db_name = "copy" })).ShouldBe(409, "backup_unreadable");
        (await owner.GetAsync($"{Backups}/{id}/file")).ShouldBe(409, "backup_unreadable");
        (await owner.GetAsync("/api/v1/databases/copy")).ShouldBe(404, "database_not_found");

        File.WriteAllText(Path.Combine(folder, "manifest.json"), "{}");
        var listed = Assert.Single((await owner.GetAsync(Backups)).ShouldBe(200).Json.List("backups"));
        Assert.Equal("unreadable", listed.Text("state"));
        (await owner.GetAsync($"{Backups}/{id}")).ShouldBe(409, "backup_unreadable");
        (await owner.DeleteAsync($"{Backups}/{id}")).ShouldBe(204);
        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public async Task Another_accounts_backup_is_the_same_as_none()
    {
        var (mine, theirs) = (await Shop.OpenAsync(Nebula), await (await Shop.OpenAsync(Nebula)).BackUpAsync());

        foreach (var path in new[] { $"{Backups}/{theirs.BackupId}", $"{Backups}/{theirs.BackupId}/file" })
        {
            var (foreign, none) = ((await mine.Owner.GetAsync(path)).ShouldBe(404, "backup_not_found"), (await mine.Owner.GetAsync(path.Replace(theirs.BackupId, "20260101t000000z-00000000", StringComparison.Ordinal))).ShouldBe(404));
            Assert.Equal(none.Text("error").Replace("20260101t000000z-00000000", theirs.BackupId, StringComparison.Ordinal), foreign.Text("error"));
        }

        (await mine.Owner.DeleteAsync($"{Backups}/{theirs.BackupId}")).ShouldBe(404, "backup_not_found");
        (await mine.Owner.PostAsync($"{Backups}/{theirs.BackupId}/restore", new { db_name = "stolen" })).ShouldBe(404, "backup_not_found");
        (await theirs.Owner.GetAsync($"{Backups}/{theirs.BackupId}")).ShouldBe(200);
    }

    [Fact]
    public async Task A_place_that_is_away_is_told_without_its_name()
    {
        var root = Directory.CreateTempSubdirectory("nebula-away-").FullName;
        var place = Path.Combine(root, "file");
        File.WriteAllText(place, "no directory");
        await using var server = await TestServer.StartAsync(new() { ["NEBULA_BACKUP_TARGET"] = place });
        var owner = await server.SignUpAsync();
        await owner.CreateShopAsync();

        var refused = (await owner.PostAsync(Backups)).ShouldBe(503, "unavailable");

        Assert.DoesNotContain(root, refused.Body, StringComparison.Ordinal);
        await server.Log.ShouldSayAsync(place, TestContext.Current.CancellationToken);
        Directory.Delete(root, recursive: true);
    }

    [Fact]
    public async Task Making_and_deleting_a_backup_are_in_the_audit_log()
    {
        var shop = await (await Shop.OpenAsync(Nebula)).BackUpAsync();
        (await shop.Owner.DeleteAsync($"{Backups}/{shop.BackupId}")).ShouldBe(204);
        (await shop.Owner.DeleteAsync($"{Backups}/{shop.BackupId}")).ShouldBe(404); // which changes nothing, and has no entry

        var entries = (await shop.Owner.GetAsync("/api/v1/account/audit?limit=2&database=shop")).ShouldBe(200).Json.List("audit");

        Assert.Equal(["backup.delete", "backup.create"], entries.Select(e => e.Text("action")));
        Assert.All(entries, e => Assert.Equal(("shop", shop.BackupId, "done"), (e.Text("db_name"), e.Text("subject"), e.Text("outcome"))));
    }

    [Fact]
    public async Task A_restore_is_in_the_audit_log()
    {
        var shop = await (await Shop.OpenAsync(Nebula)).BackUpAsync();
        (await shop.Owner.PostAsync($"{Backups}/{shop.BackupId}/restore", new { db_name = "copy" })).ShouldBe(201);

        var entry = (await shop.Owner.GetAsync("/api/v1/account/audit?limit=1")).ShouldBe(200).Json.List("audit").Single();

        Assert.Equal(("database.restore", "copy", shop.BackupId, "done"), (entry.Text("action"), entry.Text("db_name"), entry.Text("subject"), entry.Text("outcome")));
    }
}
