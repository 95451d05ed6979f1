using Nebula.Core.Records.Filters;
using Nebula.Core.Tables;
using Nebula.Storage.Sql;
using Nebula.Storage.Sqlite.Native;
using Nebula.Storage.Tests.Support;

namespace Nebula.Storage.Tests.Filters;

/// <summary>What conditions become: that indexes serve them, and what they mean of what only other programs write.</summary>
public sealed class ConditionSqlTests : IDisposable
{
    private static readonly DateTimeOffset _now = new(2026, 11, 24, 10, 0, 0, 7, TimeSpan.Zero);

    private readonly TemporaryDirectory _directory = new();
    private readonly Connection _connection;
    private readonly MusicData _data = new(new Random(1));

    public ConditionSqlTests()
    {
        SqliteLibrary.Start();
        _connection = Connection.Open(_directory.Combine("music.db"), create: true);
        _data.Store(_connection);
        _connection.Execute("CREATE INDEX by_title ON albums (title)");
        _connection.Execute("CREATE INDEX by_year ON albums (year)");
        _connection.Execute("CREATE INDEX by_cost ON albums (cost)");
        _connection.Execute("CREATE INDEX by_day ON albums (day)");
        _connection.Execute("CREATE INDEX by_sold ON albums (sold)");
        _connection.Execute("CREATE INDEX by_artist ON albums (artist_id)");
        _connection.Execute("CREATE INDEX by_album ON tracks (album_id)");
        _connection.Execute("CREATE INDEX by_track ON \"my tags\" (track_id)");
    }

    [Theory]
    [InlineData("title = 'a'", "by_title (title=?)")]
    [InlineData("title in ('a', 'b')", "by_title (title=?)")]
    [InlineData("title ^= 'a'", "by_title (title>? AND title<?)")]
    [InlineData("title like 'a%b'", "by_title (title>? AND title<?)")]
    [InlineData("year = 1957", "by_year (year=?)")]
    [InlineData("year > 1.5", "by_year (year>?)")]
    [InlineData("year between 1 and 5 and sold", "by_sold (sold=?)")]
    [InlineData("year between 1 and 5", "by_year (year>? AND year<?)")]
    [InlineData("cost <= 9.99", "by_cost (cost<?)")]
    [InlineData("day > @today", "by_day (day>?)")]
    [InlineData("sold", "by_sold (sold=?)")]
    [InlineData("sold = false", "by_sold (sold=?)")]
    [InlineData("artist_id is null", "by_artist (artist_id=?)")]
    [InlineData("tracks.ms > 5", "by_album (album_id=?)")]
    [InlineData("tracks.\"my tags\".label = 'x'", "by_track (track_id=?)")]
    [InlineData("artist.Name = 'x'", "by_artist (artist_id=?)")]
    public void An_index_serves(string filter, string use) => Assert.Contains(use, Query(filter).Plan(_connection), StringComparison.Ordinal);

    [Theory]
    [InlineData("data.a = 1")]
    [InlineData("data.a ~ 'a'")]
    [InlineData("data.a")]
    [InlineData("data.a is not null")]
    public void What_is_no_JSON_holds_nothing(string filter)
    {
        _connection.Execute("UPDATE albums SET data = '{\"a\": 1'");
        Assert.Empty(Run(filter));
    }

    [Fact]
    public void A_condition_on_groups_names_outputs()
    {
        var parameters = new SqlParameters(SqliteDialect.Instance);
        var condition = FilterText.BindOutputs([new("count", ColumnType.Integer), new("sum_cost", ColumnType.Decimal, 2)], "count > 1 and sum_cost < 9.5 or sum_cost > count", _now);
        Assert.Equal("(((g.c0 > ?1) AND (g.c1 < ?2)) OR (g.c1 > (g.c0 * 100)))", new ConditionSql(SqliteDialect.Instance, output => $"g.c{output.Index}", parameters).Write(condition.Succeeds()));
        Assert.Equal([1, 950], parameters.Values.Select(v => v.Value.Integer));
    }

    [Fact]
    public void A_value_by_itself_is_written_for_the_record()
    {
        var parameters = new SqlParameters(SqliteDialect.Instance);
        var source = new JoinedSource(SqliteDialect.Instance, _data.Albums, new AliasSequence());
        var operand = FilterText.BindOperand(_data.Albums, new SchemaView(_data.Schema, null), "lower(artist.Name)", _now, allowToMany: false, "sort").Succeeds();
        Assert.Equal("lower(t1.\"Name\" COLLATE BINARY)", new OperandSql(source, parameters).Write(operand));
        Assert.Equal("\"albums\" AS t0 LEFT JOIN \"artists\" AS t1 ON t1.\"id\" = t0.\"artist_id\"", source.From);
    }

    [Theory]
    [InlineData("a%b", "a", "a*b")]
    [InlineData("_", "", "?")]
    [InlineData("*[?]%", "*[?]", "[*][[][?]]*")]
    [InlineData("\\%\\_\\\\\\a", "%_\\a", "%_\\a")]
    [InlineData("", "", "")]
    public void A_pattern_is_translated(string like, string prefix, string glob)
    {
        Assert.Equal(prefix, TextPrefix.OfPattern(like));
        Assert.Equal(glob, SqliteDialect.Instance.LikePattern(like));
    }

    [Theory]
    [InlineData("a", "b")]
    [InlineData("ab\U0010ffff", "ac")]
    [InlineData("\ud7ff", "\ue000")]
    [InlineData("\uffff", "\U00010000")]
    [InlineData("\u007f", "\u0080")]
    [InlineData("\U0010ffff", null)]
    public void What_lies_behind_a_beginning(string prefix, string? successor) => Assert.Equal(successor, TextPrefix.Successor(prefix));

    public void Dispose()
    {
        _connection.Dispose();
        _directory.Dispose();
    }

    private FilterQuery Query(string filter, Table? table = null) =>
        new(table ?? _data.Albums, FilterText.Bind(table ?? _data.Albums, new SchemaView(_data.Schema, null), filter, _now).Succeeds());

    private List<long> Run(string filter, Table? table = null) => Query(filter, table).Run(_connection);
}
