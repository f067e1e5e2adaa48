#!/bin/sh
# Requests per second of the HTTP layer, measured with wrk on this machine (client and server share
# its cores): bench/bench_http.sh [BUILD] [SECONDS]
set -eu
build=${1:-build}
seconds=${2:-5}
work=$(mktemp -d)
command -v wrk >/dev/null || { echo "bench_http: wrk is missing (apt-get install wrk)" >&2; exit 1; }
ninja -C "$build" --quiet bench/bench-http

"$build/bench/bench-http" "$work" >"$work/port" &
server=$!
trap 'kill $server 2>/dev/null; wait $server 2>/dev/null; rm -rf "$work"' EXIT
while [ ! -s "$work/port" ]; do sleep 0.05; done
url=http://127.0.0.1:$(cat "$work/port")

measure() {
    what=$1
    shift
    wrk -t1 -c64 -d"${seconds}s" --latency "$@" >"$work/out"
    awk -v what="$what" '
        /Requests\/sec/ { rate = $2 }
        $1 == "50%" { half = $2 }
        $1 == "99%" { worst = $2 }
        /Socket errors|Non-2xx/ { bad = " (" $0 ")" }
        END { printf "%-36s %9.0f requests/s   median %-8s 99%% %-8s%s\n", what, rate, half, worst, bad }' \
        "$work/out"
}

measure "page of 2 KB, made each time" "$url/page"
measure "the same, gzip" -H 'Accept-Encoding: gzip' "$url/page"
measure "file of 16 KB" "$url/static/0123456789abcdef/app.css"
measure "not modified" -H 'If-None-Match: "0123456789abcdef"' "$url/static/0123456789abcdef/app.css"

head -c 1073741824 /dev/zero >"$work/big"
begin=$(date +%s%N)
curl -sSf -o /dev/null -H 'Expect:' -F "f=@$work/big" "$url/upload"
end=$(date +%s%N)
awk -v ns=$((end - begin)) 'BEGIN { printf "%-36s %9.0f MB/s\n", "upload of 1 GiB, hashed to disk", 1073.7 / (ns / 1e9) }'
awk '/VmHWM/ { printf "%-36s %9.0f MB\n", "most memory of the server", $2 / 1024 }' "/proc/$server/status"
