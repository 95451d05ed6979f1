using System.Globalization;
using LoadSqlite.Plan;

namespace LoadSqlite;

/// <summary>What was asked for on the command line.</summary>
internal sealed record Options
{
    public const string Usage =
        """
        Loads a SQLite file into a new database of Nebula over HTTP, reads everything back and compares.

        Usage: dotnet run --project examples/LoadSqlite -- <file.sqlite> --database <name> --email <address> --password <password>

          --url <url>            where Nebula listens; http://127.0.0.1:8080 if absent
          --email <address>      the account
          --password <password>  its password; the variable LOAD_PASSWORD if absent, which keeps it out of the list of processes
          --database <name>      the database to make; it must not exist yet
          --parallel <n>         requests under way at once, 1 to 256; 16 if absent
          --sign-up              make the account first
          --username <name>      the user name to sign up with; the address if absent
          --keep-going           leave out what can't be carried over, and go on after a refused record

        Ends with 0 if all rows are equal, 1 if not, 2 for wrong input, 3 if the server or the file failed.
        """;

    private static readonly string[] _obligatory = ["--email", "--password", "--database"];

    public required string File { get; init; }

    public Uri Url { get; init; } = new("http://127.0.0.1:8080/");

    public required string Email { get; init; }

    public required string Password { get; init; }

    public required string Database { get; init; }

    public int Parallel { get; init; } = 16;

    public bool SignUp { get; init; }

    public string? Username { get; init; }

    public bool KeepGoing { get; init; }

    public static Options Parse(IReadOnlyList<string> args)
    {
        string? file = null;
        var flags = new HashSet<string>();
        var values = new Dictionary<string, string>();
        for (var at = 0; at < args.Count; at++)
        {
            switch (args[at])
            {
                case "--sign-up" or "--keep-going":
                    flags.Add(args[at]);
                    break;
                case "--url" or "--email" or "--password" or "--database" or "--parallel" or "--username":
                    if (at + 1 == args.Count || args[at + 1].StartsWith("--", StringComparison.Ordinal))
                        throw Wrong($"{args[at]} needs a value after it.");
                    if (!values.TryAdd(args[at], args[at + 1]))
                        throw Wrong($"{args[at]} is given twice.");
                    at++;
                    break;
                case ['-', ..]:
                    throw Wrong($"There is no option {args[at]}.");
                case var _ when file is not null:
                    throw Wrong($"One file at a time: '{file}' or '{args[at]}'?");
                default:
                    file = args[at];
                    break;
            }
        }

        if (Environment.GetEnvironmentVariable("LOAD_PASSWORD") is { Length: > 0 } password)
            values.TryAdd("--password", password);
        if (file is null)
            throw Wrong("Name the SQLite file to load.");
        if (_obligatory.Where(o => !values.ContainsKey(o)).ToList() is { Count: > 0 } missing)
            throw Wrong($"Missing: {string.Join(", ", missing)}.");

        return new Options
        {
            File = file,
            Url = ParseUrl(values.GetValueOrDefault("--url", "http://127.0.0.1:8080")),
            Email = values["--email"],
            Password = values["--password"],
            Database = ParseDatabase(values["--database"]),
            Parallel = ParseParallel(values.GetValueOrDefault("--parallel", "16")),
            SignUp = flags.Contains("--sign-up"),
            Username = values.GetValueOrDefault("--username"),
            KeepGoing = flags.Contains("--keep-going"),
        };
    }

    /// <summary>The URL ends in '/', so that the routes are appended to whatever path it has.</summary>
    private static Uri ParseUrl(string text) =>
        Uri.TryCreate(text.TrimEnd('/') + "/", UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
            ? url
            : throw new InputException($"--url: '{text}' is no URL of a server; it looks like http://127.0.0.1:8080.");

    private static string ParseDatabase(string name) => TargetNames.IsAllowed(name)
        ? name
        : throw new InputException(
            $"--database: '{name}' can't be a name: 1 to 63 letters, digits and underscores, not beginning with '_nebula' or 'sqlite_'.");

    private static int ParseParallel(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= 256
            ? number
            : throw new InputException($"--parallel: '{text}' is no number from 1 to 256.");

    private static InputException Wrong(string fault) => new($"{fault}\n\n{Usage}");
}
