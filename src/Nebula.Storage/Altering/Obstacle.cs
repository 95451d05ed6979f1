namespace Nebula.Storage.Altering;

/// <summary>Records that would stand in the way of an alteration, if there are any.</summary>
/// <param name="Code">The error's code.</param>
/// <param name="FieldCode">The code of its detail.</param>
/// <param name="Place">Where in the request it says what can't be.</param>
/// <param name="What">What sets them apart: continues "3 records".</param>
/// <param name="From">The FROM and the WHERE that find them.</param>
internal sealed record Obstacle(string Code, string FieldCode, string Place, string What, string From);
