namespace Nebula.Core.ApiKeys;

/// <summary>What an API key may do in its database.</summary>
[Flags]
public enum Scopes
{
    None = 0,
    RecordsRead = 1,
    RecordsWrite = 2,
    SchemaRead = 4,
    SchemaWrite = 8,
    All = RecordsRead | RecordsWrite | SchemaRead | SchemaWrite,
}
