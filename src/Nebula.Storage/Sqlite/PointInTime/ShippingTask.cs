namespace Nebula.Storage.Sqlite.PointInTime;

/// <summary>What is done for a history.</summary>
/// <param name="IsCopy">Whether its file is copied; its segments are shipped otherwise.</param>
internal readonly record struct ShippingTask(WalHistory History, bool IsCopy);
