using System.Data.Common;
using Microsoft.Extensions.Logging;
using Nebula.Core;

namespace Nebula.Storage.Migrations;

/// <summary>Brings the metadata to the schema that this program knows. Each step is one transaction, so that of several servers that start together one applies it.</summary>
internal static class MigrationRunner
{
    /// <summary>Applies what is missing. Throws <see cref="MigrationException"/> when the metadata was written by a newer program, or by other steps than these.</summary>
    public static void Run(DbConnection connection, MigrationSql sql, IReadOnlyList<Migration> migrations, TimeProvider clock, ILogger logger)
    {
        while (RunNext(connection, sql, migrations, clock) is { } migration)
            StorageLog.MigrationApplied(logger, migration.Number, migration.Name);
    }

    /// <summary>Applies the first one that is missing and gives it; null when none is.</summary>
    private static Migration? RunNext(DbConnection connection, MigrationSql sql, IReadOnlyList<Migration> migrations, TimeProvider clock)
    {
        Execute(connection, sql.Begin);
        try
        {
            Execute(connection, sql.Prepare);
            var applied = ReadApplied(connection, sql);
            Check(applied, migrations);
            var next = migrations.FirstOrDefault(m => !applied.ContainsKey(m.Number));
            if (next is not null)
                Apply(connection, sql, next, clock);
            Execute(connection, sql.Commit);
            return next;
        }
        catch
        {
            TryUndo(connection, sql);
            throw;
        }
    }

    private static void Check(Dictionary<int, string> applied, IReadOnlyList<Migration> migrations)
    {
        foreach (var (number, hash) in applied)
        {
            var known = migrations.FirstOrDefault(m => m.Number == number)
                ?? throw new MigrationException($"The metadata was written by a newer Nebula (its migration {number} is not known here). Start that version, or restore a backup.");
            if (known.Hash != hash)
                throw new MigrationException($"Migration {number} ({known.Name}) is not the one that the metadata was made with.");
        }
    }

    private static Dictionary<int, string> ReadApplied(DbConnection connection, MigrationSql sql)
    {
        using var select = connection.CreateCommand();
        select.CommandText = $"SELECT number, hash FROM {sql.Table} ORDER BY number";
        using var reader = select.ExecuteReader();
        var applied = new Dictionary<int, string>();
        while (reader.Read())
            applied.Add(reader.GetInt32(0), reader.GetString(1));
        return applied;
    }

    private static void Apply(DbConnection connection, MigrationSql sql, Migration migration, TimeProvider clock)
    {
        Execute(connection, migration.Sql);
        using var note = connection.CreateCommand();
        note.CommandText = $"INSERT INTO {sql.Table} (number, name, hash, applied_at) VALUES (@number, @name, @hash, @at)";
        Add(note, "@number", migration.Number);
        Add(note, "@name", migration.Name);
        Add(note, "@hash", migration.Hash);
        Add(note, "@at", Timestamps.ToText(clock.GetUtcNow()));
        note.ExecuteNonQuery();
    }

    private static void TryUndo(DbConnection connection, MigrationSql sql)
    {
        try
        {
            Execute(connection, sql.Rollback);
        }
        catch (DbException)
        {
            // The connection is broken: the engine undoes by itself, and what broke it is told.
        }
    }

    private static void Add(DbCommand command, string name, object value)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.Value = value;
        command.Parameters.Add(parameter);
    }

    private static void Execute(DbConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.CommandTimeout = 600; // another server may be at it, with a lot of data
        command.ExecuteNonQuery();
    }
}
