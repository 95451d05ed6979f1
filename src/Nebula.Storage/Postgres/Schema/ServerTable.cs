using System.Globalization;
using System.Text;

namespace Nebula.Storage.Postgres.Schema;

/// <summary>What the server says of one table, and what Nebula keeps of it.</summary>
/// <param name="Timestamps">A comma list of the timestamps that Nebula keeps in it.</param>
/// <param name="Definition">What was declared, as JSON.</param>
internal sealed record ServerTable(long Id, string Name, string Timestamps, string CreatedAt, string? Definition)
{
    public List<ServerColumn> Columns { get; } = [];

    public List<ServerIndex> Indexes { get; } = [];

    public List<ServerReference> References { get; } = [];

    /// <summary>All that can change.</summary>
    public string Fingerprint
    {
        get
        {
            var text = new StringBuilder();
            void Add(params ReadOnlySpan<string?> parts)
            {
                foreach (var part in parts)
                    text.Append(part).Append('\0');
            }

            Add(Id.ToString(CultureInfo.InvariantCulture), Name, Timestamps, CreatedAt, Definition);
            foreach (var column in Columns)
                Add(column.Name, column.Type, column.IsNotNull ? "1" : "", column.Default);
            foreach (var index in Indexes)
                Add(index.Name, index.Origin, index.IsUnique ? "1" : "", index.IsPartial ? "1" : "", string.Join(',', index.Columns));
            foreach (var reference in References)
                Add(reference.Column, reference.Table, reference.Target, reference.OnDelete);
            return text.ToString();
        }
    }
}
