namespace Nebula.Core.Records.Exports;

/// <summary>How an export writes records.</summary>
public enum ExportFormat
{
    /// <summary>A JSON object on each line, as lists have it.</summary>
    Ndjson,

    /// <summary>RFC 4180 with a header: a null is nothing between two commas, an empty text is <c>""</c>.</summary>
    Csv,
}
