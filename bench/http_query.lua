-- wrk asks for persons by key, another one each time; see http_bench.py.
local persons = tonumber(os.getenv("BENCH_PERSONS"))
local token = os.getenv("BENCH_TOKEN")
local key = 4711
local headers = {
  ["Content-Type"] = "application/json",
  ["Authorization"] = "Bearer " .. token,
}

function request()
  key = key % persons + 37
  if key > persons then
    key = key - persons
  end
  local body = '{"query":"MATCH (p:Person {id:$id}) RETURN p.name, p.age","params":{"id":' .. key .. "}}"
  return wrk.format("POST", "/v0/cypher", headers, body)
end

function done(summary, latency)
  local e = summary.errors
  io.write(string.format(
    '\n{"requests":%d,"seconds":%.6f,"bad":%d,"p50_ms":%.4f,"p99_ms":%.4f}\n',
    summary.requests, summary.duration / 1e6, e.connect + e.read + e.write + e.status + e.timeout,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
