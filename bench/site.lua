-- For wrk: sends the cookie, goes through a list of paths, prints the 95th percentile and what was no 200.
--   wrk -s site.lua URL -- COOKIE FILE-OF-PATHS
local paths, cookie, at = {}, "", 0
bad = 0
local encoding = os.getenv("ENCODING")
local threads = {}

function setup(thread)
  table.insert(threads, thread)
  thread:set("number", #threads)
end

function init(args)
  cookie = args[1]
  for line in io.lines(args[2]) do table.insert(paths, line) end
  at = number * 7919
  bad = 0
end

function request()
  at = at + 1
  return wrk.format("GET", paths[at % #paths + 1], {["Cookie"] = cookie, ["Accept-Encoding"] = encoding})
end

function response(status)
  if status ~= 200 then bad = bad + 1 end
end

function done(summary, latency)
  local wrong = 0
  for _, thread in ipairs(threads) do wrong = wrong + thread:get("bad") end
  io.write(string.format("requests %d rate %.0f p50 %.1f p95 %.1f p99 %.1f bad %d errors %d\n", summary.requests,
    summary.requests / summary.duration * 1e6, latency:percentile(50) / 1000, latency:percentile(95) / 1000,
    latency:percentile(99) / 1000, wrong, summary.errors.timeout + summary.errors.connect + summary.errors.read))
end
