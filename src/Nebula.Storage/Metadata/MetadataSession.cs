using System.Data;
using System.Data.Common;

namespace Nebula.Storage.Metadata;

/// <summary>A connection to the metadata while somebody uses it: in a transaction if it was opened for a change. Used by one task at a time.</summary>
internal sealed class MetadataSession(DbConnection connection, CancellationToken ct)
{
    /// <summary>Runs a statement and gives the number of changed rows. Parameters are named <c>@name</c>.</summary>
    public async ValueTask<int> ExecuteAsync(string sql, params (string Name, object? Value)[] parameters)
    {
        await using var command = Command(sql, parameters);
        return await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>The rows of a query.</summary>
    public async ValueTask<List<T>> QueryAsync<T>(string sql, Func<DbDataReader, T> map, params (string Name, object? Value)[] parameters)
    {
        await using var command = Command(sql, parameters);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var rows = new List<T>();
        while (await reader.ReadAsync(ct))
            rows.Add(map(reader));
        return rows;
    }

    /// <summary>The first row of a query, or null.</summary>
    public async ValueTask<T?> FindAsync<T>(string sql, Func<DbDataReader, T> map, params (string Name, object? Value)[] parameters)
        where T : class => (await QueryAsync(sql, map, parameters)).FirstOrDefault();

    /// <summary>A name without the case of its ASCII letters: what <see cref="IMetadata.IsNamed"/> compares with.</summary>
    public static string Fold(string name) => string.Create(name.Length, name, (folded, given) =>
    {
        for (var i = 0; i < given.Length; i++)
            folded[i] = char.IsAsciiLetterUpper(given[i]) ? (char)(given[i] | 0x20) : given[i];
    });

    private DbCommand Command(string sql, (string Name, object? Value)[] parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            parameter.Value = value ?? DBNull.Value;
            if (value is null)
                parameter.DbType = DbType.String; // what can be null in the metadata is text
            command.Parameters.Add(parameter);
        }

        return command;
    }
}
