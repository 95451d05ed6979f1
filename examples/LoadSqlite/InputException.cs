namespace LoadSqlite;

/// <summary>What was typed can't be worked with; the message says what to type instead.</summary>
internal sealed class InputException(string message) : Exception(message);
