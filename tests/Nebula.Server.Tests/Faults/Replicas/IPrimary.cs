namespace Nebula.Server.Tests.Faults.Replicas;

/// <summary>The PostgreSQL that servers share, as a test makes it fail.</summary>
internal interface IPrimary : IAsyncDisposable
{
    /// <summary>As <c>DATABASE_URL</c> takes it.</summary>
    string Url { get; }

    /// <summary>What is done to it, each by a name; each ends when it can be used again.</summary>
    IReadOnlyList<(string Name, Func<CancellationToken, Task> RunAsync)> Faults { get; }
}
