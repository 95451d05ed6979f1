namespace Nebula.Server.Commands;

/// <summary>Says how the program is called.</summary>
internal static class HelpCommand
{
    private const string Text = """
        Usage: nebula [command]

          serve     serves the API until it is told to stop (the default)
          migrate   brings the metadata to the schema of this program, as each start does, and ends
          move      moves a database to another placement while it is served: nebula move <account-email>/<database> --to <placement>
          quota     shows or sets what an account may have and do: nebula quota <account-email> [--databases N] [--tables N] [--bytes N] [--rows N] [--requests N]
          backup    backs up everything, or one database: nebula backup [<account-email>/<database>] [--to <place>]
          backups   lists the backups: nebula backups [--from <place>]
          verify    reads a backup again and compares it with what was written: nebula verify <backup> [--from <place>]
          restore   brings everything into an empty server, or one database beside the others: nebula restore <backup> [--from <place>]
                    [--skip-damaged | --database <account-email>/<database> [--as <name>] [--overwrite]]
                    or as it was at a moment: nebula restore --at <RFC 3339 time> [--from <place>] [--database <account-email>/<database> --as <name>]
          health    asks the server that the environment describes whether it lives; exit code 0 or 1
          version   prints the version
          help      prints this

        Everything else is set by environment variables, or by a file named .env: see docs/configuration.md.
        """;

    public static int Run(TextWriter output)
    {
        output.WriteLine(Text);
        return ExitCode.Success;
    }

    public static int RunForUnknown(string[] args, TextWriter output)
    {
        output.WriteLine($"nebula: unknown command '{string.Join(' ', args)}'\n");
        Run(output);
        return ExitCode.Usage;
    }
}
