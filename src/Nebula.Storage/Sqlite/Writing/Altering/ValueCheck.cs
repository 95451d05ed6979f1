using Nebula.Core;
using Nebula.Core.Records;
using Nebula.Core.Tables;
using Nebula.Storage.Rows;
using Nebula.Storage.Sql;
using Nebula.Storage.Sqlite.Native;

namespace Nebula.Storage.Sqlite.Writing.Altering;

/// <summary>Looks at every value of columns that change their type or get another check: by the rules of the API, patterns included.</summary>
internal static class ValueCheck
{
    public static void Run(Connection connection, TableAlteration alteration, BrokenRows broken)
    {
        var columns = alteration.AlteredColumns.Where(a => a.ChangesType || (a.After.Check is { } check && !check.Equals(a.Before.Check))).Select(a => new Looked(a)).ToList();
        if (columns.Count == 0)
            return;
        var keys = alteration.Shape.KeyColumns.Count;
        var select = connection.Prepare(
            $"SELECT {broken.Key}, {string.Join(", ", columns.Select(c => Identifier.Quote(c.Altered.Before.Name)))} FROM {Identifier.Quote(alteration.Shape.Name)} ORDER BY {broken.Key}");
        try
        {
            while (select.Step())
            {
                for (var i = 0; i < columns.Count; i++)
                    columns[i].Look(select.Value(keys + i).ToTyped(), () => broken.IdOf(select));
            }
        }
        finally
        {
            select.Reset();
        }

        foreach (var column in columns)
            column.Report(broken);
    }

    private sealed class Looked(ColumnAlteration altered)
    {
        private readonly Column _before = altered.Before.ToColumn(0);
        private readonly Column _after = altered.After.ToColumn(0);
        private readonly List<string> _lost = [];
        private readonly List<string> _broken = [];
        private long _lostCount;
        private long _brokenCount;

        public ColumnAlteration Altered => altered;

        public void Look(TypedValue value, Func<string> id)
        {
            if (value.IsNull)
                return;
            if (altered.ChangesType && !ValueConversion.TryConvert(_before, _after, value, out value))
                Note(_lost, ref _lostCount, id);
            else if (_after.Check is { } check && !CheckReader.Allows(_after, check, value))
                Note(_broken, ref _brokenCount, id);
        }

        public void Report(BrokenRows rows)
        {
            if (_lostCount > 0)
                rows.Add(ErrorCodes.CheckFailed, FieldCodes.WrongType, $"{altered.Place}.type", $"whose value would not be kept as {altered.After.DeclaredType.Name}", _lostCount, _lost);
            if (_brokenCount > 0)
                rows.Add(ErrorCodes.CheckFailed, FieldCodes.Invalid, $"{altered.Place}.check", "whose value it does not allow", _brokenCount, _broken);
        }

        private static void Note(List<string> ids, ref long count, Func<string> id)
        {
            count++;
            if (ids.Count < BrokenRows.MaxIds)
                ids.Add(id());
        }
    }
}
