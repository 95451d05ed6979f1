using Nebula.Core;
using Nebula.Core.Databases;

namespace Nebula.Storage.Postgres.Writing;

/// <summary>A write whose outcome holds memory until whoever gets it disposes it.</summary>
internal abstract class OwningWrite<T>(Caller? caller, DatabaseId database) : TransactionWrite<T>(caller, database)
    where T : class, IDisposable
{
    /// <summary>What was written; one of an earlier run is given back.</summary>
    protected T? Written
    {
        get;
        set
        {
            field?.Dispose();
            field = value;
        }
    }

    public sealed override T Value() => Written!; // set whenever the outcome is success

    public sealed override void Discard() => Written = null;
}
