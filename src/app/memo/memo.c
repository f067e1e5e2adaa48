#include "app/memo/memo.h"

#include "app/memo/queries.h"
#include "base/clock.h"

#include <pthread.h>
#include <sodium.h>

/* A key has its place in one of WAYS slots; the oldest of them goes when all are taken. */
enum { NUMBER_SETS = 1024, LIST_SETS = 256, WAYS = 4, WORK_MS = 2000 };

struct slot {
    uint8_t key[16];
    int64_t version, at; /* of the values; at 0: there are none yet */
    int64_t worked_by;   /* when somebody began to work them out anew, monotonic; 0: nobody does */
    int64_t given_up_at; /* when some were worked out that are not to be kept; 0: none were */
    size_t len;
};

struct table {
    pthread_mutex_t lock;
    pthread_cond_t kept;
    size_t sets, width; /* width: values of a slot at most */
    bool large;         /* the first value tells whether MEMO_LARGE_MS holds */
    struct slot *slots;
    int64_t *values;
};

#define TABLE(SETS, WIDTH, LARGE)                                                                  \
    {                                                                                              \
        .lock = PTHREAD_MUTEX_INITIALIZER, .kept = PTHREAD_COND_INITIALIZER, .sets = SETS,         \
        .width = WIDTH, .large = LARGE, .slots = (struct slot[SETS * WAYS]){0},                    \
        .values = (int64_t[SETS * WAYS * WIDTH])                                                   \
        {                                                                                          \
            0                                                                                      \
        }                                                                                          \
    }
static struct table numbers = TABLE(NUMBER_SETS, MEMO_VALUES, true);
static struct table lists = TABLE(LIST_SETS, MEMO_LIST, false);

/* Nobody can aim at another's slots. */
static uint8_t secret[crypto_shorthash_siphashx24_KEYBYTES];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void start(void)
{
    randombytes_buf(secret, sizeof(secret));
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
    crypto_shorthash_siphashx24(m->key, (const uint8_t *)full.ptr, full.len, secret);
    m->version = row.seq;
    m->now = now;
    return 0;
}

/* The key's slot; the oldest of its set is taken for it when it has none. */
static struct slot *slot_of(struct table *t, const struct memo *m)
{
    struct slot *set = &t->slots[(size_t)(m->key[0] | m->key[1] << 8) % t->sets * WAYS];
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

static int64_t *values_of(const struct table *t, const struct slot *s)
{
    return &t->values[(size_t)(s - t->slots) * t->width];
}

/* Whether the values may still be given out; `working`: somebody is about to bring newer ones. */
static bool good(const struct table *t, const struct slot *s, const struct memo *m, bool working)
{
    int64_t age = m->now - s->at;

    /* Requests that came before it was worked out are served as well, a clock set back is not. */
    if (s->at == 0 || age < -MEMO_MS)
        return false;
    if (t->large && values_of(t, s)[0] >= MEMO_LARGE && age < MEMO_LARGE_MS)
        return true;
    return s->version >= m->version && age < (working ? 2 * MEMO_MS : MEMO_MS);
}

static void wait_until(struct table *t, int64_t monotonic_ms)
{
    struct timespec at = {monotonic_ms / 1000, monotonic_ms % 1000 * 1000000};

    pthread_cond_clockwait(&t->kept, &t->lock, CLOCK_MONOTONIC, &at);
}

static bool find(struct table *t, const struct memo *m, int64_t *values, size_t *len)
{
    bool found, working, alone;

    pthread_mutex_lock(&t->lock);
    for (;;) {
        struct slot *s = slot_of(t, m);
        int64_t now = clock_monotonic();

        working = s->worked_by != 0 && now - s->worked_by < WORK_MS;
        alone = s->given_up_at != 0 && now - s->given_up_at < MEMO_MS;
        found = good(t, s, m, working);
        if (found) {
            *len = MIN(*len, s->len);
            memcpy(values, values_of(t, s), *len * sizeof(*values));
        } else if (!working) {
            s->worked_by = now;
        }
        if (found || !working || alone)
            break;
        wait_until(t, s->worked_by + WORK_MS);
    }
    pthread_mutex_unlock(&t->lock);
    return found;
}

/* Nobody works on it any more; the values are NULL when they are not to be kept. */
static void finish(struct table *t, const struct memo *m, const int64_t *values, size_t len)
{
    struct slot *to;

    if (len > t->width)
        die("memo: %zu values to keep, at most %zu", len, t->width);
    pthread_mutex_lock(&t->lock);
    to = slot_of(t, m);
    /* Whoever was overtaken by one that began later brings nothing new. */
    if (values != NULL && m->version >= to->version) {
        to->version = m->version;
        to->at = m->now;
        to->len = len;
        memcpy(values_of(t, to), values, len * sizeof(*values));
    }
    to->worked_by = 0;
    to->given_up_at = values != NULL ? 0 : clock_monotonic();
    pthread_cond_broadcast(&t->kept);
    pthread_mutex_unlock(&t->lock);
}

bool memo_find(const struct memo *m, int64_t *values, size_t len)
{
    return find(&numbers, m, values, &len);
}

void memo_keep(const struct memo *m, const int64_t *values, size_t len)
{
    finish(&numbers, m, values, len);
}

bool memo_find_list(const struct memo *m, int64_t *ids, size_t *len)
{
    size_t most = MEMO_LIST;
    bool found = find(&lists, m, ids, &most);

    if (found)
        *len = most;
    return found;
}

void memo_keep_list(const struct memo *m, const int64_t *ids, size_t len)
{
    finish(&lists, m, ids, len);
}

void memo_give_up_list(const struct memo *m)
{
    finish(&lists, m, NULL, 0);
}
