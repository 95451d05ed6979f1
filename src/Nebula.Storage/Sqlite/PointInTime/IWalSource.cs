using Nebula.Storage.Sqlite.Native;

namespace Nebula.Storage.Sqlite.PointInTime;

/// <summary>An open database whose log is shipped.</summary>
internal interface IWalSource
{
    /// <summary>
    /// Runs something between two transactions, with a connection that no transaction is open on; false when one took longer than the patience. Short: writes wait meanwhile.
    /// </summary>
    bool TryRunBetween(TimeSpan patience, Action<Connection> action);
}
