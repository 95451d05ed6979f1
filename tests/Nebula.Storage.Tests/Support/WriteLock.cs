namespace Nebula.Storage.Tests.Support;

/// <summary>Another program holds the write lock of a database until this is disposed: what is written meanwhile waits together.</summary>
public sealed class WriteLock : IDisposable
{
    private readonly OtherProgram _program;

    public WriteLock(string path)
    {
        _program = new OtherProgram(path);
        _program.Run("BEGIN IMMEDIATE");
    }

    public void Dispose()
    {
        _program.Run("ROLLBACK");
        _program.Dispose();
    }
}
