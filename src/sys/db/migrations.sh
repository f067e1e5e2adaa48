#!/bin/sh
# migrations.sh OUT FILE...: the table of migrations as C.
set -eu
out=$1
shift
{
    echo '#include "sys/db/migrations.h"'
    echo 'const struct migration migrations[] = {'
    for file in "$@"; do
        name=$(basename "$file" .sql)
        echo "{$(expr "${name%%-*}" + 0), \"$name\", STR_INIT("
        sed 's/\\/\\\\/g; s/"/\\"/g; s/^/"/; s/$/\\n"/' "$file"
        echo ')},'
    done
    echo '};'
    echo 'const size_t migrations_len = ARRAY_LEN(migrations);'
} >"$out"
