#include "app/memo/memo.h"

#include "base/clock.h"

#include <pthread.h>

/* As in memo.c. */
enum { SETS = 256, WAYS = 4, LOOK_MS = 2000 };

struct slot {
    uint8_t key[16];
    int64_t version, at; /* at 0: nothing is kept here */
    int64_t looked_by;   /* when somebody began to look anew, monotonic; 0: nobody does */
    int64_t given_up_at; /* when a list was found that is not to be kept; 0: none was */
    size_t len;
    int64_t ids[MEMO_LIST];
};

static struct {
    pthread_mutex_t lock;
    pthread_cond_t kept;
    struct slot slots[SETS][WAYS];
} table = {.lock = PTHREAD_MUTEX_INITIALIZER, .kept = PTHREAD_COND_INITIALIZER};

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

static bool good(const struct slot *s, const struct memo *m, bool looking)
{
    int64_t age = m->now - s->at;

    return s->at != 0 && s->version == m->version && age >= -MEMO_MS &&
           age < (looking ? 2 * MEMO_MS : MEMO_MS);
}

static void wait_until(int64_t monotonic_ms)
{
    struct timespec at = {monotonic_ms / 1000, monotonic_ms % 1000 * 1000000};

    pthread_cond_clockwait(&table.kept, &table.lock, CLOCK_MONOTONIC, &at);
}

bool memo_find_list(const struct memo *m, int64_t *ids, size_t *len)
{
    bool found, looking, alone;

    pthread_mutex_lock(&table.lock);
    for (;;) {
        struct slot *s = slot_of(m);
        int64_t now = clock_monotonic();

        looking = s->looked_by != 0 && now - s->looked_by < LOOK_MS;
        alone = s->given_up_at != 0 && now - s->given_up_at < MEMO_MS;
        found = good(s, m, looking);
        if (found) {
            *len = s->len;
            memcpy(ids, s->ids, s->len * sizeof(*ids));
        } else if (!looking) {
            s->looked_by = now;
        }
        if (found || !looking || alone)
            break;
        wait_until(s->looked_by + LOOK_MS);
    }
    pthread_mutex_unlock(&table.lock);
    return found;
}

void memo_keep_list(const struct memo *m, const int64_t *ids, size_t len)
{
    struct slot *to;

    if (len > MEMO_LIST)
        die("memo_keep_list: %zu ids, at most %d", len, MEMO_LIST);
    pthread_mutex_lock(&table.lock);
    to = slot_of(m);
    /* Whoever was overtaken by one that looked later brings nothing new. */
    if (m->version >= to->version) {
        to->version = m->version;
        to->at = m->now;
        to->len = len;
        memcpy(to->ids, ids, len * sizeof(*ids));
    }
    to->looked_by = 0;
    to->given_up_at = 0;
    pthread_cond_broadcast(&table.kept);
    pthread_mutex_unlock(&table.lock);
}

void memo_give_up_list(const struct memo *m)
{
    struct slot *s;

    pthread_mutex_lock(&table.lock);
    s = slot_of(m);
    s->looked_by = 0;
    s->given_up_at = clock_monotonic();
    pthread_cond_broadcast(&table.kept);
    pthread_mutex_unlock(&table.lock);
}
