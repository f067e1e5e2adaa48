#!/bin/sh
# Pages of a large site under load: bench/site.sh BUILD [SECONDS] [DIR]
#
# Makes the sample province, enlarges it (bench-site: 200,000 incidents, INCIDENTS=... for another number),
# serves it, signs in and lets wrk ask for real pages with 64 connections on the same machine. Beside what the
# clock says stands the processor time of the server for one request, which does not depend on what else runs.
# On PostgreSQL: UNGCUU_PG_FSYNC=on tests/postgres.sh bench/site.sh BUILD, with two processes NODES=2,
# one after the other on the same site NODES="1 2".
# DIR is kept and used again; without one everything is thrown away. ONLY=search measures the lines with that word.
set -eu
build=$1 seconds=${2:-10} kept=${3:-}
here=$(dirname "$0")
incidents=${INCIDENTS:-200000} server=${UNGCUU_TEST_DB:-} only=${ONLY:-}
command -v wrk >/dev/null || { echo "site.sh: wrk is missing (apt-get install wrk)" >&2; exit 1; }
work=${kept:-$(mktemp -d)}
pids=
stop() {
    [ -z "$pids" ] || kill $pids 2>/dev/null || true
    wait
    [ -n "$kept" ] || rm -rf "$work"
}
trap stop EXIT
trap 'exit 130' INT TERM
ninja -C "$build" --quiet ungcuu bench/bench-site >/dev/null
dir=$work/site
mkdir -p "$dir"
database=${server:-sqlite:$dir/ungcuu.db}

echo "load before: $(cut -d' ' -f1-3 /proc/loadavg)"
if [ ! -f "$work/made" ]; then
    "$build/ungcuu" demo --dir "$dir" --db "$database" --only-make >"$work/demo.log"
    "$build/bench/bench-site" "$database" "$incidents" | tail -n 1 | sed 's/done/to make the site/'
    "$build/ungcuu" search rebuild --dir "$dir" --db "$database"
    # Reports of many people come through a proxy, each from an address of their own.
    sed -i '/^trusted_proxy/d' "$dir/ungcuu.conf"
    echo 'trusted_proxy = 127.0.0.1' >>"$dir/ungcuu.conf"
    [ -n "$server" ] || touch "$work/made"
fi
[ -n "$server" ] || ls -l "$dir/ungcuu.db" | awk '{ printf "database: %.0f MB\n", $5 / 1048576 }'

sign_in() {
    rm -f "$work/jar"
    token=$(curl -s "$url/sign-in" | sed -n 's/.*name="csrf" value="\([0-9a-f]*\)".*/\1/p' | head -n 1)
    curl -s -c "$work/jar" -o /dev/null --data-urlencode "csrf=$token" --data-urlencode "login=$1" \
        --data-urlencode "password=Mau-Ung-Cuu-2026" "$url/sign-in"
    cookie=$(awk '$6 ~ /session/ { print $6 "=" $7 }' "$work/jar")
}

cpu() {
    for pid in $pids $(postgres_pids); do cat "/proc/$pid/stat" 2>/dev/null; done |
        awk '{ sub(/.*\) /, ""); t += $12 + $13 } END { print t }'
}

# Those of this cluster only: tests of others may have one too.
postgres_pids() {
    [ -z "$server" ] || pgrep -P "$(head -n 1 "${server##*host=}/data/postmaster.pid")" -f '^postgres: ungcuu ' || true
}

wanted() {
    case "$1" in *"$only"*) ;; *) return 1 ;; esac
}

# measure WHAT FILE-OF-PATHS [ENCODING [CONNECTIONS]]
measure() {
    wanted "$1" || return 0
    each=$((${4:-64} / nodes))
    before=$(cpu)
    if [ "$nodes" -gt 1 ]; then
        ENCODING=${3:-} wrk -t1 -c"$each" -d"${seconds}s" --latency -s "$here/site.lua" "$second" -- "$cookie" "$2" >"$work/out2" &
        other=$!
        ENCODING=${3:-} wrk -t1 -c"$each" -d"${seconds}s" --latency -s "$here/site.lua" "$url" -- "$cookie" "$2" >"$work/out"
        wait "$other"
        cat "$work/out2" >>"$work/out"
    else
        ENCODING=${3:-} wrk -t1 -c"$each" -d"${seconds}s" --latency -s "$here/site.lua" "$url" -- "$cookie" "$2" >"$work/out"
    fi
    awk -v what="$1" -v ticks="$(($(cpu) - before))" '
        $1 == "requests" { n += $2; rate += $4; half = half > $6 ? half : $6; late = late > $8 ? late : $8; bad += $12 + $14 }
        END { printf "%-34s %7.0f/s   median %6.1f ms   95%% %6.1f ms   %.2f ms of processor each%s\n", what, rate, half, late,
              ticks * 10 / n, bad ? "   " bad " FAILED" : "" }' "$work/out"
}

