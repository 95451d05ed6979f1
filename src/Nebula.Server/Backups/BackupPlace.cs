using System.Text.RegularExpressions;
using Nebula.Core.Backups;

namespace Nebula.Server.Backups;

/// <summary>A place for backups: a directory by its absolute path, or a bucket with what the names in it begin with.</summary>
/// <param name="Directory">Null for a bucket.</param>
/// <param name="Bucket">Null for a directory.</param>
/// <param name="Prefix">Without a slash at its end; empty for none.</param>
internal sealed partial record BackupPlace(string? Directory, string? Bucket, string Prefix)
{
    private const string BucketScheme = "s3://";

    public static BackupPlace In(string directory) => new(directory, null, "");

    /// <summary>Gives what is wrong with a text, or null.</summary>
    public static string? Parse(string text, out BackupPlace? place)
    {
        place = null;
        if (text.Any(char.IsControl))
            return "has a control character";
        if (text.StartsWith(BucketScheme, StringComparison.Ordinal))
            return ParseBucket(text[BucketScheme.Length..], out place);
        if (!Path.IsPathFullyQualified(text))
            return "is neither an absolute path nor s3://bucket/prefix";
        place = In(Path.TrimEndingDirectorySeparator(Path.GetFullPath(text)));
        return null;
    }

    private static string? ParseBucket(string text, out BackupPlace? place)
    {
        place = null;
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var (bucket, prefix) = slash < 0 ? (text, "") : (text[..slash], text[(slash + 1)..].TrimEnd('/'));
        if (!BucketName().IsMatch(bucket))
            return "names no bucket";
        if (prefix.Length > 0 && !BackupObjectName.IsValid(prefix))
            return "has a prefix with other characters than a-z 0-9 . _ - and /";
        place = new BackupPlace(null, bucket, prefix);
        return null;
    }

    // Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html.
    [GeneratedRegex(@"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\z")]
    private static partial Regex BucketName();
}
