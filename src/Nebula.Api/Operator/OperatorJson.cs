using System.Text.Json.Serialization;

namespace Nebula.Api.Operator;

/// <summary>What the operator's routes and their commands say to each other, compiled ahead of time.</summary>
[JsonSerializable(typeof(BackupListView))]
[JsonSerializable(typeof(BackupRequest))]
[JsonSerializable(typeof(BackupView))]
[JsonSerializable(typeof(HistoryView))]
[JsonSerializable(typeof(MoveRequest))]
[JsonSerializable(typeof(MoveView))]
[JsonSerializable(typeof(OperatorEvent))]
[JsonSerializable(typeof(QuotaAnswer))]
[JsonSerializable(typeof(QuotaRequest))]
[JsonSerializable(typeof(RestoredHistoryView))]
[JsonSerializable(typeof(RestoreView))]
[JsonSerializable(typeof(ServerView))]
internal sealed partial class OperatorJson : JsonSerializerContext;
