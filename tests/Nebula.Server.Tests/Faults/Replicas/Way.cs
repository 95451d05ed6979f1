namespace Nebula.Server.Tests.Faults.Replicas;

/// <summary>How servers hear of each other.</summary>
public enum Way
{
    /// <summary>By notifications.</summary>
    Notified,

    /// <summary>By asking, because a pooler lets no notification pass.</summary>
    Asking,

    /// <summary>By notifications that come round the pooler.</summary>
    NotifiedRoundPooler,
}
