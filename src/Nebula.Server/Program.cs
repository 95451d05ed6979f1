using Nebula.Server.Commands;

return args switch
{
    [] or ["serve"] => await ServeCommand.RunAsync(CancellationToken.None),
    ["move", .. var arguments] => await MoveCommand.RunAsync(arguments, CancellationToken.None),
    ["quota", .. var arguments] => await QuotaCommand.RunAsync(arguments, CancellationToken.None),
    ["backup", .. var arguments] => await BackupCommands.CreateAsync(arguments, CancellationToken.None),
    ["backups", .. var arguments] => await BackupCommands.ListAsync(arguments, CancellationToken.None),
    ["verify", .. var arguments] => await BackupCommands.VerifyAsync(arguments, CancellationToken.None),
    ["restore", .. var arguments] => await BackupCommands.RestoreAsync(arguments, CancellationToken.None),
    ["migrate"] => await MigrateCommand.RunAsync(CancellationToken.None),
    ["health"] => await HealthCommand.RunAsync(CancellationToken.None),
    ["version" or "--version" or "-v"] => VersionCommand.Run(),
    ["help" or "--help" or "-h"] => HelpCommand.Run(Console.Out),
    _ => HelpCommand.RunForUnknown(args, Console.Error),
};
