#include "sys/http/inner.h"

#include <time.h>

/*
 * Requests that wait for a worker. Pages that only compute are done sooner when few of them share
 * the cores: many at once only take the processor from each other in the middle. So readings have
 * `readers` places. Whoever changes something needs none, because it waits for the disk and many
 * such waits end together; a reading that takes long gives its place back, or a few exports would
 * stop the site.
 */

static bool is_reading(const struct request *r)
{
    return r->pub.method == HTTP_GET || r->pub.method == HTTP_HEAD;
}

static void append(struct request_list *l, struct request *r)
{
    r->next = NULL;
    *(l->first != NULL ? &l->last->next : &l->first) = r;
    l->last = r;
}

/* How many places are held, and when the first of them is given back at the latest. */
static int count_held(const struct http_server *s, int64_t *until_us)
{
    int64_t now = clock_us(), most = s->options.reading_ms * INT64_C(1000);
    int n = 0;

    for (int i = 0; i < s->options.workers; i++) {
        int64_t since = s->workers[i].reading_since;

        if (since == 0 || now - since >= most)
            continue;
        n++;
        *until_us = MIN(*until_us, since + most);
    }
    return n;
}

/* Whose turn it is. NULL: nobody's until then, or until somebody comes or is done. */
static struct request_list *next_list(struct http_server *s, int64_t *until_us)
{
    struct request_list *readings = &s->readings, *others = &s->others;

    *until_us = INT64_MAX;
    if (readings->first != NULL &&
        (others->first == NULL || readings->first->turn < others->first->turn) &&
        (s->options.readers == 0 || count_held(s, until_us) < s->options.readers))
        return readings;
    return others->first != NULL ? others : NULL;
}

/* One of those who wait looks at the clock for all of them. */
static void wait_until(struct http_server *s, int64_t until_us)
{
    struct timespec t = {.tv_sec = until_us / 1000000, .tv_nsec = until_us % 1000000 * 1000};

    if (until_us == INT64_MAX || s->queue_watched) {
        pthread_cond_wait(&s->queue_ready, &s->queue_lock);
        return;
    }
    s->queue_watched = true;
    pthread_cond_timedwait(&s->queue_ready, &s->queue_lock, &t);
    s->queue_watched = false;
}

/* Wakes one who waits when there is something to do: a request, or the clock to be looked at. */
static void wake(struct http_server *s)
{
    int64_t until;

    if (s->queue_closed)
        pthread_cond_broadcast(&s->queue_ready);
    else if (next_list(s, &until) != NULL || (until != INT64_MAX && !s->queue_watched))
        pthread_cond_signal(&s->queue_ready);
}

bool queue_put(struct http_server *s, struct request *r)
{
    bool taken;

    pthread_mutex_lock(&s->queue_lock);
    taken = s->queue_len < QUEUE_MAX && !s->queue_closed;
    if (taken) {
        atomic_fetch_add(&r->refs, 1);
        r->turn = s->queue_turn++;
        append(is_reading(r) ? &s->readings : &s->others, r);
        s->queue_len++;
        wake(s);
    }
    pthread_mutex_unlock(&s->queue_lock);
    return taken;
}

struct request *queue_take(struct http_server *s, struct worker *w)
{
    struct request_list *l;
    struct request *r = NULL;
    int64_t until;

    pthread_mutex_lock(&s->queue_lock);
    w->reading_since = 0;
    while ((l = next_list(s, &until)) == NULL && (s->queue_len > 0 || !s->queue_closed))
        wait_until(s, until);
    if (l != NULL) {
        r = l->first;
        l->first = r->next;
        s->queue_len--;
        w->reading_since = is_reading(r) ? clock_us() : 0;
        wake(s);
    }
    pthread_mutex_unlock(&s->queue_lock);
    return r;
}

void queue_close(struct http_server *s)
{
    pthread_mutex_lock(&s->queue_lock);
    s->queue_closed = true;
    pthread_cond_broadcast(&s->queue_ready);
    pthread_mutex_unlock(&s->queue_lock);
}

void queue_init(struct http_server *s)
{
    pthread_condattr_t monotonic;

    pthread_mutex_init(&s->queue_lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&s->queue_ready, &monotonic);
    pthread_condattr_destroy(&monotonic);
}

void queue_release(struct http_server *s)
{
    pthread_mutex_destroy(&s->queue_lock);
    pthread_cond_destroy(&s->queue_ready);
}
