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

    [Theory]
    [InlineData("a,b\n12345,78\nc\n", 9, ReadStep.Row)]
    [InlineData("a,b\n12345,78\nc\n", 8, ReadStep.TooLong)]
    [InlineData("a,b\n12345,78\r\nc\n", 10, ReadStep.Row)]
    [InlineData("a,b\n12345,78\r\nc\n", 9, ReadStep.TooLong)]
    [InlineData("a,b\n\"1\n\",78\nc\n", 8, ReadStep.Row)]
    [InlineData("a,b\n\"1\n\",78\nc\n", 7, ReadStep.TooLong)]
    [InlineData("a,b\n\"1\n\",\"7\"\r\nc\n", 10, ReadStep.Row)]
    [InlineData("a,b\n\"1\n\",\"7\"\r\nc\n", 9, ReadStep.TooLong)]
    [InlineData("a,b\n12345,78", 8, ReadStep.Row)]
    [InlineData("a,b\n12345,78", 7, ReadStep.TooLong)]
    public async Task A_row_may_have_so_many_bytes_with_its_line_end_and_not_one_more(string csv, int maxBytes, object expected)
    {
        foreach (var chunk in (int[])[1, 3, 1000])
        {
            using var body = new BodyBuffer(new SlowStream(Encoding.UTF8.GetBytes(csv), chunk));
            var reader = new CsvReader(body, maxBytes, maxCells: 10);
            Assert.Equal(ReadStep.Row, await NextAsync(reader, body));

            Assert.Equal(expected, await NextAsync(reader, body));

            Assert.Equal(2, reader.Line);
            if (expected is ReadStep.TooLong)
                Assert.Equal((ReadStep.TooLong, 2), (await NextAsync(reader, body), reader.Line));
        }
    }

    private static async Task<ReadStep> NextAsync(CsvReader csv, BodyBuffer body)
    {
        ReadStep step;
        while ((step = csv.Read()) == ReadStep.NeedsMore)
            await body.ReceiveAsync(TestContext.Current.CancellationToken);
        return step;
    }
}
