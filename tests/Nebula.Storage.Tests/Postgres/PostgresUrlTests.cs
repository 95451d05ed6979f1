using Nebula.Storage.Postgres;
using Npgsql;

namespace Nebula.Storage.Tests.Postgres;

public sealed class PostgresUrlTests
{
    [Theory]
    [InlineData("postgres://ada:p%40ss%3A%2F@db.example:6432/shop", "db.example", 6432, "ada", "p@ss:/", "shop")]
    [InlineData("postgresql://ada@db/shop", "db", 5432, "ada", null, "shop")]
    [InlineData("postgres://ada:a:b@[::1]:5433/shop", "::1", 5433, "ada", "a:b", "shop")]
    [InlineData("Host=db;Port=5433;Username=ada;Password=x;Database=shop", "db", 5433, "ada", "x", "shop")]
    public void Both_forms_are_understood(string text, string host, int port, string user, string? password, string database)
    {
        Assert.Null(PostgresUrl.Parse(text, out var connectionString));

        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        Assert.Equal((host, port, user, password, database), (settings.Host, settings.Port, settings.Username, settings.Password, settings.Database));
    }

    [Fact]
    public void Several_hosts_and_what_a_URL_says_of_the_connection_are_kept()
    {
        Assert.Null(PostgresUrl.Parse("postgres://u:p@a:5432,b:5433/d?sslmode=verify-full&target_session_attrs=read-write&application_name=my%20nebula", out var connectionString));

        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        Assert.Equal(("a:5432,b:5433", SslMode.VerifyFull, "read-write", "my nebula"), (settings.Host, settings.SslMode, settings.TargetSessionAttributes, settings.ApplicationName));
    }

    [Theory]
    [InlineData("postgres://u:p@a,b/d", "primary")]
    [InlineData("Host=a,b;Username=u;Database=d", "primary")]
    [InlineData("Host=a,b;Username=u;Database=d;Target Session Attributes=prefer-primary", "prefer-primary")]
    [InlineData("postgres://u:p@a/d", null)]
    public void Of_several_servers_the_one_that_takes_writes_is_meant(string text, string? wanted)
    {
        Assert.Null(PostgresUrl.Parse(text, out var connectionString));

        Assert.Equal(wanted, new NpgsqlConnectionStringBuilder(connectionString).TargetSessionAttributes);
    }

    [Fact]
    public void Settings_that_are_printed_show_no_password()
    {
        var options = new PostgresOptions(new PostgresServerOptions("Host=a;Password=hush")) { DirectConnectionString = "Host=b;Password=hush" };

        Assert.DoesNotContain("hush", options.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mysql://u:hush@h/d", "does not begin with postgres://")]
    [InlineData("postgres://u:hush@/d", "names no host")]
    [InlineData("postgres://u:hush@h", "names no database")]
    [InlineData("postgres://u:hush@h:0/d", "has a port that is none")]
    [InlineData("postgres://u:hush@h:http/d", "has a port that is none")]
    [InlineData("postgres://u:hu#sh@h/d", "has a # in it")]
    [InlineData("postgres://u:hush@h/d?options=-c%20x", "has a parameter that is not known")]
    [InlineData("postgres://u:hush@h/d?sslmode=perhaps", "can't be read")]
    [InlineData("Host=h;Password=hush;Nonsense=1", "can't be read")]
    [InlineData("hush", "can't be read")]
    [InlineData("Username=u;Password=hush", "names no host")]
    public void What_is_wrong_is_said_without_the_value(string text, string fault)
    {
        var said = PostgresUrl.Parse(text, out _);

        Assert.StartsWith(fault, said, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", said, StringComparison.Ordinal);
    }
}
