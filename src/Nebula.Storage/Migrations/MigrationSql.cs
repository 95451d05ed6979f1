namespace Nebula.Storage.Migrations;

/// <summary>In what the engines differ when migrations are applied.</summary>
/// <param name="Begin">Begins the transaction of one step; nobody else applies one until it ends.</param>
/// <param name="Prepare">Makes the table that keeps what was applied, if it is not there.</param>
internal sealed record MigrationSql(string Table, string Begin, string Prepare, string Commit, string Rollback)
{
    private const string Columns = "number INTEGER PRIMARY KEY, name TEXT NOT NULL, hash TEXT NOT NULL, applied_at TEXT NOT NULL";

    /// <summary>A savepoint is a transaction of its own, or part of one that is open already: that of an upgrade. The lock of the data directory keeps others out.</summary>
    public static MigrationSql Sqlite { get; } = new(
        "nebula_migrations", "SAVEPOINT migration", $"CREATE TABLE IF NOT EXISTS nebula_migrations ({Columns})", "RELEASE migration", "ROLLBACK TO migration; RELEASE migration");

    /// <summary>
    /// The lock belongs to the transaction, so that it works behind a pooler too. Whoever may not make schemas can be given an empty one: <c>IF NOT EXISTS</c> alone would ask for the right all the same.
    /// </summary>
    public static MigrationSql Postgres { get; } = new(
        "nebula.migrations",
        "BEGIN; SELECT pg_advisory_xact_lock(7450290129862746)", // "nebula" on a telephone's keys and more: a number that nobody else in the database has
        $"""
        DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_namespace WHERE nspname = 'nebula') THEN CREATE SCHEMA nebula; END IF; END $$;
        CREATE TABLE IF NOT EXISTS nebula.migrations ({Columns})
        """,
        "COMMIT",
        "ROLLBACK");
}
