using System.Text.Json.Serialization;

namespace Nebula.Api.Operator;

/// <summary>What the operator's routes and their commands say to each other, compiled ahead of time.</summary>
[JsonSerializable(typeof(MoveEvent))]
[JsonSerializable(typeof(MoveRequest))]
[JsonSerializable(typeof(QuotaAnswer))]
[JsonSerializable(typeof(QuotaRequest))]
[JsonSerializable(typeof(ServerView))]
internal sealed partial class OperatorJson : JsonSerializerContext;
