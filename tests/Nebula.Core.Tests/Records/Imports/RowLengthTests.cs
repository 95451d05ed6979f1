using System.Text;
using Nebula.Core.Records.Imports;

namespace Nebula.Core.Tests.Records.Imports;

/// <summary>How long a row of an import may be, in either format, wherever the pieces of its body end.</summary>
public sealed class RowLengthTests
{
    private const string Csv = "text/csv";
    private const string Ndjson = "application/x-ndjson";

    [Theory]
    [InlineData(Csv, "\n", 0, true)]
    [InlineData(Csv, "\n", 1, false)]
    [InlineData(Csv, "", 0, true)]
    [InlineData(Csv, "", 1, false)]
    [InlineData(Csv, "\r\ny\r\n", 0, true)]
    [InlineData(Csv, "\r\ny\r\n", 1, false)]
    [InlineData(Ndjson, "\n", 0, true)]
    [InlineData(Ndjson, "\n", 1, false)]
    [InlineData(Ndjson, "", 0, true)]
    [InlineData(Ndjson, "", 1, false)]
    [InlineData(Ndjson, "\r\n{\"t\":\"y\"}\r\n", 0, true)]
    [InlineData(Ndjson, "\r\n{\"t\":\"y\"}\r\n", 1, false)]
    public async Task A_row_has_16_MiB_with_its_line_end_and_not_one_byte_more(string format, string behind, int more, bool isTaken)
    {
        var lineEnd = behind.IndexOf('\n', StringComparison.Ordinal) + 1;
        var (before, after) = format == Csv ? ("", "") : ("{\"t\":\"", "\"}");
        var text = new string('x', RowReader.MaxRowBytes - before.Length - after.Length - lineEnd + more);
        var body = Encoding.UTF8.GetBytes($"{(format == Csv ? "t\n" : "{\"t\":\"a\"}\n")}{before}{text}{after}{behind}");
        foreach (var piece in (int[])[64 * 1024 - 1, int.MaxValue])
        {
            using var buffer = new BodyBuffer(new SlowStream(body, piece));
            using var rows = Open(format, buffer);
            Assert.Null(await rows.BeginAsync(TestContext.Current.CancellationToken));
            if (format == Ndjson)
                Assert.Equal(ReadStep.Row, await NextAsync(rows, buffer));

            Assert.Equal(isTaken ? ReadStep.Row : ReadStep.TooLong, await NextAsync(rows, buffer));

            Assert.Equal(2, rows.Line);
            if (!isTaken)
                Assert.Equal((ReadStep.TooLong, 2), (await NextAsync(rows, buffer), rows.Line));
            else if (rows.TryParse(out var draft, out _))
                Assert.Equal(text.Length, draft.Values[1].Length);
            else
                Assert.Fail("The row is good.");
        }
    }

    private static RowReader Open(string format, BodyBuffer body)
    {
        var table = Some.Table("t TEXT");
        return format == Csv
            ? new CsvRowReader(table, new ImportRequest(ImportFormat.Csv, SkipsBadRows: false, KeepsIds: false), body)
            : new NdjsonRowReader(table, new ImportRequest(ImportFormat.Ndjson, SkipsBadRows: false, KeepsIds: false), body);
    }

    private static async Task<ReadStep> NextAsync(RowReader rows, BodyBuffer body)
    {
        ReadStep step;
        while ((step = rows.Read()) == ReadStep.NeedsMore)
            await body.ReceiveAsync(TestContext.Current.CancellationToken);
        return step;
    }
}
