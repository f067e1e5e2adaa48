#!/bin/sh
# Browser tests: run.sh BUILD [STORY...]. The program is BUILD/ungcuu; the packages of package-lock.json
# are kept in BUILD/e2e, screenshots go to BUILD/screenshots. Last line: N passed, N failed, N skipped.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "${1:-build}" && pwd)
[ $# -eq 0 ] || shift
work=$build/e2e

mkdir -p "$work"
if ! cmp -s "$here/package-lock.json" "$work/package-lock.json" || [ ! -d "$work/node_modules" ]; then
    cp "$here/package.json" "$work/"
    rm -rf "$work/node_modules" "$work/package-lock.json"
    cp "$here/package-lock.json" "$work/package-lock.json.new"
    (cd "$work" && cp package-lock.json.new package-lock.json &&
        npm ci --ignore-scripts --no-audit --no-fund --loglevel=error) ||
        { rm -f "$work/package-lock.json"; echo "e2e: npm could not fetch its packages" >&2; exit 1; }
fi
exec node "$here/run.mjs" "$build" "$@"
