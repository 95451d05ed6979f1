namespace Nebula.Storage.Postgres.Files;

/// <summary>A file holds a value that is not of its column's type, which SQLite allows and PostgreSQL does not.</summary>
internal sealed class UnfitValueException(string column) : Exception($"'{column}' holds values of other types.")
{
    public string Column => column;
}
