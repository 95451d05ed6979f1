using System.Runtime.InteropServices;
using System.Text;
using static Nebula.Baseline.Sqlite.NativeMethods;

namespace Nebula.Baseline.Sqlite;

/// <summary>A raw connection, used by one thread at a time.</summary>
internal sealed unsafe class Connection : IDisposable
{
    private const int OpenReadWriteCreateNoMutex = 0x2 | 0x4 | 0x8000;
    private const int ConfigMemoryStatus = 9;
    private const uint PreparePersistent = 1;

    private readonly List<Statement> _statements = [];
    private readonly nint _handle;

    // Counting its memory would make SQLite take one mutex for all connections at each allocation.
    static Connection() => _ = sqlite3_config(ConfigMemoryStatus, 0);

    public Connection(string path)
    {
        nint handle;
        int code;
        fixed (byte* utf8 = Encoding.UTF8.GetBytes(path + "\0"))
            code = sqlite3_open_v2(utf8, &handle, OpenReadWriteCreateNoMutex, null);
        _handle = handle;
        Check(code);
    }

    public Statement Prepare(string sql)
    {
        nint statement;
        var utf8 = Encoding.UTF8.GetBytes(sql);
        fixed (byte* bytes = utf8)
            Check(sqlite3_prepare_v3(_handle, bytes, utf8.Length, PreparePersistent, &statement, null));
        var prepared = new Statement(this, statement);
        _statements.Add(prepared);
        return prepared;
    }

    /// <summary>Runs one statement once, to its end.</summary>
    public void Execute(string sql)
    {
        var statement = Prepare(sql);
        while (statement.Step())
        {
        }

        statement.Reset();
    }

    public void Check(int code)
    {
        if (code != 0)
            throw new InvalidOperationException($"SQLite: {Marshal.PtrToStringUTF8((nint)sqlite3_errmsg(_handle))} ({code})");
    }

    public void Dispose()
    {
        foreach (var statement in _statements)
            statement.Dispose();
        _statements.Clear();
        _ = sqlite3_close_v2(_handle);
    }
}
