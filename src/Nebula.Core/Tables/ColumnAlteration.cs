namespace Nebula.Core.Tables;

/// <summary>A column that becomes another one.</summary>
/// <param name="Place">Where the client wrote it, for errors.</param>
/// <param name="Before">As it was, but under the name that it gets.</param>
/// <param name="After">As it becomes.</param>
public sealed record ColumnAlteration(string Place, ColumnDefinition Before, ColumnDefinition After)
{
    public bool ChangesType => Before.DeclaredType != After.DeclaredType;
}
