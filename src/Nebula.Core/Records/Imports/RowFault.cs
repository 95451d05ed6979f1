namespace Nebula.Core.Records.Imports;

/// <summary>A row that could not be taken.</summary>
/// <param name="Line">Where it begins in the body, from 1; of a CSV the header counts.</param>
/// <param name="Error">What is wrong with it, as if it had come alone.</param>
public sealed record RowFault(long Line, Error Error);
