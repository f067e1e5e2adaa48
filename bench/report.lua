-- For wrk: sends the public form as many people do, each from an address of their own (the server trusts the proxy
-- that says so), and prints the 95th percentile, what was no receipt and with which answer, and what came later than
-- wrk waits (--timeout): late is not refused.   wrk -s report.lua URL -- TOKEN
local token, n = "", 0
bad = 0
answers = ""
local threads, seen = {}, {}

function setup(thread)
  table.insert(threads, thread)
end

function init(args)
  token = args[1]
  bad = 0
end

local function field(name, value)
  return "--xyz\r\nContent-Disposition: form-data; name=\"" .. name .. "\"\r\n\r\n" .. value .. "\r\n"
end

function request()
  n = n + 1
  local body = field("csrf", token) .. field("kind", "phishing") .. field("body",
    "Tôi nhận được tin nhắn kèm đường liên kết hxxps://qua-" .. n .. "[.]example[.]net/nhan, trang đòi số căn cước và mật khẩu. "
    .. "Tin nhắn gửi từ số 0900 400 " .. string.format("%03d", n % 1000)) .. field("where", "Cổng dịch vụ công") ..
    field("website", "") .. "--xyz--\r\n"
  return wrk.format("POST", "/report", {
    ["Content-Type"] = "multipart/form-data; boundary=xyz",
    ["X-Forwarded-For"] = string.format("2001:db8:%x:%x::1", math.floor(n / 65536), n % 65536)}, body)
end

function response(status)
  if status == 303 then return end
  bad = bad + 1
  seen[status] = (seen[status] or 0) + 1
  answers = ""
  for k, v in pairs(seen) do answers = answers .. " " .. k .. ":" .. v end
end

function done(summary, latency)
  local wrong, how = 0, ""
  for _, thread in ipairs(threads) do
    wrong = wrong + thread:get("bad")
    how = how .. thread:get("answers")
  end
  io.write(string.format("requests %d rate %.0f p50 %.1f p95 %.1f p99 %.1f bad %d errors %d late %d answers%s\n", summary.requests,
    summary.requests / summary.duration * 1e6, latency:percentile(50) / 1000, latency:percentile(95) / 1000,
    latency:percentile(99) / 1000, wrong,
    summary.errors.connect + summary.errors.read + summary.errors.write, summary.errors.timeout, how))
end
