using Nebula.Core.Records;

namespace Nebula.Storage.Rows;

/// <summary>
/// A value of the current row in its stored form, valid until the reader goes on. An engine gives a struct, so that what writes rows is compiled for it and calls nothing through the interface.
/// </summary>
internal interface IRowValue
{
    /// <summary>What is there, whatever the column declares; never <see cref="ValueKind.Absent"/>.</summary>
    ValueKind Kind { get; }

    /// <summary>The value of an INTEGER, a BOOLEAN (0 or 1) or a DECIMAL (scaled).</summary>
    long Integer { get; }

    double Real { get; }

    /// <summary>The text in place.</summary>
    ReadOnlySpan<byte> Utf8 { get; }

    /// <summary>The bytes in place.</summary>
    ReadOnlySpan<byte> Blob { get; }
}
