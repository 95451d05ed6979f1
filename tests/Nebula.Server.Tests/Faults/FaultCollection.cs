namespace Nebula.Server.Tests.Faults;

/// <summary>Tests with server processes of their own: one at a time, after the others, because they measure time and load the disk.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class FaultCollection;
