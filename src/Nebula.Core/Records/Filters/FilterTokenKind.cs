namespace Nebula.Core.Records.Filters;

/// <summary>What a token of a filter is. Keywords and their signs are one kind.</summary>
internal enum FilterTokenKind
{
    End,

    /// <summary>Nothing that there is; the fault has been noted.</summary>
    Broken,
    Name,
    QuotedName,
    Text,
    Number,
    Now,
    Today,
    True,
    False,
    Null,
    Or,
    And,
    Not,
    In,
    Between,
    Like,
    InsensitiveLike,
    Is,
    Open,
    Close,
    Comma,
    Dot,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Contains,
    NotContains,
    StartsWith,
    EndsWith,
}
