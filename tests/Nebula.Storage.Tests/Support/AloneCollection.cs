namespace Nebula.Storage.Tests.Support;

/// <summary>Tests that look at the whole process: run by themselves.</summary>
[CollectionDefinition(nameof(AloneCollection), DisableParallelization = true)]
public sealed class AloneCollection;
