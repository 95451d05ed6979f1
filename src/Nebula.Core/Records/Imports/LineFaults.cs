using System.Globalization;

namespace Nebula.Core.Records.Imports;

/// <summary>Errors of rows as details of one error about the whole body: a field is then <c>line 3: age</c>, or <c>line 3</c> where it is the row itself.</summary>
public static class LineFaults
{
    /// <summary>The error of a single row with its line in it.</summary>
    public static Error At(long line, Error error) => new(error.Code, string.Create(CultureInfo.InvariantCulture, $"Line {line}: {error.Message}"))
    {
        Details = Details(line, error),
        Hint = error.Hint,
    };

    /// <summary>One error of several rows, with the code that they share, or invalid_record.</summary>
    public static Error Of(IReadOnlyList<RowFault> faults)
    {
        var details = faults.SelectMany(f => Details(f.Line, f.Error)).Take(Error.MaxDetails).ToList();
        return new Error(ErrorCodes.InvalidRecord, At(faults[0].Line, faults[0].Error).Message) { Details = details, Hint = "Nothing was imported. With on_error=skip such rows are left out." };
    }

    private static List<FieldError> Details(long line, Error error)
    {
        var at = string.Create(CultureInfo.InvariantCulture, $"line {line}");
        return error.Details.Count == 0
            ? [new(at, FieldCodes.Invalid, error.Message)]
            : [.. error.Details.Select(d => d.Field.Length == 0 ? d with { Field = at } : d with { Field = $"{at}: {d.Field}" })];
    }
}
