namespace Nebula.Storage.Moving;

/// <summary>The answer of a request that may be sent again.</summary>
/// <param name="Number">Its place among those of its copy.</param>
/// <param name="At">In milliseconds of Unix time.</param>
internal sealed record KeptAnswer(long Number, byte[] Request, byte[] Body, long At, byte[] Answer);
