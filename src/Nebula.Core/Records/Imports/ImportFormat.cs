namespace Nebula.Core.Records.Imports;

/// <summary>How an import's body is written.</summary>
public enum ImportFormat
{
    /// <summary>RFC 4180 with a header that names columns.</summary>
    Csv,

    /// <summary>A JSON object on each line.</summary>
    Ndjson,
}
