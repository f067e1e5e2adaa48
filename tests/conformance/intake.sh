#!/bin/sh
# All real mails go through `ungcuu intake`: each becomes a report with its observables or is refused with its
# reason; both counts are printed. $1: the program.
if [ -z "${UNGCUU_DATA:-}" ] || [ ! -f "$UNGCUU_DATA/feed-samples.tar.zst" ]; then
    echo "skipped: feed-samples.tar.zst is not in UNGCUU_DATA"
    echo "0 passed, 0 failed, 1 skipped"
    exit 77
fi
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
tar --zstd -xf "$UNGCUU_DATA/feed-samples.tar.zst" -C "$dir"
"$1" demo --only-make --dir "$dir/site" >/dev/null || exit 1
failed=0
find "$dir/feed-samples" -type f \( -path '*/abuse-mail/*' -o -path '*/mime-mail/*' \) \
    ! -name '*.license' ! -name '*.awk' ! -name '*.md' ! -name 'runall*' | sort >"$dir/list"
xargs "$1" intake --dir "$dir/site" --json <"$dir/list" >"$dir/out"
status=$?
files=$(wc -l <"$dir/list")
told=$(grep -c '"file":' "$dir/out")
tail -n 1 "$dir/out"
grep '"refused":"' "$dir/out" | head -20
[ "$status" = 0 ] || [ "$status" = 3 ] || { echo "intake: exit status $status"; failed=1; }
[ "$files" -gt 40 ] || { echo "only $files mails found"; failed=1; }
[ "$told" -ge "$files" ] || { echo "$told of $files files were accounted for"; failed=1; }
# A second time every mail with a Message-ID is known.
xargs "$1" intake --dir "$dir/site" --json <"$dir/list" >"$dir/again"
tail -n 1 "$dir/again"
"$1" audit verify --dir "$dir/site" || failed=1
echo "$((1 - failed)) passed, $failed failed, 0 skipped"
exit $failed
