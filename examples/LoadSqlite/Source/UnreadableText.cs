namespace LoadSqlite.Source;

/// <summary>Stands for a text whose bytes are not valid in the encoding of its file: SQLite stores such without complaint, JSON can't.</summary>
internal sealed class UnreadableText
{
    public static readonly UnreadableText Value = new();

    private UnreadableText()
    {
    }
}
