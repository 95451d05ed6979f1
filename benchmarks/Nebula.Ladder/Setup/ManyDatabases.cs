using System.Globalization;
using Nebula.Ladder.Load;

namespace Nebula.Ladder.Setup;

/// <summary>The databases of the mixed workload, each with its table and a few records, and all reached with one token.</summary>
internal sealed class ManyDatabases(string authorization)
{
    public const int Count = 1_000;

    private const int RecordsEach = 10;
    private const int Requests = 20_000;

    /// <summary>A request that makes the server open a database.</summary>
    public Request Touch(int number) => In(number).Get(1);

    public Task CreateAsync(Client client, CancellationToken ct) => Client.EachAsync(
        Enumerable.Range(1, Count),
        async (number, c) =>
        {
            await Account.CreateDatabaseAsync(client, Name(number), authorization, c);
            for (var record = 1; record <= RecordsEach; record++)
                await client.SendAsync(In(number).Insert(record), c);
        },
        ct);

    /// <summary>Of ten requests to databases picked at random nine read a record; inserts and updates share the tenth.</summary>
    public IEnumerable<Request> Mixed()
    {
        // The same requests in every run.
        var random = new Random(4711);
        for (var i = 0; i < Requests; i++)
        {
            var items = In(random.Next(Count) + 1);
            var record = random.Next(RecordsEach) + 1;
            yield return random.Next(20) switch
            {
                0 => items.Insert(record),
                1 => items.Update(record),
                _ => items.Get(record),
            };
        }
    }

    private Items In(int number) => new(Name(number), authorization);

    private static string Name(int number) => string.Create(CultureInfo.InvariantCulture, $"mixed{number:D4}");
}
