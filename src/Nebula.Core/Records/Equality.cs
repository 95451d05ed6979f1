using Nebula.Core.Tables;

namespace Nebula.Core.Records;

/// <summary>A column that must equal a value.</summary>
public sealed record Equality(Column Column, TypedValue Value);
