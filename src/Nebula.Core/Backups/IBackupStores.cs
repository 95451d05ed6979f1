namespace Nebula.Core.Backups;

/// <summary>The places that there are for backups.</summary>
public interface IBackupStores
{
    /// <summary>Fails with invalid_parameter, or with conflict when none is given and none was configured.</summary>
    /// <param name="place">An absolute path, or <c>s3://bucket/prefix</c>; null for the one that was configured.</param>
    Result<IBackupStore> Open(string? place);

    /// <summary>The same for what histories are kept there.</summary>
    Result<IHistories> OpenHistories(string? place);
}
