#!/bin/sh
# What `make lint` checks: layout, the rules of the house, and that the tree says nothing unfinished.
set -eu
build=$1
bad=0

unformatted=$(git ls-files '*.c' '*.h' | xargs clang-format-14 --dry-run 2>&1 | grep -c 'warning:' || true)
if [ "$unformatted" != 0 ]; then
    git ls-files '*.c' '*.h' | xargs clang-format-14 --dry-run 2>&1 | grep 'warning:' | head -20
    echo "lint: $unformatted places are not formatted: run make format"
    bad=1
fi
"$build/tools/lint" . || bad=1
python3 tests/classes.py || bad=1
if [ "$bad" = 0 ]; then
    echo "lint: clean"
fi
exit $bad
