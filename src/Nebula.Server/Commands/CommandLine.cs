namespace Nebula.Server.Commands;

/// <summary>
/// What follows a command: <c>value --option value --option=value</c>, in any order. <see cref="Fault"/> holds the first thing that is wrong, so that a command reads what it needs and
/// then looks once.
/// </summary>
internal sealed class CommandLine
{
    private readonly Dictionary<string, string> _options = new(StringComparer.Ordinal);
    private readonly List<string> _values = [];

    /// <param name="arguments">Without the command's own name.</param>
    /// <param name="options">The names that there are, each with a value, without the dashes.</param>
    public CommandLine(IReadOnlyList<string> arguments, params IReadOnlyList<string> options)
        : this(arguments, options, flags: [])
    {
    }

    /// <param name="flags">The names of options without a value.</param>
    public CommandLine(IReadOnlyList<string> arguments, IReadOnlyList<string> options, IReadOnlyList<string> flags)
    {
        for (var i = 0; i < arguments.Count; i++)
        {
            var argument = arguments[i];
            if (!argument.StartsWith("--", StringComparison.Ordinal))
            {
                _values.Add(argument);
                continue;
            }

            var equals = argument.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? argument[2..] : argument[2..equals];
            var isFlag = flags.Contains(name, StringComparer.Ordinal);
            if (!isFlag && !options.Contains(name, StringComparer.Ordinal))
                Add($"there is no option '{argument[..(equals < 0 ? argument.Length : equals)]}'");
            else if (isFlag && equals >= 0)
                Add($"'--{name}' takes no value");
            else if (!isFlag && equals < 0 && (i + 1 == arguments.Count || arguments[i + 1].StartsWith("--", StringComparison.Ordinal)))
                Add($"'--{name}' needs a value");
            else if (!_options.TryAdd(name, isFlag ? "" : equals < 0 ? arguments[++i] : argument[(equals + 1)..]))
                Add($"'--{name}' is given twice");
        }
    }

    /// <summary>The first thing that is wrong, as part of a sentence; null when all is well.</summary>
    public string? Fault { get; private set; }

    /// <summary>The only value; a fault if there is none or more than one.</summary>
    /// <param name="what">What it is, for the message.</param>
    public string Single(string what)
    {
        var value = AtMostOne();
        if (value is null)
            Add($"{what} is missing");
        return value ?? "";
    }

    /// <summary>The only value, or null; a fault if there is more than one.</summary>
    public string? AtMostOne()
    {
        if (_values.Count > 1)
            Add($"'{_values[1]}' is one argument too many");
        return _values.Count == 0 ? null : _values[0];
    }

    /// <summary>A fault if there is any value.</summary>
    public void None()
    {
        if (_values.Count > 0)
            Add($"'{_values[0]}' is one argument too many");
    }

    /// <summary>Whether a flag is given.</summary>
    public bool Has(string flag) => _options.ContainsKey(flag);

    /// <summary>An option that has to be given.</summary>
    public string Required(string option)
    {
        if (!_options.TryGetValue(option, out var value))
            Add($"'--{option}' is missing");
        return value ?? "";
    }

    /// <summary>An option that may be given; null if it is not.</summary>
    public string? Optional(string option) => _options.GetValueOrDefault(option);

    /// <summary>Notes that an option has a value that it can't have.</summary>
    /// <param name="expected">What it can have.</param>
    public void Refuse(string option, string expected) => Add($"'--{option}' must be {expected}");

    private void Add(string fault) => Fault ??= fault;
}
