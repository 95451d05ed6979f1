namespace Nebula.Storage.Sqlite.Native;

/// <summary>SQLite answered with a code that the statement's author did not expect. Translated to an error in <see cref="SqliteErrors"/>.</summary>
internal sealed class SqliteFaultException(int code, string message) : Exception($"SQLite error {code}: {message}")
{
    /// <summary>The extended result code.</summary>
    public int Code { get; } = code;

    /// <summary>SQLite's own words. They name tables and columns, and hold no values.</summary>
    public string Reason { get; } = message;

    /// <summary>Whether the statement could not be prepared at all: then it does not fit the schema, or it is wrong.</summary>
    public bool IsOfPreparing { get; init; }

    /// <summary>Whether it could not be prepared because of what another program left in the schema: any statement that writes the table would fail so.</summary>
    public bool IsOfSchema { get; init; }
}
