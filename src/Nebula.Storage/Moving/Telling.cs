namespace Nebula.Storage.Moving;

/// <summary>Progress that is told at once and in order, which the class library's own is not.</summary>
internal sealed class Telling<T>(Action<T> tell) : IProgress<T>
{
    public void Report(T value) => tell(value);
}
