using Nebula.Core.Accounts;
using Nebula.Core.Records;
using Nebula.Core.Records.Exports;
using Nebula.Core.Tables;

namespace Nebula.Core.Tests.Records.Exports;

public sealed class TableExportTests
{
    [Theory]
    [InlineData(4, null)]
    [InlineData(5, ErrorCodes.Busy)]
    public async Task An_export_outlasts_a_busy_moment_but_not_a_long_one(int busy, string? code)
    {
        var table = Some.Table();
        var open = new OpenTable(new AccountCaller(new UserId(Guid.Empty), new Revocation()), Some.Database(), table, new DatabaseSchema([table]));
        using var export = new TableExport(open, new ExportQuery { Fields = [] }, new CrowdedStore(busy), TimeProvider.System, new Utf8Buffer(16), new ExportPosition([]));

        (await export.ReadNextAsync(TestContext.Current.CancellationToken)).TryGet(out _, out var error);

        Assert.Equal(code, error?.Code);
        Assert.Equal(code is null, export.IsComplete);
    }

    /// <summary>Is busy so many times, then at its end.</summary>
    private sealed class CrowdedStore(int busy) : IExportStore
    {
        private int _left = busy;

        public ValueTask<Result<ExportPosition?>> ReadAsync(OpenTable table, ExportQuery query, ExportPosition? after, Utf8Buffer rows, CancellationToken ct) =>
            new(_left-- > 0 ? new Error(ErrorCodes.Busy, "Busy.") : Result.Success<ExportPosition?>(null));
    }
}
