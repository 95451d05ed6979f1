using System.Globalization;
using System.Text;

namespace Nebula.Server.Options;

/// <summary>Reads the known variables from those given, and keeps every problem until all are read. An empty variable counts as not given.</summary>
internal sealed class VariableReader(IReadOnlyDictionary<string, string> variables)
{
    private const int LongestShown = 300;
    private readonly List<string> _problems = [];

    public bool Has(Variable variable) => variables.TryGetValue(variable.Name, out var text) && text.Length > 0;

    public T Read<T>(Variable<T> variable)
    {
        if (!Has(variable))
            return variable.Otherwise;
        var text = variables[variable.Name];
        if (variable.Parse(text, out var value) is not { } fault)
            return value;

        var subject = variable.IsSecret ? "the value" : $"\"{Shown(text)}\"";
        _problems.Add($"{variable.Name}: {subject} {Shown(fault)}. Allowed: {variable.Allowed}.");
        return variable.Otherwise;
    }

    /// <summary>Notes a problem where a variable that must be given is not.</summary>
    public void Require(Variable variable, string reason)
    {
        if (!Has(variable))
            _problems.Add($"{variable.Name}: is not given, but {reason}. Allowed: {variable.Allowed}.");
    }

    /// <summary>The variables that begin so and are given, in the order of their names, with what comes behind.</summary>
    public IEnumerable<(Variable<T> Variable, string Ending)> Family<T>(Variable<T> family, string prefix) =>
        from name in variables.Keys
        where name.StartsWith(prefix, StringComparison.Ordinal)
        orderby name
        let one = family with { Name = name }
        where Has(one)
        select (one, name[prefix.Length..]);

    public void Add(Variable variable, string fault) => _problems.Add($"{variable.Name}: {Shown(fault)}. Allowed: {variable.Allowed}.");

    public void ThrowIfAnyIsWrong()
    {
        if (_problems.Count > 0)
            throw new InvalidOptionsException([.. _problems.Distinct()]);
    }

    // A value goes to the operator's terminal: without control characters, and not by the megabyte.
    private static string Shown(string text)
    {
        var shown = new StringBuilder();
        foreach (var character in text.AsSpan(0, Math.Min(text.Length, LongestShown)))
            shown.Append(char.IsControl(character) ? '?' : character);
        if (shown.Length < text.Length)
            shown.Append(CultureInfo.InvariantCulture, $"… ({text.Length} characters)");
        return shown.ToString();
    }
}
