using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Nebula.Storage.Tests.Support;
using Npgsql;

namespace Nebula.Storage.Tests.Postgres;

/// <summary>
/// A real PostgreSQL on a free port of the loopback, in a folder of its own. Most tests share the one of their process. <c>NEBULA_TEST_POSTGRES</c>, a connection string of somebody who may
/// create databases, names a running one to use instead.
/// </summary>
public sealed class PostgresCluster : IAsyncDisposable
{
    private const int Attempts = 5;

    private static readonly Lazy<Task<PostgresCluster>> _shared = new(() => StartSharedAsync());

    private readonly Process? _shell;

    private PostgresCluster(string connectionString, Process? shell) => (ConnectionString, _shell) = (connectionString, shell);

    /// <summary>Why there is none on this machine, for a test that is skipped; null when there is one.</summary>
    public static string? WhyNone => Given is null && !PostgresPrograms.AreThere ? "PostgreSQL's programs are not installed (scripts/install-test-tools), and NEBULA_TEST_POSTGRES names no server." : null;

    /// <summary>Of the database <c>postgres</c>, as the owner of everything.</summary>
    public string ConnectionString { get; }

    private static string? Given => Environment.GetEnvironmentVariable("NEBULA_TEST_POSTGRES") is { Length: > 0 } given ? given : null;

    /// <summary>The one of this process; skips the test when there is none. It does not sync what it writes: no fault of the machine is tested with it.</summary>
    public static async Task<PostgresCluster> SharedAsync()
    {
        MissingTool.SkipIf(WhyNone);
        return await _shared.Value;
    }

    /// <summary>One that a test may stop and start, with settings like <c>-c fsync=on</c>; skips the test when the programs are not installed.</summary>
    public static async Task<PostgresCluster> StartAsync(string settings = "")
    {
        MissingTool.SkipIf(PostgresPrograms.AreThere ? null : "PostgreSQL's programs are not installed (scripts/install-test-tools).");
        for (var attempt = 1; ; attempt++)
        {
            var (port, password) = (FreePort.Next(), RandomNumberGenerator.GetHexString(16));
            var shell = Process.Start(PostgresPrograms.Run(port.ToString(CultureInfo.InvariantCulture), password, settings))!; // a program that is new
            if (await shell.StandardOutput.ReadLineAsync() is { } line && line.StartsWith("ready", StringComparison.Ordinal))
            {
                return new PostgresCluster(
                    new NpgsqlConnectionStringBuilder { Host = "127.0.0.1", Port = port, Username = "nebula", Password = password, Database = "postgres" }.ConnectionString, shell);
            }

            var reason = await shell.StandardError.ReadToEndAsync();
            shell.Dispose();
            if (attempt == Attempts) // another process may have taken the port meanwhile
                throw new InvalidOperationException($"PostgreSQL does not start: {reason}");
        }
    }

    /// <summary>A new, empty database.</summary>
    public async Task<PostgresDatabase> CreateDatabaseAsync()
    {
        var name = $"test_{Guid.CreateVersion7():N}";
        await RunAsync($"CREATE DATABASE {name}");
        return new PostgresDatabase(this, name);
    }

    /// <summary>Stops it in good order; connections are cut.</summary>
    public Task StopAsync() => TellAsync("stop");

    /// <summary>Stops it as a crash would.</summary>
    public Task CrashAsync() => TellAsync("crash");

    /// <summary>Starts it again on the same port and data.</summary>
    public Task StartAgainAsync() => TellAsync("start");

    public async ValueTask DisposeAsync()
    {
        if (_shell is null)
            return;
        _shell.StandardInput.Close();
        await _shell.WaitForExitAsync();
        _shell.Dispose();
    }

    internal Task DropDatabaseAsync(string name) => RunAsync($"DROP DATABASE IF EXISTS {name} WITH (FORCE)");

    private static Task<PostgresCluster> StartSharedAsync() => Given is { } given
        ? Task.FromResult(new PostgresCluster(given, shell: null))
        : StartAsync("-c fsync=off -c full_page_writes=off -c max_connections=400 -c shared_buffers=64MB");

    private async Task TellAsync(string word)
    {
        var shell = _shell ?? throw new InvalidOperationException("A server that was given is not stopped.");
        await shell.StandardInput.WriteLineAsync(word);
        await shell.StandardInput.FlushAsync();
        if (await shell.StandardOutput.ReadLineAsync() is null)
            throw new InvalidOperationException($"PostgreSQL: {await shell.StandardError.ReadToEndAsync()}");
    }

    private async Task RunAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(ConnectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 600 };
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await command.ExecuteNonQueryAsync();
                return;
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.ObjectInUse && attempt < Attempts)
            {
                // It gives the sessions that it ends five seconds to go, and then gives up.
            }
        }
    }
}
