namespace Nebula.Core.Records.Imports;

/// <summary>The body broke off when some of its rows were written already. Who answers it is to say how many.</summary>
public sealed class ImportBrokenOffException(long imported, IOException inner) : IOException(inner.Message, inner)
{
    public long Imported { get; } = imported;
}
