using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;
using Nebula.Core;
using Nebula.Core.Databases;
using Nebula.Core.Tables;

namespace Nebula.Api.Http;

/// <summary>Reads the names and ids of a path.</summary>
internal static class RouteNames
{
    public static Result<DatabaseName> Database(this HttpContext http) => DatabaseName.Parse(http.Route("db"));

    public static Result<TableName> Table(this HttpContext http) => TableName.ParseExisting(http.Route("table"));

    /// <summary>Database and table; fails with the first fault.</summary>
    public static bool TryTable(this HttpContext http, out DatabaseName database, out TableName table, [NotNullWhen(false)] out Error? error)
    {
        table = default;
        return http.Database().TryGet(out database, out error) && http.Table().TryGet(out table, out error);
    }

    /// <summary>Database, table and the text of a record's id, which the table's key gives its meaning.</summary>
    public static bool TryRecord(this HttpContext http, out DatabaseName database, out TableName table, out string id, [NotNullWhen(false)] out Error? error)
    {
        id = http.Route("id");
        return http.TryTable(out database, out table, out error);
    }

    public static string Route(this HttpContext http, string name)
    {
        var value = http.Request.RouteValues[name] as string ?? "";
        return value.Contains("%2F", StringComparison.OrdinalIgnoreCase) ? RawSegment.Find(http, name) ?? value : value;
    }
}
