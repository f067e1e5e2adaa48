#!/bin/sh
# Every figure of docs/performance.md but the hunting engine's (bench/hunt.sh), in about two minutes:
# bench/run.sh BUILD DATA. What it lacks (wrk, PostgreSQL, data) it leaves out and says so.
set -eu
build=$1 data=$2
here=$(dirname "$0")
work=$(mktemp -d)
site=
trap '[ -z "$site" ] || kill "$site" 2>/dev/null; wait; rm -rf "$work"' EXIT
ninja -C "$build" --quiet bench/bench-db bench/bench-html bench/bench-json bench/bench-observe >/dev/null

title() { printf '\n== %s\n' "$1"; }
now() { date +%s%N; }

title "machine"
uname -sr
sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | sort | uniq -c | sed 's/^ *\([0-9]*\) /\1 x /'
echo "load before: $(cut -d' ' -f1-3 /proc/loadavg)"

title "JSON reader"
if [ -f "$data/cve5-44k.ndjson.zst" ]; then
    mkdir -p "$build/bench-data"
    file=$build/bench-data/cve5-44k.ndjson
    [ -f "$file" ] || zstd -dq "$data/cve5-44k.ndjson.zst" -o "$file"
    "$build/bench/bench-json" "$file" 3
else
    echo "skipped: no cve5-44k.ndjson.zst in $data"
fi

title "observables from text"
"$build/bench/bench-observe"

title "templates"
"$build/bench/bench-html"

title "database: SQLite"
"$build/bench/bench-db" "sqlite:$work/bench.db" 2
title "database: PostgreSQL, fsync on"
if ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then
    UNGCUU_PG_FSYNC=on "$here/../tests/postgres.sh" sh -c '"$0" "$UNGCUU_TEST_DB" 2' "$build/bench/bench-db"
else
    echo "skipped: no PostgreSQL server"
fi

title "the sample province"
begin=$(now)
"$build/ungcuu" demo --dir "$work/demo" --only-make >"$work/demo.log"
echo "made in $((($(now) - begin) / 1000000)) ms: $(head -n 1 "$work/demo.log")"
begin=$(now)
"$build/ungcuu" audit verify --dir "$work/demo" >"$work/verify.log"
echo "verified in $((($(now) - begin) / 1000000)) ms: $(head -n 1 "$work/verify.log")"

title "pages of the sample province, one visitor after the other"
"$build/ungcuu" serve --dir "$work/demo" --any-port --quiet >"$work/url" 2>"$work/serve.log" &
site=$!
while [ ! -s "$work/url" ]; do sleep 0.05; done
url=$(sed -n 's/^Listening on //p' "$work/url")
jar=$work/jar
token=$(curl -s "$url/sign-in" | sed -n 's/.*name="csrf" value="\([0-9a-f]*\)".*/\1/p' | head -n 1)
curl -s -c "$jar" -o /dev/null --data-urlencode "csrf=$token" --data-urlencode "login=dieuphoi" \
    --data-urlencode "password=Mau-Ung-Cuu-2026" "$url/sign-in"
incident=$(curl -s -b "$jar" "$url/incidents" | grep -o '/incidents/SC-[0-9-]*' | head -n 1)
for path in /home /report /dau-moi /incidents "$incident" /reports /systems /orgs; do
    for i in $(seq 50); do
        curl -s -b "$jar" -o /dev/null -w '%{http_code} %{time_starttransfer} %{size_download}\n' "$url$path"
    done | sort -k 2 | awk -v path="$path" '
        $1 != 200 { bad++ } { t[NR] = $2; size = $3 }
        END { printf "%-26s median %5.1f ms   95%% %5.1f ms   %4.0f KB%s\n", path, t[int(NR / 2)] * 1000,
              t[int(NR * 0.95)] * 1000, size / 1024, bad ? "   " bad " not 200" : "" }'
done
awk '/VmHWM/ { printf "most memory of the server: %.0f MB\n", $2 / 1024 }' "/proc/$site/status"
kill "$site"
wait "$site" || true
site=

title "HTTP layer"
if command -v wrk >/dev/null; then
    "$here/bench_http.sh" "$build" 3
else
    echo "skipped: wrk is missing (apt-get install wrk)"
fi
echo
echo "load after: $(cut -d' ' -f1-3 /proc/loadavg)"
