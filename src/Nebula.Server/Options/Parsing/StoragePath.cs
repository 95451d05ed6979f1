using System.Buffers;
using Nebula.Server.Operator;

namespace Nebula.Server.Options.Parsing;

/// <summary>Where the data is.</summary>
internal static class StoragePath
{
    private static readonly SearchValues<char> _fileNameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    // Files with another purpose in the same directory.
    private static readonly string[] _taken = [JwtSecretFile.Name, OperatorSocket.FileName, "nebula.lock", "nebula.spool", "backups"];

    /// <summary>Gives an absolute path, so that nothing later depends on the working directory.</summary>
    public static string? ParseDirectory(string text, out string directory)
    {
        directory = "";
        if (string.IsNullOrWhiteSpace(text))
            return "is blank";
        if (text.Any(char.IsControl))
            return "has a control character";

        directory = Path.TrimEndingDirectorySeparator(Path.GetFullPath(text));
        return null;
    }

    public static string? ParseFileName(string text, out string name)
    {
        name = text.Trim();
        if (name.AsSpan().IndexOfAny('/', '\\') >= 0)
            return "is a path, not a file name";
        if (name.Length is 0 or > 128 || name.StartsWith('.') || name.AsSpan().ContainsAnyExcept(_fileNameCharacters))
            return "is not a file name that can be used";
        return _taken.Contains(name, StringComparer.OrdinalIgnoreCase) ? "is the name of another file of Nebula" : null;
    }
}
