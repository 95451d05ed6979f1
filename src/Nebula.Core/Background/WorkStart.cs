namespace Nebula.Core.Background;

/// <summary>What became of work within the time that a request waits: what it made, or how far it is. One of the two is there.</summary>
public sealed record WorkStart<T>(T? Made, WorkStatus? Running)
    where T : class;
