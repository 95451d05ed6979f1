using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace Nebula.Storage.Migrations;

/// <summary>One numbered step of the metadata's schema. Its text never changes after a release: the hash of what was applied is checked at each start.</summary>
internal sealed record Migration(int Number, string Name, string Sql)
{
    public string Hash { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql)));

    /// <summary>The migrations of an engine in order, from the resources of this assembly.</summary>
    public static IReadOnlyList<Migration> All(string engine)
    {
        var assembly = Assembly.GetExecutingAssembly();
        var prefix = $"Migrations/{engine}/";
        return
        [
            .. assembly.GetManifestResourceNames()
                .Where(n => n.StartsWith(prefix, StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
                .Select(n => Read(assembly, n, Path.GetFileNameWithoutExtension(n[prefix.Length..]))),
        ];
    }

    private static Migration Read(Assembly assembly, string resource, string fileName)
    {
        using var stream = assembly.GetManifestResourceStream(resource)!; // named by the assembly itself
        var sql = new StreamReader(stream, Encoding.UTF8).ReadToEnd();
        var (number, name) = (fileName[..4], fileName[5..]);
        return new Migration(int.Parse(number, System.Globalization.CultureInfo.InvariantCulture), name, sql);
    }
}
