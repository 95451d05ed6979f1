using System.Text.Json;
using Nebula.Core.Records.Bulk;
using Nebula.Core.Tables;

namespace Nebula.Core.Records.Batches;

/// <summary>An operation as the client wrote it, checked as far as that goes without its table.</summary>
internal sealed record BatchRequest(int Index, BatchAction Action, TableName Table)
{
    /// <summary>A number or a string.</summary>
    public JsonElement? Id { get; init; }

    public string? Filter { get; init; }

    public long? MaxAffected { get; init; }

    /// <summary>An object.</summary>
    public JsonElement? Data { get; init; }

    public Precondition IfMatch { get; init; }

    public ConflictText? Conflict { get; init; }
}
