#!/bin/sh
# Figures of the hunting engine: bench/hunt.sh BUILD DATA. Unpacks the data into BUILD/bench-data.
set -eu
build=$1 data=$2
if [ ! -f "$data/dense100.evtx.zst" ]; then
    echo "skipped: no data in $data"
    exit 0
fi
ninja -C "$build" --quiet bench/bench-hunt
d=$build/bench-data
mkdir -p "$d/rules" "$d/json"
[ -f "$d/dense100.evtx" ] || zstd -dq "$data/dense100.evtx.zst" -o "$d/dense100.evtx"
[ -f "$d/rules/.done" ] || { tar --zstd -xf "$data/sigma-rules.tar.zst" -C "$d/rules" && touch "$d/rules/.done"; }
[ -f "$d/json/.done" ] || { tar --zstd -xf "$data/security-datasets.tar.zst" -C "$d/json" && touch "$d/json/.done"; }
# A million indicators, invented: addresses of documentation blocks, example domains, hashes.
[ -f "$d/indicators.txt" ] || awk 'BEGIN {
    srand(7);
    for (i = 0; i < 250000; i++) {
        printf "host%d.bad%d.example.com\n", i, i % 977;
        printf "2001:db8:%x:%x::%x\n", i % 65536, int(i / 65536), i % 9973;
        printf "%08x%08x%08x%08x\n", rand() * 4294967295, rand() * 4294967295, i, i * 7;
        printf "%08x%08x%08x%08x%08x%08x%08x%08x\n", rand() * 4294967295, rand() * 4294967295, i, i * 3,
            i * 5, i * 11, i * 13, i * 17;
    }
}' >"$d/indicators.txt"
cat "$d/dense100.evtx" "$d"/json/*.json >/dev/null # into the page cache
"$build/bench/bench-hunt" "$d/rules" "$d/dense100.evtx" "$d/json" "$d/indicators.txt"
