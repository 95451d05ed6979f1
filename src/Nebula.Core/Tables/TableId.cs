namespace Nebula.Core.Tables;

/// <summary>A table within its database: stays with it through a rename and is never given to another one.</summary>
public readonly record struct TableId(long Value);
