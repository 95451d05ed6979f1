using System.Text;
using Nebula.Core.Records.Imports;

namespace Nebula.Core.Tests.Records.Imports;

public sealed class CsvReaderTests
{
    [Fact]
    public async Task Cells_behind_those_that_can_be_used_are_counted_only()
    {
        using var body = new BodyBuffer(new MemoryStream(Encoding.UTF8.GetBytes($"a,\"b\"{new string(',', 100_000)}\nx\n")));
        var csv = new CsvReader(body, int.MaxValue, maxCells: 3);

        Assert.Equal(ReadStep.Row, await NextAsync(csv, body));
        Assert.Equal((100_002, 3), (csv.Count, csv.Kept));
        Assert.Equal(ReadStep.Row, await NextAsync(csv, body));
        Assert.Equal((1, 1), (csv.Count, csv.Kept));
    }

    private static async Task<ReadStep> NextAsync(CsvReader csv, BodyBuffer body)
    {
        ReadStep step;
        while ((step = csv.Read()) == ReadStep.NeedsMore)
            await body.ReceiveAsync(TestContext.Current.CancellationToken);
        return step;
    }
}
