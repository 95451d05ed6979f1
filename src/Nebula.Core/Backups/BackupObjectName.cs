using System.Buffers;

namespace Nebula.Core.Backups;

/// <summary>The names of objects that a <see cref="IBackupTarget"/> takes, which can lead nowhere else.</summary>
public static class BackupObjectName
{
    private const int MaxLength = 512;
    private static readonly SearchValues<char> _allowed = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789._-");

    /// <summary>Throws <see cref="ArgumentException"/> for what is no name.</summary>
    public static void Check(string name)
    {
        if (!IsValid(name))
            throw new ArgumentException($"'{Excerpt.Of(name)}' can't be the name of an object of a backup.", nameof(name));
    }

    /// <summary>Whether it is one or more parts of <c>a-z 0-9 . _ -</c> with <c>/</c> between them, no part of which is empty or begins with a dot.</summary>
    public static bool IsValid(string name)
    {
        if (name.Length > MaxLength)
            return false;
        foreach (var range in name.AsSpan().Split('/'))
        {
            var part = name.AsSpan(range);
            if (part.IsEmpty || part[0] == '.' || part.ContainsAnyExcept(_allowed))
                return false;
        }

        return true;
    }
}
