using System.Diagnostics;
using Nebula.Baseline.Items;
using Nebula.Baseline.Sqlite;

namespace Nebula.Baseline.InProcess;

/// <summary>L1: what one thread gets out of SQLite, with the table, the statements and the JSON of L3, but without HTTP.</summary>
internal static class SqliteRates
{
    private const int Rows = 10_000;

    /// <summary>As many writes in a commit as L3 gathers at most from 64 connections.</summary>
    private const int Group = 64;

    public static IEnumerable<(string Name, double PerSecond)> Measure(string directory, TimeSpan duration)
    {
        yield return ("point_reads", PointReads(directory, duration));
        yield return ("autocommit_inserts", Inserts(directory, "autocommit.db", duration, isSynced: true, group: 1));
        yield return ("group_inserts", Inserts(directory, "group.db", duration, isSynced: true, Group));
        yield return ("unsynced_group_inserts", Inserts(directory, "unsynced.db", duration, isSynced: false, Group));
    }

    private static double PointReads(string directory, TimeSpan duration)
    {
        var file = new ItemsFile(Path.Combine(directory, "reads.db"), isSynced: false);
        using (var connection = file.Open())
        {
            var insert = new Inserter(connection);
            connection.Execute("BEGIN");
            for (var i = 0; i < Rows; i++)
                insert.Insert(i);
            connection.Execute("COMMIT");
        }

        using var reader = new ItemReader(file);
        var json = new ItemBuffer();
        return Rate(duration, n =>
        {
            json.Clear();
            if (!reader.TryGet(Random.Shared.Next(Rows) + 1, json))
                throw new InvalidOperationException("A row is missing.");
            return n + 1;
        });
    }

    private static double Inserts(string directory, string name, TimeSpan duration, bool isSynced, int group)
    {
        using var connection = new ItemsFile(Path.Combine(directory, name), isSynced).Open();
        var insert = new Inserter(connection);
        var begin = connection.Prepare("BEGIN IMMEDIATE");
        var commit = connection.Prepare("COMMIT");
        return Rate(duration, n =>
        {
            if (group == 1)
            {
                insert.Insert(n);
                return n + 1;
            }

            Run(begin);
            for (var i = 0; i < group; i++)
                insert.Insert(n + i);
            Run(commit);
            return n + group;
        });
    }

    private static double Rate(TimeSpan duration, Func<long, long> step)
    {
        var watch = Stopwatch.StartNew();
        long done = 0;
        while (watch.Elapsed < duration)
            done = step(done);
        return done / watch.Elapsed.TotalSeconds;
    }

    private static void Run(Statement statement)
    {
        _ = statement.Step();
        statement.Reset();
    }

    private sealed class Inserter(Connection connection)
    {
        private readonly Statement _statement = connection.Prepare(
            "INSERT INTO items (name, note, amount, price, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?5)");

        public void Insert(long number)
        {
            _statement.Bind(1, "item-04711"u8);
            _statement.Bind(2, "note-04711"u8);
            _statement.Bind(3, number);
            _statement.Bind(4, number + 0.5);
            _statement.Bind(5, "2026-11-24T10:00:00.000Z"u8);
            Run(_statement);
        }
    }
}
