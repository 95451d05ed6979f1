using Nebula.Ladder.Load;
using Nebula.Ladder.Servers;

namespace Nebula.Ladder.Measuring;

/// <summary>One measurement of a round.</summary>
/// <param name="Connections">Null: those that the options name.</param>
internal sealed record Step(Row Row, Server Server, RequestFile Requests, IReadOnlyList<int>? Connections = null);
