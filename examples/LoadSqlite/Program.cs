using LoadSqlite;
using LoadSqlite.Server;
using Microsoft.Data.Sqlite;

const int Equal = 0, NotEqual = 1, WrongInput = 2, Failed = 3, Interrupted = 130;

if (args.Any(a => a is "--help" or "-h"))
{
    Console.Out.WriteLine(Options.Usage);
    return Equal;
}

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};

try
{
    var transfer = new Transfer(Options.Parse(args), Console.Out, Console.Error, TimeProvider.System);
    return await transfer.RunAsync(stop.Token) ? Equal : NotEqual;
}
catch (InputException fault)
{
    Console.Error.WriteLine(fault.Message);
    return WrongInput;
}
catch (Exception fault) when (fault is NebulaException or SqliteException)
{
    Console.Error.WriteLine($"Stopped: {fault.Message}");
    return Failed;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    Console.Error.WriteLine("Interrupted. What was loaded so far is still in the new database.");
    return Interrupted;
}
