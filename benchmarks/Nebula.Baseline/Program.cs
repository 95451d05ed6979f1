using System.Globalization;
using System.Net;
using Nebula.Baseline;
using Nebula.Baseline.InProcess;
using Nebula.Baseline.Items;
using Nebula.Baseline.Postgres;

// What the ladder compares Nebula with: see ../README.md.
switch (args)
{
    case ["constant", var port]:
        await ServeAsync(port, new RequestHandler(null, null).HandleAsync);
        return 0;

    case ["sqlite", var port, var directory, "synced" or "unsynced"]:
        var file = new ItemsFile(Path.Combine(directory, "items.db"), isSynced: args[3] == "synced");
        using (var writer = new ItemWriter(file))
        using (var reader = new ItemReader(file))
            await ServeAsync(port, new RequestHandler(reader, writer).HandleAsync);
        return 0;

    case ["postgres", var port, var connection]:
        await using (var items = new PostgresItems(connection))
        {
            await items.CreateAsync(CancellationToken.None);
            await ServeAsync(port, new PostgresHandler(items).HandleAsync);
        }

        return 0;

    case ["in-process", var directory, var seconds]:
        var duration = TimeSpan.FromSeconds(double.Parse(seconds, CultureInfo.InvariantCulture));
        Print("syncs", DiskSyncs.PerSecond(Path.Combine(directory, "syncs"), duration));
        foreach (var (name, perSecond) in SqliteRates.Measure(directory, duration))
            Print(name, perSecond);
        return 0;

    default:
        await Console.Error.WriteLineAsync("usage: baseline constant <port> | sqlite <port> <directory> synced|unsynced | postgres <port> <connection string> | in-process <directory> <seconds>");
        return 2;
}

static async Task ServeAsync(string port, RequestDelegate handle)
{
    var builder = WebApplication.CreateSlimBuilder();
    builder.Logging.ClearProviders();
    builder.WebHost.ConfigureKestrel(kestrel =>
    {
        kestrel.AddServerHeader = false;
        kestrel.Listen(IPAddress.Loopback, int.Parse(port, CultureInfo.InvariantCulture));
    });
    await using var app = builder.Build();
    app.Run(handle);
    await app.RunAsync();
}

static void Print(string name, double perSecond) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name} {perSecond:F0}"));
