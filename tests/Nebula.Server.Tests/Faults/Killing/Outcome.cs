namespace Nebula.Server.Tests.Faults.Killing;

internal enum Outcome
{
    /// <summary>No answer came.</summary>
    Unknown,
    Acknowledged,

    /// <summary>No answer came, and it was found done.</summary>
    Found,

    /// <summary>No answer came, and it was found not done.</summary>
    NotFound,
}
