#include "app/memo/memo.h"

#include "app/memo/queries.h"
#include "base/clock.h"

#include <pthread.h>
#include <sodium.h>

/* A key has its place in one of WAYS slots; the oldest of them goes when all are taken. */
enum { SETS = 1024, WAYS = 4, COUNT_MS = 2000 };

struct slot {
    uint8_t key[16];
    int64_t version, at; /* of the values; at 0: there are none yet */
    int64_t values[MEMO_VALUES];
    int64_t counted_by; /* when somebody began to count anew, monotonic; 0: nobody does */
};

static struct {
    pthread_mutex_t lock;
    pthread_cond_t kept;
    uint8_t secret[crypto_shorthash_siphashx24_KEYBYTES]; /* nobody can aim at another's slots */
    struct slot slots[SETS][WAYS];
} table = {.lock = PTHREAD_MUTEX_INITIALIZER};

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void start(void)
{
    pthread_condattr_t attr;

    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&table.kept, &attr);
    pthread_condattr_destroy(&attr);
    randombytes_buf(table.secret, sizeof(table.secret));
}

int memo_open(struct memo *m, struct db *db, struct arena *a, struct str key, int64_t now,
              struct err *err)
{
    struct memo_audit_seq_row row;
    struct str full = str_printf(a, "%" PRId64 "|" STR_FMT, db_serial(db), STR_ARG(key));
    int r = memo_audit_seq(db, a, &row, err);

    if (r < 0)
        return r;
    pthread_once(&once, start);
    crypto_shorthash_siphashx24(m->key, (const uint8_t *)full.ptr, full.len, table.secret);
    m->version = row.seq;
    m->now = now;
    return 0;
}

/* The key's slot; the oldest of its set is taken for it when it has none. */
static struct slot *slot_of(const struct memo *m)
{
    struct slot *set = table.slots[(m->key[0] | m->key[1] << 8) % SETS];
    struct slot *to = &set[0];

    for (int i = 0; i < WAYS; i++) {
        if (memcmp(set[i].key, m->key, sizeof(m->key)) == 0)
            return &set[i];
        if (set[i].at < to->at)
            to = &set[i];
    }
    *to = (struct slot){.version = -1};
    memcpy(to->key, m->key, sizeof(to->key));
    return to;
}

/* Whether the values may still be given out; `counting`: somebody is about to bring newer ones. */
static bool good(const struct slot *s, const struct memo *m, bool counting)
{
    int64_t age = m->now - s->at;

    /* Requests that came before it was counted are served as well, a clock set back is not. */
    if (s->at == 0 || age < -MEMO_MS)
        return false;
    if (s->values[0] >= MEMO_LARGE && age < MEMO_LARGE_MS)
        return true;
    return s->version >= m->version && age < (counting ? 2 * MEMO_MS : MEMO_MS);
}

static void wait_until(int64_t monotonic_ms)
{
    struct timespec at = {monotonic_ms / 1000, monotonic_ms % 1000 * 1000000};

    pthread_cond_timedwait(&table.kept, &table.lock, &at);
}

bool memo_find(const struct memo *m, int64_t *values, size_t len)
{
    bool found;

    pthread_mutex_lock(&table.lock);
    for (;;) {
        struct slot *s = slot_of(m);
        int64_t now = clock_monotonic();
        bool counting = s->counted_by != 0 && now - s->counted_by < COUNT_MS;

        found = good(s, m, counting);
        if (found)
            memcpy(values, s->values, MIN(len, (size_t)MEMO_VALUES) * sizeof(*values));
        else if (!counting)
            s->counted_by = now;
        if (found || !counting)
            break;
        wait_until(s->counted_by + COUNT_MS);
    }
    pthread_mutex_unlock(&table.lock);
    return found;
}

void memo_keep(const struct memo *m, const int64_t *values, size_t len)
{
    struct slot *to;

    if (len > MEMO_VALUES)
        die("memo_keep: %zu values, at most %d", len, MEMO_VALUES);
    pthread_mutex_lock(&table.lock);
    to = slot_of(m);
    /* Whoever was overtaken by one that counted later brings nothing new. */
    if (m->version >= to->version) {
        to->version = m->version;
        to->at = m->now;
        memcpy(to->values, values, len * sizeof(*values));
    }
    to->counted_by = 0;
    pthread_cond_broadcast(&table.kept);
    pthread_mutex_unlock(&table.lock);
}
