#include "sys/http/limit.h"
#include "base/map.h"
#include "base/random.h"

#include <arpa/inet.h>

/*
 * The generic cell rate algorithm: one number a key, the time at which its bucket will be full
 * again. A key may live in one of WAYS places.
 */
enum { SETS = 2048, WAYS = 8 };

struct limit_slot {
    uint64_t hash;
    int64_t full_at; /* 0: free */
};

/* The key's slot; with `make`, the one to take over when it has none, NULL without. */
static struct limit_slot *find(struct limit *l, struct str key, bool make)
{
    struct limit_slot *set, *oldest;
    uint64_t hash;

    if (l->slots == NULL) {
        random_bytes(l->key, sizeof(l->key));
        l->slots = calloc((size_t)SETS * WAYS, sizeof(l->slots[0]));
        if (l->slots == NULL)
            die("out of memory");
    }
    hash = siphash24(l->key, key.ptr, key.len);
    set = oldest = &l->slots[hash % SETS * WAYS];
    for (struct limit_slot *s = set; s < set + WAYS; s++) {
        if (s->hash == hash && s->full_at != 0)
            return s;
        if (s->full_at < oldest->full_at)
            oldest = s;
    }
    if (!make)
        return NULL;
    *oldest = (struct limit_slot){.hash = hash};
    return oldest;
}

bool limit_take(struct limit *l, struct str key, int64_t now, int64_t *wait_ms)
{
    struct limit_slot *s;
    int64_t full_at, wait;

    pthread_mutex_lock(&l->lock);
    s = find(l, key, true);
    full_at = MAX(s->full_at, now) + l->refill_ms;
    wait = full_at - now - l->burst * l->refill_ms;
    if (wait <= 0)
        s->full_at = full_at;
    pthread_mutex_unlock(&l->lock);
    if (wait_ms != NULL)
        *wait_ms = MAX(wait, 0);
    return wait <= 0;
}

bool limit_left(struct limit *l, struct str key, int64_t now)
{
    const struct limit_slot *s;
    int64_t full_at = now;

    pthread_mutex_lock(&l->lock);
    s = find(l, key, false);
    if (s != NULL)
        full_at = MAX(s->full_at, now);
    pthread_mutex_unlock(&l->lock);
    return full_at - now + l->refill_ms <= l->burst * l->refill_ms;
}

void limit_forget(struct limit *l, struct str key)
{
    struct limit_slot *s;

    pthread_mutex_lock(&l->lock);
    s = find(l, key, false);
    if (s != NULL)
        s->full_at = 0;
    pthread_mutex_unlock(&l->lock);
}

struct str limit_address(struct arena *a, struct str address)
{
    unsigned char binary[16];

    if (str_find_char(address, ':') < 0 || inet_pton(AF_INET6, str_cdup(a, address), binary) != 1)
        return address;
    return str_hex(a, binary, 8);
}
