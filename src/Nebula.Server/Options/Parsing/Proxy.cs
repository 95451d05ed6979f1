using System.Net;
using System.Net.Sockets;

namespace Nebula.Server.Options.Parsing;

/// <summary>Addresses and networks of proxies. A single address is a network of one.</summary>
internal static class Proxy
{
    private static readonly char[] _separators = [' ', ',', '\t', '\r', '\n'];

    public static string? ParseList(string text, out IReadOnlyList<IPNetwork> networks)
    {
        var found = new List<IPNetwork>();
        var problems = new List<string>();
        foreach (var part in text.Split(_separators, StringSplitOptions.RemoveEmptyEntries))
        {
            if (Fault(part, out var network) is { } fault)
                problems.Add($"\"{part}\" {fault}");
            else if (!found.Contains(network))
                found.Add(network);
        }

        networks = found;
        return problems.Count == 0 ? null : $"is wrong: {string.Join("; ", problems)}";
    }

    private static string? Fault(string text, out IPNetwork network)
    {
        network = default;
        var slash = text.IndexOf('/');
        if (Address.ParseHost(slash < 0 ? text : text[..slash], out var host) is { } fault)
            return fault;
        if (!IPAddress.TryParse(host, out var address))
            return "is a name, not an address";
        if (address.IsIPv4MappedToIPv6)
            return "is an IPv4 address in IPv6 form; write it as IPv4";

        var bits = address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        var prefix = bits;
        if (slash >= 0 && WholeNumber.Parse(text[(slash + 1)..], 0, bits, out prefix) is { } wrong)
            return $"has a prefix length that {wrong}";

        var start = FirstOf(address, prefix);
        if (!start.Equals(address))
            return $"does not begin its network; meant {start}/{prefix}?";
        network = new IPNetwork(start, prefix);
        return null;
    }

    private static IPAddress FirstOf(IPAddress address, int prefix)
    {
        var bytes = address.GetAddressBytes();
        for (var i = 0; i < bytes.Length; i++)
            bytes[i] &= (byte)(0xFF00 >> Math.Clamp(prefix - i * 8, 0, 8));
        return new IPAddress(bytes);
    }
}
