namespace Nebula.Core;

/// <summary>One offending field of a request.</summary>
/// <param name="Field">The name as the client sent it.</param>
/// <param name="Code">One of <see cref="FieldCodes"/>.</param>
/// <param name="Message">Continues a sentence that begins with the field's name: <c>expects INTEGER, got "x"</c>.</param>
public readonly record struct FieldError(string Field, string Code, string Message);
