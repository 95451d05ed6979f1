using Nebula.Core.Records.Queries;

namespace Nebula.Storage.Sql;

/// <summary>Full-text searches in the language of FTS5: https://sqlite.org/fts5.html#full_text_query_syntax.</summary>
internal static class FullTextSql
{
    /// <summary>Every term in quotes, so that nothing in it is an operator.</summary>
    public static string Query(IReadOnlyList<SearchTerm> terms) =>
        string.Join(' ', terms.Select(t => $"\"{t.Text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"{(t.IsPrefix ? " *" : "")}"));
}
