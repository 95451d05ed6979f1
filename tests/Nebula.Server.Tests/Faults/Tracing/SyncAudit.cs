namespace Nebula.Server.Tests.Faults.Tracing;

/// <summary>Looks in a trace for answers that came before what they promise was on disk.</summary>
internal sealed class SyncAudit(IReadOnlyList<SystemCall> trace)
{
    private readonly List<SystemCall> _sends = [.. trace.Where(call => call.IsSend && call.Has("HTTP/1.1 2"))];
    private readonly List<SystemCall> _receives = [.. trace.Where(call => call.IsReceive)];

    /// <summary>
    /// What is wrong about one write: null when its request was received, then written to the log, then everything in the log was synced, and only then the
    /// answer was sent.
    /// </summary>
    /// <param name="log">The write-ahead log that the write belongs into.</param>
    /// <param name="marker">Text that is in the log after the write; null when it adds none.</param>
    /// <param name="isAlone">Nothing else was written meanwhile, so that whatever is in the log must be synced.</param>
    public string? FindProblem(string requestId, string log, string? marker, bool isAlone)
    {
        if (AnswerTo(requestId) is not { } answer)
            return $"{requestId}: no success was answered";
        if (_receives.Find(call => IsOf(call, requestId)) is not { } request)
            return $"{requestId}: the request is not in the trace";

        var writes = trace.Where(call => call.IsWrite && call.Path == log && call.Started > request.Ended && call.Started < answer.Started).ToList();
        if (writes.Find(call => call.HasSucceeded && (marker is null || call.Has(marker))) is not { } write)
            return $"{requestId}: answered before it was written to the log";

        var last = isAlone ? writes.Max(call => call.Ended) : write.Ended;
        return Syncs(log).Any(sync => sync.Started > last && sync.Ended < answer.Started) ? null : $"{requestId}: answered before the log was synced";
    }

    /// <summary>When a call to make a file or a directory was followed by a sync of the directory that it is in, before an answer.</summary>
    public bool IsEntrySynced(string path, string requestId)
    {
        var made = trace.LastOrDefault(call => call.HasSucceeded && call.Has($"\"{path}\"") && (call.Name is "mkdir" or "mkdirat" || call.Has("O_CREAT")));
        return made is not null && AnswerTo(requestId) is { } answer
            && Syncs(Path.GetDirectoryName(path)!).Any(sync => sync.Started > made.Ended && sync.Ended < answer.Started); // the path is absolute
    }

    /// <summary>For each success that was answered, in order: whose it was, and up to where the log was synced at that moment.</summary>
    public IEnumerable<(string RequestId, long Synced)> SyncedAtAnswers(string log, IReadOnlyList<string> requestIds)
    {
        var answers = requestIds.Select(id => (Id: id, Answer: AnswerTo(id))).Where(pair => pair.Answer is not null).OrderBy(pair => pair.Answer!.Started); // filtered
        foreach (var (id, answer) in answers)
        {
            var sync = Syncs(log).LastOrDefault(sync => sync.Ended < answer!.Started); // as above
            var written = sync is null ? [] : trace.Where(call => call.IsWrite && call.Path == log && call.HasSucceeded && call.Ended < sync.Started);
            yield return (id, written.Select(call => call.WrittenUpTo).DefaultIfEmpty().Max());
        }
    }

    private SystemCall? AnswerTo(string requestId) => _sends.Find(call => IsOf(call, requestId));

    /// <summary>Clients differ in how they write the name of the header.</summary>
    private static bool IsOf(SystemCall call, string requestId) => call.Arguments.Contains($"X-Request-Id: {requestId}\\r", StringComparison.OrdinalIgnoreCase);

    private IEnumerable<SystemCall> Syncs(string path) => trace.Where(call => call.IsSync && call.Path == path && call.HasSucceeded);
}
