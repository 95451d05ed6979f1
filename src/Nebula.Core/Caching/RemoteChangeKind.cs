namespace Nebula.Core.Caching;

public enum RemoteChangeKind
{
    /// <summary>Changes may have been missed: nothing that is kept in memory can be believed.</summary>
    Anything,

    /// <summary>An account was removed, or its tokens ended.</summary>
    Account,

    /// <summary>A key was changed or removed.</summary>
    ApiKey,

    /// <summary>A database was renamed or removed, or its schema changed.</summary>
    Database,

    /// <summary>The quotas of an account were changed.</summary>
    Quota,
}
