using Nebula.Server.Tests.Infrastructure;

namespace Nebula.Server.Tests.Faults;

/// <summary>A directory of one test, gone after it.</summary>
internal sealed class Workspace : IDisposable
{
    public Workspace() => TestEngine.SkipOnPostgres("it is about the files of a server.");

    public string Root { get; } = Directory.CreateTempSubdirectory("nebula-fault-").FullName;

    public string Data => Path.Combine(Root, "data");

    public ServerStart Start(params IReadOnlyList<(string Name, string Value)> variables) =>
        new(Data) { Variables = variables.ToDictionary(v => v.Name, v => v.Value) };

    /// <summary>A path of a database's file, by the account that owns it.</summary>
    public string FileOf(Guid account, string database) => Path.Combine(Data, account.ToString("D"), $"{database}.db");

    /// <summary>A copy of a database and its log as they lie on disk now.</summary>
    public string Copy(string file)
    {
        var copy = Path.Combine(Directory.CreateDirectory(Path.Combine(Root, "copies", Guid.NewGuid().ToString("N"))).FullName, Path.GetFileName(file));
        foreach (var companion in new[] { "", "-wal" })
        {
            if (File.Exists(file + companion))
                File.Copy(file + companion, copy + companion);
        }

        return copy;
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
