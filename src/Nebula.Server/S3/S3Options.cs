namespace Nebula.Server.S3;

/// <summary>How buckets are reached.</summary>
internal sealed record S3Options
{
    /// <summary>Null for Amazon's own.</summary>
    public Uri? Endpoint { get; init; }

    public string Region { get; init; } = "us-east-1";

    /// <summary>Empty when none is given.</summary>
    public string AccessKeyId { get; init; } = "";

    /// <summary>Empty when none is given. Never in a message.</summary>
    public string SecretAccessKey { get; init; } = "";

    public bool HasCredentials => AccessKeyId.Length > 0 && SecretAccessKey.Length > 0;

    public override string ToString() => $"S3 in {Region}";
}
