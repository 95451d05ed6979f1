namespace Nebula.Server.Redis;

/// <summary>
/// Takes one from a bucket, in one step that nothing comes between. It runs by the clock of Redis, since those of the replicas differ.
/// KEYS[1] is the bucket, ARGV[1] what it holds and what flows into it in a minute. Answers {1 or 0, how many are left, microseconds until the next}.
/// </summary>
/// <remarks>
/// What is missing in the bucket is counted in parts of 1/60,000,000, of which as many flow in per microsecond as the bucket holds: whole numbers, exact in
/// Lua's doubles for every limit that can be configured. A bucket is forgotten once it is full again. Being refused writes nothing, but where the clock went back: it was
/// set, or another Redis took over. What is missing is counted from the new time on then, or nothing would flow in until the old one has come again.
/// </remarks>
internal static class TakeScript
{
    public const string Text = """
        local one = 60000000
        local limit = tonumber(ARGV[1])
        local time = redis.call('TIME')
        local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
        local missing = 0
        local kept = redis.call('GET', KEYS[1])
        if kept then
          local was, at = string.match(kept, '^(%d+) (%d+)$')
          missing = math.max(0, tonumber(was) - math.max(0, now - tonumber(at)) * limit)
          if now < tonumber(at) then
            redis.call('SET', KEYS[1], string.format('%.0f %.0f', missing, now), 'PX', math.ceil(missing / limit / 1000) + 1)
          end
        end
        local taken = 0
        if missing + one <= limit * one then
          taken = 1
          missing = missing + one
          redis.call('SET', KEYS[1], string.format('%.0f %.0f', missing, now), 'PX', math.ceil(missing / limit / 1000))
        end
        local left = math.floor((limit * one - missing) / one)
        local wait = 0
        if left == 0 then wait = math.ceil((missing + one - limit * one) / limit) end
        return {taken, left, wait}
        """;
}
