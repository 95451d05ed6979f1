using Nebula.Core.Tables;

namespace Nebula.Core.Records;

/// <summary>A column that must equal a value; text and blobs are in <paramref name="Bytes"/>.</summary>
public sealed record Equality(Column Column, DraftValue Value, ReadOnlyMemory<byte> Bytes);
