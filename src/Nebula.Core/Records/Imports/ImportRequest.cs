namespace Nebula.Core.Records.Imports;

/// <summary>How an import is to be done.</summary>
/// <param name="SkipsBadRows">Whether rows that can't be taken are left out and reported; otherwise one such row undoes everything.</param>
/// <param name="KeepsIds">Whether ids and managed timestamps of the body are kept; otherwise they are ignored and given anew.</param>
public sealed record ImportRequest(ImportFormat Format, bool SkipsBadRows, bool KeepsIds)
{
    /// <summary>Reads the parameters of an import. Fails with invalid_parameter, naming every fault.</summary>
    /// <param name="parameters">Decoded names and values in the order of the query string.</param>
    public static Result<ImportRequest> Parse(ImportFormat format, IReadOnlyList<KeyValuePair<string, string>> parameters)
    {
        var faults = new List<FieldError>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var request = new ImportRequest(format, SkipsBadRows: false, KeepsIds: false);
        foreach (var (name, value) in parameters)
        {
            var word = name.TrimStart('$');
            if (word is not ("on_error" or "keep_ids"))
                faults.Add(new(Excerpt.Of(name), FieldCodes.UnknownParameter, "is no parameter of an import"));
            else if (!seen.Add(word))
                faults.Add(new(name, FieldCodes.Duplicate, "is given twice"));
            else if (word == "on_error" && value is not ("abort" or "skip"))
                faults.Add(new(name, FieldCodes.NotAllowed, "must be 'abort' or 'skip'"));
            else if (word == "keep_ids" && value is not ("true" or "false"))
                faults.Add(new(name, FieldCodes.NotAllowed, "must be 'true' or 'false'"));
            else
                request = word == "on_error" ? request with { SkipsBadRows = value == "skip" } : request with { KeepsIds = value == "true" };
        }

        return faults.Count > 0 ? Error.Of(ErrorCodes.InvalidParameter, faults) : request;
    }
}
