namespace Nebula.Core.Records.Exports;

/// <summary>Where an export goes on: behind the record that these values identify. What they are is the store's own affair.</summary>
public sealed record ExportPosition(IReadOnlyList<TypedValue> Key);
