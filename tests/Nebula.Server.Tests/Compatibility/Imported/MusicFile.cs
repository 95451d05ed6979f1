using System.Globalization;
using Microsoft.Data.Sqlite;
using Nebula.Server.Tests.Faults;

namespace Nebula.Server.Tests.Compatibility.Imported;

/// <summary>
/// A SQLite file of another program, in the shape of a well-known sample: keys that are not called <c>id</c>, a composite one, a reference to the own table, prices that are NUMERIC and times
/// that are text. <c>NEBULA_TEST_MUSIC_FILE</c> names a real file of that shape to take instead.
/// </summary>
internal static class MusicFile
{
    private const string Variable = "NEBULA_TEST_MUSIC_FILE";

    private const string Schema = """
        CREATE TABLE [Artist] ([ArtistId] INTEGER NOT NULL, [Name] NVARCHAR(120), CONSTRAINT [PK_Artist] PRIMARY KEY ([ArtistId]));
        CREATE TABLE [Album] ([AlbumId] INTEGER NOT NULL, [Title] NVARCHAR(160) NOT NULL, [ArtistId] INTEGER NOT NULL, CONSTRAINT [PK_Album] PRIMARY KEY ([AlbumId]),
          FOREIGN KEY ([ArtistId]) REFERENCES [Artist] ([ArtistId]) ON DELETE NO ACTION ON UPDATE NO ACTION);
        CREATE TABLE [Track] ([TrackId] INTEGER NOT NULL, [Name] NVARCHAR(200) NOT NULL, [AlbumId] INTEGER, [Milliseconds] INTEGER NOT NULL, [UnitPrice] NUMERIC(10,2) NOT NULL,
          CONSTRAINT [PK_Track] PRIMARY KEY ([TrackId]), FOREIGN KEY ([AlbumId]) REFERENCES [Album] ([AlbumId]));
        CREATE TABLE [Employee] ([EmployeeId] INTEGER NOT NULL, [LastName] NVARCHAR(20) NOT NULL, [ReportsTo] INTEGER, [BirthDate] DATETIME, CONSTRAINT [PK_Employee] PRIMARY KEY ([EmployeeId]),
          FOREIGN KEY ([ReportsTo]) REFERENCES [Employee] ([EmployeeId]));
        CREATE TABLE [Customer] ([CustomerId] INTEGER NOT NULL, [LastName] NVARCHAR(20) NOT NULL, [SupportRepId] INTEGER, CONSTRAINT [PK_Customer] PRIMARY KEY ([CustomerId]),
          FOREIGN KEY ([SupportRepId]) REFERENCES [Employee] ([EmployeeId]));
        CREATE TABLE [Invoice] ([InvoiceId] INTEGER NOT NULL, [CustomerId] INTEGER NOT NULL, [InvoiceDate] DATETIME NOT NULL, [BillingCountry] NVARCHAR(40), [Total] NUMERIC(10,2) NOT NULL,
          CONSTRAINT [PK_Invoice] PRIMARY KEY ([InvoiceId]), FOREIGN KEY ([CustomerId]) REFERENCES [Customer] ([CustomerId]));
        CREATE TABLE [InvoiceLine] ([InvoiceLineId] INTEGER NOT NULL, [InvoiceId] INTEGER NOT NULL, [TrackId] INTEGER NOT NULL, [UnitPrice] NUMERIC(10,2) NOT NULL, [Quantity] INTEGER NOT NULL,
          CONSTRAINT [PK_InvoiceLine] PRIMARY KEY ([InvoiceLineId]), FOREIGN KEY ([InvoiceId]) REFERENCES [Invoice] ([InvoiceId]), FOREIGN KEY ([TrackId]) REFERENCES [Track] ([TrackId]));
        CREATE TABLE [Playlist] ([PlaylistId] INTEGER NOT NULL, [Name] NVARCHAR(120), CONSTRAINT [PK_Playlist] PRIMARY KEY ([PlaylistId]));
        CREATE TABLE [PlaylistTrack] ([PlaylistId] INTEGER NOT NULL, [TrackId] INTEGER NOT NULL, CONSTRAINT [PK_PlaylistTrack] PRIMARY KEY ([PlaylistId], [TrackId]),
          FOREIGN KEY ([PlaylistId]) REFERENCES [Playlist] ([PlaylistId]), FOREIGN KEY ([TrackId]) REFERENCES [Track] ([TrackId]));
        CREATE INDEX [IFK_AlbumArtistId] ON [Album] ([ArtistId]);
        """;

    /// <summary>Whether somebody gave a file, of which nothing is known but its shape.</summary>
    public static bool IsReal => Real is not null;

    private static string? Real => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } path ? path : null;

    private static readonly string[] _countries = ["Norway", "Chile", "Côte d'Ivoire", "日本", "USA"];

    /// <summary>The path of the file; the real one if there is one, else a small one of that shape in the folder.</summary>
    public static string In(string folder)
    {
        if (Real is { } real)
            return real;
        var path = Path.Combine(folder, "music.sqlite");
        using var file = SqliteFile.Create(path);
        file.Run(Schema);
        file.Run("BEGIN");
        Fill(file);
        file.Run("COMMIT");
        return path;
    }

    private static void Fill(SqliteConnection file)
    {
        Each(file, 30, "Artist", i => [i, i % 7 == 0 ? $"Iron {i}" : $"Ärtist {i}"]);
        Each(file, 80, "Album", i => [i, $"Album {i * 37 % 80}", i * 13 % 28 + 1]);
        Each(file, 500, "Track", i => [i, $"Track {i}", i % 50 == 0 ? DBNull.Value : i * 7 % 80 + 1, i * 1009 % 400_000, i % 3 == 0 ? 1.99 : 0.99]);
        Each(file, 8, "Employee", i => [i, $"Employee {i}", i == 1 ? DBNull.Value : i / 2, "1962-02-18 00:00:00"]);
        Each(file, 60, "Customer", i => [i, $"Customer {i}", i % 5 == 0 ? DBNull.Value : i % 3 + 3]);
        Each(file, 200, "Invoice", i => [i, i * 11 % 55 + 1, $"{2021 + i % 4}-{i % 12 + 1:D2}-11 00:00:00", i % 17 == 0 ? DBNull.Value : _countries[i % 5], i % 10 == 0 ? 1 : i * 99 % 2500 / 100.0]);
        Each(file, 800, "InvoiceLine", i => [i, i % 200 + 1, i * 17 % 500 + 1, i * 17 % 3 == 0 ? 1.99 : 0.99, i % 4 + 1]);
        Each(file, 10, "Playlist", i => [i, $"Playlist {i}"]);
        for (var list = 1; list <= 10; list++)
            Each(file, 250, "PlaylistTrack", i => [list, (i * list * 3) % 499 + 1]);
    }

    private static void Each(SqliteConnection file, int count, string table, Func<int, object[]> row)
    {
        for (var i = 1; i <= count; i++)
        {
            var values = row(i);
            file.Run(
                string.Create(CultureInfo.InvariantCulture, $"INSERT OR IGNORE INTO [{table}] VALUES ({string.Join(", ", Enumerable.Range(1, values.Length).Select(n => $"${n}"))})"),
                values);
        }
    }
}
