namespace Nebula.Core.Databases;

/// <summary>Where a database stands between being named and being gone.</summary>
public enum DatabaseState
{
    /// <summary>Named; has no storage yet. The first use makes it.</summary>
    Registered,

    /// <summary>Its storage exists. Missing storage is a fault from here on, never a new empty database.</summary>
    Created,

    /// <summary>Being removed: nobody can reach it any more, and what is left of it goes, at the latest at the next start.</summary>
    Deleting,
}
