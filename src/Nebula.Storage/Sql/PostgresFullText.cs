using Nebula.Core.Records.Queries;

namespace Nebula.Storage.Sql;

/// <summary>
/// Full texts in PostgreSQL: https://www.postgresql.org/docs/current/textsearch.html. Words are what stands between the punctuation and blanks of ASCII, without case and accents, and no language is
/// assumed, as in SQLite's index.
/// </summary>
internal static class PostgresFullText
{
    private const string Configuration = "'simple'::regconfig";

    /// <summary>The words of some columns, as an expression that never changes for the same values.</summary>
    /// <param name="columns">Quoted.</param>
    public static string Words(IEnumerable<string> columns) => $"to_tsvector({Configuration}, {Fold(string.Join(" || ' ' || ", columns.Select(c => $"coalesce({c}, '')")))})";

    /// <summary>A query that matches where all terms are found.</summary>
    public static string Query(IReadOnlyList<SearchTerm> terms, SqlParameters parameters) => string.Join(" && ", terms.Select(term =>
    {
        var phrase = $"phraseto_tsquery({Configuration}, {Fold(parameters.Add(term.Text))})";
        return term.IsPrefix ? $"(nullif({phrase}::text, '') || ':*')::tsquery" : phrase;
    }));

    /// <summary>Punctuation becomes blanks, so that the parser finds no addresses and signed numbers; accents go, which stand behind their letters once those are taken apart.</summary>
    private static string Fold(string text) =>
        $"regexp_replace(regexp_replace(normalize({text}, NFD), '[\\u0300-\\u036f]', '', 'g'), '[\\u0001-\\u002f\\u003a-\\u0040\\u005b-\\u0060\\u007b-\\u007f]+', ' ', 'g')";
}
