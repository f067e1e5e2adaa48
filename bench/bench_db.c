#include "app/audit/audit.h"
#include "base/clock.h"
#include "sys/db/db.h"

#include <pthread.h>
#include <stdatomic.h>

/*
 * bench-db URL [SECONDS]: on an empty database, microseconds of a keyed read, durable commits a
 * second by 1, 8 and 32 threads (one insert each; one insert and its audit entry), and how fast the
 * audit log is walked.
 */
static void must(int64_t r, const struct err *err)
{
    if (r < 0)
        die("%s: %s", err_name((int)r), err->what);
}

static const struct db_column put_in[] = {{"key", DB_TEXT, false}, {"value", DB_TEXT, false}};
#define PUT "INSERT INTO setting (key, value) VALUES "
static const struct db_statement put = {
    .name = "put",
    .file = __FILE__,
    .sql = {PUT "(?1, ?2)", PUT "($1, $2)"},
    .in = put_in,
    .in_len = 2,
    .writes = true,
};

static const struct db_column get_in[] = {{"key", DB_TEXT, false}};
static const struct db_column get_out[] = {{"value", DB_TEXT, false}};
#define GET "SELECT value FROM setting WHERE key = "
static const struct db_statement get = {
    .name = "get",
    .file = __FILE__,
    .sql = {GET "?1", GET "$1"},
    .in = get_in,
    .in_len = 1,
    .out = get_out,
    .out_len = 1,
};

static struct db_value text(struct str s)
{
    return (struct db_value){.type = DB_TEXT, .s = s};
}

struct run {
    struct db_pool *pool;
    bool audit;
    int64_t until;
    _Atomic int64_t next, done;
};

static void *write_until(void *arg)
{
    struct run *run = arg;
    struct arena a = {0};
    struct db *db = NULL;
    struct err err = {0};
    struct audit_entry entry = {.action = "setting.put",
                                .object_kind = "setting",
                                .actor_name = STR("bench"),
                                .address = STR("192.0.2.1"),
                                .detail = STR("{\"field\":\"value\"}")};

    must(db_acquire(run->pool, &db, &err), &err);
    while (clock_monotonic() < run->until) {
        struct str key;
        struct db_value in[2];

        arena_clear(&a);
        key = str_printf(&a, "k%lld", (long long)atomic_fetch_add(&run->next, 1));
        in[0] = text(key);
        in[1] =
            text(STR("one hundred bytes or so of text, as a comment or a state of a task has it, "
                     "are written"));
        must(db_begin(db, &err), &err);
        must(db_run(db, &put, in, NULL, NULL, &err), &err);
        if (run->audit) {
            entry.at = clock_now();
            must(audit_write(db, &a, &entry, &err), &err);
        }
        must(db_commit(db, &err), &err);
        atomic_fetch_add(&run->done, 1);
    }
    db_release(db);
    arena_release(&a);
    return NULL;
}

static void commits(struct run *run, int threads, int64_t ms)
{
    pthread_t thread[64];
    int64_t start = clock_monotonic(), took;

    run->until = start + ms;
    atomic_store(&run->done, 0);
    for (int i = 0; i < threads; i++)
        pthread_create(&thread[i], NULL, write_until, run);
    for (int i = 0; i < threads; i++)
        pthread_join(thread[i], NULL);
    took = clock_monotonic() - start;
    printf("%-28s %2d threads %10lld commits/s\n", run->audit ? "insert and audit entry" : "insert",
           threads, (long long)(atomic_load(&run->done) * 1000 / took));
}

static int count(void *ctx, const struct db_value *values, struct err *err)
{
    ++*(int64_t *)ctx;
    return 0;
}

static void reads(struct run *run)
{
    enum { READS = 50000 };
    struct db *db = NULL;
    struct err err = {0};
    struct timespec from, to;
    int64_t found = 0;
    double us;

    must(db_acquire(run->pool, &db, &err), &err);
    clock_gettime(CLOCK_MONOTONIC, &from);
    for (int64_t i = 0; i < READS; i++) {
        char key[32];
        struct db_value in[1];

        snprintf(key, sizeof(key), "k%lld", (long long)(i * 7919 % atomic_load(&run->next)));
        in[0] = text(str_c(key));
        must(db_run(db, &get, in, count, &found, &err), &err);
    }
    clock_gettime(CLOCK_MONOTONIC, &to);
    us = ((double)(to.tv_sec - from.tv_sec) * 1e9 + (double)(to.tv_nsec - from.tv_nsec)) / 1e3;
    printf("%-28s            %10.2f us (%lld of %d found)\n", "keyed read", us / READS,
           (long long)found, (int)READS);
    db_release(db);
}

/* Many entries in few transactions, then the walk. */
static void walk(struct run *run, int64_t entries)
{
    struct arena a = {0};
    struct db *db = NULL;
    struct err err = {0};
    struct audit_entry entry = {
        .at = 1, .action = "x.y", .object_kind = "x", .actor_name = STR("b")};
    int64_t checked, from;

    must(db_acquire(run->pool, &db, &err), &err);
    for (int64_t i = 0; i < entries;) {
        must(db_begin(db, &err), &err);
        for (int64_t end = i + 10000; i < end; i++) {
            arena_clear(&a);
            must(audit_write(db, &a, &entry, &err), &err);
        }
        must(db_commit(db, &err), &err);
    }
    from = clock_monotonic();
    must(audit_verify(db, &checked, &err), &err);
    printf("%-28s            %10lld entries/s (%lld)\n", "walk of the audit log",
           (long long)(checked * 1000 / MAX(clock_monotonic() - from, 1)), (long long)checked);
    db_release(db);
    arena_release(&a);
}

int main(int argc, char **argv)
{
    static const int threads[] = {1, 8, 32};
    struct db_options options = {.readers = 40};
    struct run run = {0};
    struct err err = {0};
    int64_t seconds = 2;

    if (argc < 2 || (argc > 2 && !str_to_int(str_c(argv[2]), &seconds)))
        die("usage: bench-db URL [SECONDS]");
    setvbuf(stdout, NULL, _IOLBF, 0);
    must(db_open(&run.pool, str_c(argv[1]), &options, &err), &err);
    must(db_migrate(run.pool, NULL, NULL, &err), &err);
    for (int audit = 0; audit < 2; audit++) {
        run.audit = audit != 0;
        for (size_t i = 0; i < ARRAY_LEN(threads); i++)
            commits(&run, threads[i], seconds * 1000);
    }
    reads(&run);
    walk(&run, 40000);
    db_close(run.pool);
    return 0;
}
