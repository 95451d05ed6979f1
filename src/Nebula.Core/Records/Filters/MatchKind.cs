namespace Nebula.Core.Records.Filters;

/// <summary>How a text is compared with a part or a pattern of it.</summary>
public enum MatchKind
{
    /// <summary><c>~</c>: holds it, ASCII letters compared without case.</summary>
    Contains,

    /// <summary><c>^=</c>: begins with it, case respected.</summary>
    StartsWith,

    /// <summary><c>$=</c>: ends with it, case respected.</summary>
    EndsWith,

    /// <summary><c>like</c>: <c>%</c> stands for any run of characters, <c>_</c> for one, <c>\</c> takes the next one as it is; case respected.</summary>
    Like,

    /// <summary><c>ilike</c>: as <see cref="Like"/>, ASCII letters compared without case.</summary>
    InsensitiveLike,
}
