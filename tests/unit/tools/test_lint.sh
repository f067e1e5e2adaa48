#!/bin/sh
# test_lint.sh LINT TREE EXPECTED: all messages of the lint about a tree that breaks every rule.
set -u
lint=$(realpath "$1")
expected=$(realpath "$3")
cd "$2" || exit 1
actual=$("$lint" . 2>&1)
status=$?
if [ "$status" != 1 ]; then
    echo "exit status $status instead of 1"
    exit 1
fi
printf '%s\n' "$actual" | diff "$expected" - || exit 1
