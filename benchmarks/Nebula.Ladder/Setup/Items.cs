using System.Globalization;
using Nebula.Ladder.Load;

namespace Nebula.Ladder.Setup;

/// <summary>The records of table <c>items</c>, and the requests for them: the same at levels 3 and 4, but for the credential.</summary>
/// <param name="authorization">Null at level 3.</param>
internal sealed class Items(string database, string? authorization)
{
    public const int Count = 10_000;
    public const string Table = """{"table_name":"items","columns":[{"name":"name","type":"TEXT"},{"name":"note","type":"TEXT"},{"name":"amount","type":"INTEGER"},{"name":"price","type":"REAL"}]}""";

    /// <summary>Parameter of a list: no total in the answer.</summary>
    public const string NoTotal = "&count=none";

    /// <summary>Parameter of a list: 100 records with these fields are 11 KB, which the goals for lists were set with.</summary>
    public const string ElevenKilobytes = "&fields=id,name,note,amount,price,created_at";

    private const int Bodies = 1_000;
    private readonly string _records = $"/api/v1/databases/{database}/tables/items/records";

    /// <summary>Records with ids that exist, in any order.</summary>
    public IEnumerable<Request> Gets() => Numbers().Select(Get);

    public IEnumerable<Request> List(string parameters) => [new Request("GET", $"{_records}?limit=100{parameters}", null, authorization)];

    public IEnumerable<Request> Inserts() => Enumerable.Range(1, Bodies).Select(Insert);

    public IEnumerable<Request> Updates() => Numbers().Select(Update);

    public Request Get(int id) => new("GET", Record(id), null, authorization);

    public Request Insert(int number) => new(
        "POST", _records, Text($$"""{"name":"item-{{number:D5}}","note":"note-{{number:D5}}","amount":{{number}},"price":{{number / 100m:F2}}}"""), authorization);

    public Request Update(int id) => new("PUT", Record(id), Text($$"""{"note":"noted {{id:D4}}","amount":{{id + 1}}}"""), authorization);

    private static IEnumerable<int> Numbers() => Enumerable.Range(1, Count);

    private string Record(int id) => Text($"{_records}/{id}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
