#!/bin/sh
# postgres.sh COMMAND [ARGS]: runs the command with UNGCUU_TEST_DB set to a throw-away PostgreSQL
# cluster that listens on a Unix socket in a temporary directory only: no port, no trace, no clash
# with another run. Works as root (the server then runs as the user "postgres" or "nobody", since it
# refuses root) and as anyone else. UNGCUU_PG_FSYNC=on keeps the disk in the measurement (bench).
set -eu

if [ $# = 0 ]; then
    sed -n '2,5s/^# \{0,1\}//p' "$0" >&2
    exit 2
fi

bin=$(command -v initdb >/dev/null && dirname "$(command -v initdb)" ||
    ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
if [ -z "$bin" ] || [ ! -x "$bin/initdb" ]; then
    echo "postgres.sh: no PostgreSQL server here: apt-get install postgresql" >&2
    exit 1
fi

as=
if [ "$(id -u)" = 0 ]; then
    user=$(id -un postgres 2>/dev/null || echo nobody)
    as="setpriv --reuid=$user --regid=$(id -gn "$user") --clear-groups --"
fi

dir=$(mktemp -d "${TMPDIR:-/tmp}/ungcuu-pg-XXXXXX")
child=
stop() {
    trap - EXIT INT TERM
    [ -z "$child" ] || kill "$child" 2>/dev/null || true
    (cd / && $as "$bin/pg_ctl" -D "$dir/data" -m immediate -w stop >/dev/null 2>&1) || true
    rm -rf "$dir"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
[ -z "$as" ] || chown "$user" "$dir"

fsync=${UNGCUU_PG_FSYNC:-off}
options="-c listen_addresses= -c unix_socket_directories=$dir -c max_connections=200
 -c shared_buffers=128MB -c fsync=$fsync -c synchronous_commit=$fsync -c full_page_writes=$fsync
 -c wal_level=minimal -c max_wal_senders=0 -c log_min_messages=fatal"
options=$(echo $options)
log() {
    cat "$dir/log" >&2
    exit 1
}
(cd / && umask 077 && HOME=$dir LC_ALL=C.UTF-8 $as "$bin/initdb" --no-sync -A trust -U ungcuu -E UTF8 \
    -D "$dir/data" >"$dir/log" 2>&1) || log
(cd / && HOME=$dir $as "$bin/pg_ctl" -D "$dir/data" -w -o "$options" -l "$dir/data/server.log" start \
    >>"$dir/log" 2>&1) || log

UNGCUU_TEST_DB="postgresql://ungcuu@/postgres?host=$dir"
# For a test that stops and starts the server itself.
UNGCUU_TEST_PG_RESTART="cd / && HOME=$dir $as $bin/pg_ctl -D $dir/data -m fast -w -o '$options' -l $dir/data/server.log restart >/dev/null"
export UNGCUU_TEST_DB UNGCUU_TEST_PG_RESTART
"$@" &
child=$!
status=0
wait "$child" || status=$?
child=
exit "$status"
