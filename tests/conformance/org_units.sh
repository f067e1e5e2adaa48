#!/bin/sh
# Unpacks the administrative units for the test program, or says that they are not here.
if [ -z "${UNGCUU_DATA:-}" ] || [ ! -f "$UNGCUU_DATA/vn-admin.tar.zst" ]; then
    echo "skipped: vn-admin.tar.zst is not in UNGCUU_DATA"
    echo "0 passed, 0 failed, 1 skipped"
    exit 77
fi
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
tar --zstd -xf "$UNGCUU_DATA/vn-admin.tar.zst" -C "$dir"
UNGCUU_UNITS=$dir "$1"
