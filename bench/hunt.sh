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
# A million indicators of every type, invented: documentation addresses, example domains.
[ -f "$d/mixed.txt" ] || awk 'function r() { return rand() * 4294967295 } BEGIN {
    srand(7);
    for (i = 0; i < 100000; i++) {
        printf "host%d.bad%d.example.com\n", i, i % 977;
        printf "cdn-%d.example.net\n", i;
        printf "2001:db8:%x:%x::%x\n", i % 65536, int(i / 65536), i % 9973;
        printf "%08x%08x%08x%08x\n", r(), r(), i, i * 7;
        printf "%08x%08x%08x%08x%08x\n", r(), r(), i, i * 7, r();
        printf "%08x%08x%08x%08x%08x%08x%08x%08x\n", r(), r(), i, i * 3, i * 5, i * 11, r(), r();
        printf "%08x%08x%08x%08x%08x%08x%08x%08x\n", r(), r(), i, i * 13, i * 5, i * 11, r(), r();
        printf "https://host%d.bad%d.example.org/a/%x?id=%d\n", i % 40000, i % 977, r(), i;
        if (i % 2 == 0)
            printf "sender%d@mail%d.example.com\n", i, i % 500;
        else
            printf "203.0.113.%d/%d\n", i % 256, 25 + i % 7;
        if (i % 2 == 0)
            printf "dropper_%x.exe\n", r();
        else
            printf "C:\\Users\\Public\\stage%x\\run%d.dll\n", r(), i;
    }
}' >"$d/mixed.txt"
cat "$d/dense100.evtx" "$d"/json/*.json >/dev/null # into the page cache
"$build/ungcuu" hunt index --out "$d/mixed.idx" "$d/mixed.txt" >/dev/null
"$build/bench/bench-hunt" "$d/rules" "$d/dense100.evtx" "$d/json" "$d/mixed.txt" "$d/mixed.idx"
