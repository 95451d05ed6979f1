using System.Text.Json.Serialization;

namespace Nebula.Core.Quotas;

/// <summary>What an account can be bounded in. A command and a server of different versions understand each other by the names.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Quota>))]
public enum Quota
{
    /// <summary>The databases of the account.</summary>
    Databases,

    /// <summary>The tables of each of its databases.</summary>
    TablesPerDatabase,

    /// <summary>The bytes that the content of each of its databases takes.</summary>
    BytesPerDatabase,

    /// <summary>The records that one request may read as a page, or write as an array or a batch.</summary>
    RowsPerRequest,

    /// <summary>The requests of the account and of all its keys together.</summary>
    RequestsPerMinute,
}
