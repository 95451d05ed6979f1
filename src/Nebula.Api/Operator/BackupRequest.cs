using System.Text.Json.Serialization;
using Nebula.Core.Backups;

namespace Nebula.Api.Operator;

/// <summary>What a command about backups asks for; each takes what it needs.</summary>
internal sealed record BackupRequest
{
    [JsonPropertyName("place")]
    public string? Place { get; init; }

    [JsonPropertyName("backup")]
    public string? Backup { get; init; }

    [JsonPropertyName("database")]
    public string? Database { get; init; }

    [JsonPropertyName("name")]
    public string? Name { get; init; }

    [JsonPropertyName("overwrites")]
    public bool Overwrites { get; init; }

    [JsonPropertyName("skips_damaged")]
    public bool SkipsDamaged { get; init; }

    public RestoreRequest ToRestore() => new(Backup ?? "", Place, Database, Name, Overwrites, SkipsDamaged);
}
