#ifndef SYS_HTTP_LIMIT_H
#define SYS_HTTP_LIMIT_H

#include "base/base.h"

#include <pthread.h>

/*
 * How often somebody may do something: `burst` times at once, then once every `refill_ms`. Counted
 * per key (an address, an account) in memory of fixed size; when there are more keys than room, the
 * one that is nearest to being forgiven is forgotten first, so a flood of new keys cannot free an
 * old one that is over its limit. Safe from several threads.
 *
 *     static struct limit reports = LIMIT(5, 10 * MINUTE_MS);
 *
 *     if (!limit_take(&reports, limit_address(req->arena, req->address), req->now, &wait))
 *         return err_set(err, ERR_LIMIT, "reports from " STR_FMT, STR_ARG(req->address));
 */
struct limit_slot;

struct limit {
    int64_t burst, refill_ms;
    pthread_mutex_t lock;
    struct limit_slot *slots; /* made at the first use */
    uint8_t key[16];
};

#define LIMIT(n, ms)                                                                               \
    {                                                                                              \
        .burst = (n), .refill_ms = (ms), .lock = PTHREAD_MUTEX_INITIALIZER                         \
    }

/* True and one use less; false when none is left, and *wait_ms (may be NULL) says how long until
 * the next. */
bool limit_take(struct limit *l, struct str key, int64_t now, int64_t *wait_ms);
/* Whether limit_take would succeed; takes nothing. */
bool limit_left(struct limit *l, struct str key, int64_t now);
/* Forgets what this key did (a sign-in that succeeded). */
void limit_forget(struct limit *l, struct str key);

/* The key for an address: an IPv6 client has a whole /64 to itself. */
struct str limit_address(struct arena *a, struct str address);

#endif
