namespace Nebula.Core.Records.Imports;

/// <summary>What a reader of rows came upon.</summary>
internal enum ReadStep
{
    /// <summary>A row, good or bad.</summary>
    Row,

    /// <summary>Nothing before more of the body has been received.</summary>
    NeedsMore,

    /// <summary>A row that is longer than any may be: what comes behind it can't be made out.</summary>
    TooLong,

    /// <summary>The end of the body.</summary>
    End,
}
