namespace Nebula.Core.Records.Filters;

/// <summary>How two values are compared: numbers as numbers, texts by their bytes.</summary>
public enum Comparison
{
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}
