using Nebula.Ladder.Load;
using Nebula.Ladder.Servers;

namespace Nebula.Ladder.Measuring;

/// <summary>One measurement of a round.</summary>
/// <param name="Connections">Null: those that the options name.</param>
/// <param name="HasOthers">Whether another program works for the server, so that its share of the processors is no disturbance.</param>
internal sealed record Step(Row Row, Server Server, RequestFile Requests, IReadOnlyList<int>? Connections = null, bool HasOthers = false);
