using Nebula.Core;

namespace Nebula.Storage.Sqlite.Writing;

/// <summary>A write whose outcome holds memory until whoever gets it disposes it.</summary>
internal abstract class OwningWrite<T>(Caller? caller, CancellationToken ct) : WriteOperation<T>(caller, ct)
    where T : class, IDisposable
{
    /// <summary>What was written; one of an earlier run, when the batch is replayed, is given back.</summary>
    protected T? Written
    {
        get;
        set
        {
            field?.Dispose();
            field = value;
        }
    }

    protected sealed override T Value() => Written!; // set whenever the outcome is success

    protected sealed override void Discard() => Written = null;
}
