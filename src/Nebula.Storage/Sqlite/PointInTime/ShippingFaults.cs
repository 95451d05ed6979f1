using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Nebula.Core;

namespace Nebula.Storage.Sqlite.PointInTime;

/// <summary>What goes wrong with shipping: said when it begins, when it becomes another fault, and when the place is back, and not each time that it is tried. Thread-safe.</summary>
internal sealed class ShippingFaults(string location, ILogger logger)
{
    private readonly ConcurrentDictionary<ShippingTask, bool> _away = new();
    private readonly ConcurrentDictionary<ShippingTask, string> _others = new();
    private int _isAway;

    /// <summary>Whether something could not be brought to the place where histories are kept, when it was tried last.</summary>
    public bool IsAway => _isAway != 0;

    /// <summary>Whether the place could not be reached for this when it was tried last.</summary>
    public bool IsAwayFor(ShippingTask task) => _away.ContainsKey(task);

    public void OnAway(ShippingTask task, UnavailableException e)
    {
        _away[task] = true;
        if (Interlocked.Exchange(ref _isAway, 1) == 0)
            HistoryLog.Away(logger, location, e.Message);
    }

    public void OnFault(ShippingTask task, Exception e)
    {
        OnReached(task);
        var fault = $"{e.GetType().Name}: {e.Message}";
        if (_others.TryGetValue(task, out var before) && before == fault)
            return;
        _others[task] = fault;
        HistoryLog.NotShipped(logger, e, task.History.Owner.Id);
    }

    public void OnDone(ShippingTask task)
    {
        _others.TryRemove(task, out _);
        OnReached(task);
    }

    /// <summary>Forgets those that there is nothing more to do for.</summary>
    public void Forget(Func<ShippingTask, bool> isOver)
    {
        foreach (var task in _away.Keys.Concat(_others.Keys).Where(isOver))
            OnDone(task);
    }

    private void OnReached(ShippingTask task)
    {
        _away.TryRemove(task, out _);
        if (_away.IsEmpty && Interlocked.Exchange(ref _isAway, 0) == 1)
            HistoryLog.Back(logger, location);
    }
}