paths() {
    for path; do echo "$path"; done >"$work/paths"
}

serve() {
    begin=$(date +%s%N)
    i=0
    while [ "$i" -lt "$nodes" ]; do
        rm -f "$work/url$i"
        "$build/ungcuu" serve --dir "$dir" --db "$database" --any-port --quiet >"$work/url$i" 2>>"$work/serve.log" &
        pids="$pids $!"
        while [ ! -s "$work/url$i" ]; do sleep 0.01; done
        i=$((i + 1))
    done
    echo "start: $((($(date +%s%N) - begin) / 1000000 / nodes)) ms"
    url=$(sed -n 's/^Listening on //p' "$work/url0")
    second=$(sed -n 's/^Listening on //p' "$work/url$((nodes - 1))")
}

reports() {
    echo "== reports sent by the public form: committed to the disk before each answer"
    token=$(curl -s "$url/report" | sed -n 's/.*name="csrf" value="\([0-9a-f]*\)".*/\1/p' | head -n 1)
    before=$(cpu)
    wrk -t1 -c64 -d"${seconds}s" --timeout 30s --latency -s "$here/report.lua" "$url" -- "$token" >"$work/out"
    awk -v ticks="$(($(cpu) - before))" '$1 == "requests" {
        printf "%-34s %7.0f/s   median %6.1f ms   95%% %6.1f ms   %.2f ms of processor each%s\n", "reports", $4, $6, $8, ticks * 10 / $2,
        $12 + $14 ? "   " $12 + $14 " FAILED" : "" }
        $1 == "requests" && $12 + $16 { print; print "  late: no answer within 30 s; answers: those that were no receipt" }' "$work/out"
}

# Every page, first as one who sees everything, then as one who sees little.
walk() {
    sign_in dieuphoi
    echo "== as coordinator of the province, 64 connections, $seconds s each, $nodes process(es)"
    paths /home
    measure "home" "$work/paths"
    paths '/incidents?severity=3' '/incidents?kind=phishing&severity=2' '/incidents?state=responding' '/incidents?state=closed&kind=ransom' \
        '/incidents?state=all&severity=4' '/incidents?late=1' '/incidents?state=all&page=3' '/incidents'
    measure "list of incidents with filters" "$work/paths"
    measure "the same, compressed" "$work/paths" gzip
    for page in 1 2 3 4; do curl -s -H "Cookie: $cookie" "$url/incidents?state=all&n=100&page=$page"; done |
        grep -o 'href="/incidents/SC-[0-9-]*"' | sed 's/href="//; s/"//' | sort -u >"$work/incidents"
    measure "an incident" "$work/incidents"
    paths '/search?q=lua+dao' '/search?q=ma+doc' '/search?q=%22thu+tien+chuoc%22' '/search?q=dieu+phoi' '/search?q=camera+truy+cap' \
        '/search?q=hop+thu+chi+cuc' '/search?q=tai+khoan+dang+nhap+kho+bac' '/search?q=ung+dung' '/search?q=ransom'
    measure "search, words" "$work/paths"
    curl -s -H "Cookie: $cookie" "$url$(head -n 1 "$work/incidents")/observables" | grep -o 'href="/observables/[^"]*"' |
        sed 's/href="//; s/"//' >"$work/seen"
    measure "seen before? (one observable)" "$work/seen"
    measure "the same, 8 connections" "$work/seen" "" 8
    paths '/reports' '/reports?state=all'
    measure "inbox of reports" "$work/paths"
    paths '/systems' '/systems?q=thu+dien+tu'
    measure "list of systems" "$work/paths"
    paths '/orgs'
    measure "list of organisations" "$work/paths"
    sign_in canbo
    echo "== as officer of one organisation"
    paths /home
    measure "home" "$work/paths"
    paths '/incidents?state=all' '/incidents' '/incidents?state=all&severity=3'
    measure "list of incidents with filters" "$work/paths"
    paths '/search?q=lua+dao' '/search?q=ma+doc' '/search?q=trang+gia'
    measure "search, words" "$work/paths"

    ! wanted reports || reports
    for pid in $pids; do
        awk '/VmHWM/ { most = $2 } /VmRSS/ { now = $2 } END { printf "memory: most %.0f MB, now %.0f MB\n", most / 1024, now / 1024 }' \
            "/proc/$pid/status"
    done
}

for nodes in ${NODES:-1}; do
    serve
    walk
    kill $pids
    wait
    pids=
done
echo "load after: $(cut -d' ' -f1-3 /proc/loadavg)"
