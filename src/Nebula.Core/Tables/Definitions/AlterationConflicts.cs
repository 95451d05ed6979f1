namespace Nebula.Core.Tables.Definitions;

/// <summary>What an alteration can't do because of what the table is.</summary>
internal static class AlterationConflicts
{
    public static Error? Find(Table table, TableAlteration alteration)
    {
        if (table.IsOwn)
            return null;
        var refused = alteration.AlteredColumns.Select(a => a.Place).Concat(alteration.AddedColumns.Where(a => !a.Column.CanBeAppended).Select(a => a.Place)).ToList();
        if (refused.Count == 0)
            return null;
        return new Error(ErrorCodes.Conflict, $"'{table.Name}' was made or changed by another program, and may hold what would be lost if it were made anew.")
        {
            Details = [.. refused.Select(place => new FieldError(place, FieldCodes.NotAllowed, "needs the table to be made anew"))],
            Hint = "Columns can be renamed and dropped, indexes changed, and columns added that are nullable or have a constant default, and are not unique.",
        };
    }
}
