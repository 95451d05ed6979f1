using Nebula.Core;
using Nebula.Core.Records;
using Nebula.Core.Tables;

namespace Nebula.Storage.Altering;

/// <summary>Looks at every value of a column that changes its type or gets another check: by the rules of the API, patterns included.</summary>
internal sealed class AlteredValues(ColumnAlteration altered)
{
    private readonly Column _before = altered.Before.ToColumn(0);
    private readonly Column _after = altered.After.ToColumn(0);
    private readonly List<string> _lost = [];
    private readonly List<string> _broken = [];
    private long _lostCount;
    private long _brokenCount;

    /// <summary>The column's name by now.</summary>
    public string Name => altered.Before.Name;

    /// <summary>The column's type as it still is.</summary>
    public Column Before => _before;

    /// <summary>The columns of an alteration whose values have to be looked at.</summary>
    public static List<AlteredValues> Of(TableAlteration alteration) =>
        [.. alteration.AlteredColumns.Where(a => a.ChangesType || (a.After.Check is { } check && !check.Equals(a.Before.Check))).Select(a => new AlteredValues(a))];

    /// <param name="id">The id of its record.</param>
    public void Look(TypedValue value, Func<string> id)
    {
        if (value.IsNull)
            return;
        if (altered.ChangesType && !ValueConversion.TryConvert(_before, _after, value, out value))
            Note(_lost, ref _lostCount, id);
        else if (_after.Check is { } check && !CheckReader.Allows(_after, check, value))
            Note(_broken, ref _brokenCount, id);
    }

    public void Report(ObstacleReport report)
    {
        if (_lostCount > 0)
            report.Add(ErrorCodes.CheckFailed, FieldCodes.WrongType, $"{altered.Place}.type", $"whose value would not be kept as {altered.After.DeclaredType.Name}", _lostCount, _lost);
        if (_brokenCount > 0)
            report.Add(ErrorCodes.CheckFailed, FieldCodes.Invalid, $"{altered.Place}.check", "whose value it does not allow", _brokenCount, _broken);
    }

    private static void Note(List<string> ids, ref long count, Func<string> id)
    {
        count++;
        if (ids.Count < ObstacleReport.MaxIds)
            ids.Add(id());
    }
}
