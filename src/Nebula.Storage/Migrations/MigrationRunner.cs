using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Nebula.Core;

namespace Nebula.Storage.Migrations;

/// <summary>Brings the metadata to the schema that this program knows. Each step is one transaction; the lock of the data directory keeps others out.</summary>
internal static class MigrationRunner
{
    private const string CreateTable = """
        CREATE TABLE IF NOT EXISTS nebula_migrations (
          number INTEGER PRIMARY KEY, name TEXT NOT NULL, hash TEXT NOT NULL, applied_at TEXT NOT NULL)
        """;

    /// <summary>Applies what is missing. Throws <see cref="MigrationException"/> when the metadata was written by a newer program, or by other steps than these.</summary>
    public static void Run(SqliteConnection connection, IReadOnlyList<Migration> migrations, TimeProvider clock, ILogger logger)
    {
        using (var create = connection.CreateCommand())
        {
            create.CommandText = CreateTable;
            create.ExecuteNonQuery();
        }

        var applied = ReadApplied(connection);
        foreach (var (number, hash) in applied)
        {
            var known = migrations.FirstOrDefault(m => m.Number == number)
                ?? throw new MigrationException($"The metadata was written by a newer Nebula (its migration {number} is not known here). Start that version, or restore a backup.");
            if (known.Hash != hash)
                throw new MigrationException($"Migration {number} ({known.Name}) is not the one that the metadata was made with.");
        }

        foreach (var migration in migrations.Where(m => !applied.ContainsKey(m.Number)))
        {
            Apply(connection, migration, clock);
            StorageLog.MigrationApplied(logger, migration.Number, migration.Name);
        }
    }

    private static Dictionary<int, string> ReadApplied(SqliteConnection connection)
    {
        using var select = connection.CreateCommand();
        select.CommandText = "SELECT number, hash FROM nebula_migrations ORDER BY number";
        using var reader = select.ExecuteReader();
        var applied = new Dictionary<int, string>();
        while (reader.Read())
            applied.Add(reader.GetInt32(0), reader.GetString(1));
        return applied;
    }

    /// <summary>A savepoint is a transaction of its own, or part of one that is open already: that of an upgrade.</summary>
    private static void Apply(SqliteConnection connection, Migration migration, TimeProvider clock)
    {
        using var apply = connection.CreateCommand();
        apply.CommandText = $"SAVEPOINT migration; {migration.Sql}";
        apply.ExecuteNonQuery();
        apply.CommandText = "INSERT INTO nebula_migrations (number, name, hash, applied_at) VALUES ($number, $name, $hash, $at)";
        apply.Parameters.AddWithValue("$number", migration.Number);
        apply.Parameters.AddWithValue("$name", migration.Name);
        apply.Parameters.AddWithValue("$hash", migration.Hash);
        apply.Parameters.AddWithValue("$at", Timestamps.ToText(clock.GetUtcNow()));
        apply.ExecuteNonQuery();
        apply.Parameters.Clear();
        apply.CommandText = "RELEASE migration";
        apply.ExecuteNonQuery();
    }
}
