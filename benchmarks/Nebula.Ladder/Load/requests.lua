-- Sends requests from a file, each time any one of them. The file holds, again and again: the length of a request, a line feed, the request
-- as it goes over the wire. So that every level is driven with the same work of the client, whatever it is sent.
local next_id = 1
function setup(thread)
  thread:set("id", next_id)
  next_id = next_id + 1
end

local requests, count = {}, 0

function init(args)
  local file = assert(io.open(args[1], "rb"))
  local text = file:read("*a")
  file:close()
  local at = 1
  while at <= #text do
    local line_end = text:find("\n", at, true)
    local length = tonumber(text:sub(at, line_end - 1))
    count = count + 1
    requests[count] = text:sub(line_end + 1, line_end + length)
    at = line_end + length + 1
  end
  math.randomseed(os.time() * 31 + id)
end

function request()
  return requests[math.random(count)]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format("figures %d %d %d %d %d %d %d %d %d %d\n",
    summary.requests, summary.duration, errors.connect, errors.read, errors.write, errors.status, errors.timeout,
    latency:percentile(50), latency:percentile(99), latency:percentile(99.9)))
end
