#include "engine/hunt/run.h"
#include "engine/hunt/skim.h"

#include "base/clock.h"

enum { THREADS_MAX = 256 };

/* Memory: a quarter of what is allowed may be one record, a quarter findings that wait; a thread
 * needs so much for blocks and events. */
enum { MEMORY = 192 * 1024 * 1024, MEMORY_PER_THREAD = 8 * 1024 * 1024 };

static void input_problem(void *ctx, struct str path, const char *reason)
{
    struct hunt_run *r = ctx;
    hunt_problem(r, path, 0, 1, reason);
}

/* -------- handing on -------- */

static void hand_on_findings(struct hunt_unit *u)
{
    struct hunt_run *r = u->run;
    for (size_t i = 0; i < u->findings.len; i++) {
        if (r->o.finding != NULL)
            r->o.finding(r->o.ctx, &u->findings.at[i]);
    }
    r->stats.findings += u->findings.len;
    memset(&u->findings, 0, sizeof(u->findings));
    arena_clear(&u->findings_arena);
    u->turn++;
}

static void count(struct hunt_run *r, struct hunt_stats *s)
{
    s->files = __atomic_load_n(&r->files, __ATOMIC_RELAXED);
    s->bytes = __atomic_load_n(&r->bytes, __ATOMIC_RELAXED);
    s->unreadable = __atomic_load_n(&r->unreadable, __ATOMIC_RELAXED);
    s->elapsed_ms = clock_monotonic() - r->began;
}

static void show_progress(struct hunt_run *r)
{
    if (r->o.progress == NULL)
        return;
    struct hunt_stats s = r->stats;
    count(r, &s);
    s.bytes = __atomic_load_n(&r->at, __ATOMIC_RELAXED);
    r->o.progress(r->o.ctx, &s, hunt_inputs_bytes(r->inputs));
}

static void merge_unit(struct hunt_unit *u)
{
    struct hunt_run *r = u->run;
    for (size_t i = 0; i < r->o.detectors_len; i++) {
        const struct hunt_detector *d = &r->o.detectors[i];
        if (d->merge != NULL)
            d->merge(d->self, u, u->detectors[i]);
        u->detectors[i] = NULL;
    }
    hand_on_findings(u);
    r->stats.events += u->seen;
}

static void free_unit(struct hunt_unit *u)
{
    struct hunt_run *r = u->run;
    u->done = false;
    u->seen = 0;
    arena_clear(&u->arena);
    hunt_opened_release(u->opened);
    u->opened = NULL;
    if (u->cap > 4 * (size_t)HUNT_BLOCK) {
        free(u->buf);
        u->buf = NULL;
        u->cap = 0;
    }
    pthread_mutex_lock(&r->feed);
    u->next_free = r->free_units;
    r->free_units = u;
    pthread_cond_signal(&r->unit_free);
    pthread_mutex_unlock(&r->feed);
}

static void unit_done(struct hunt_unit *u)
{
    struct hunt_run *r = u->run;
    pthread_mutex_lock(&r->turn);
    u->done = true;
    r->ring[u->seq % r->units_len] = u;
    while ((u = r->ring[r->next_seq % r->units_len]) != NULL && u->seq == r->next_seq && u->done) {
        r->ring[u->seq % r->units_len] = NULL;
        merge_unit(u);
        r->next_seq++;
        free_unit(u);
        show_progress(r);
    }
    pthread_cond_broadcast(&r->turn_moved);
    pthread_mutex_unlock(&r->turn);
}

size_t hunt_unit_limit(const struct hunt_unit *u)
{
    return MAX(u->run->o.max_memory / 4 / u->run->units_len, (size_t)HUNT_BLOCK);
}

void hunt_unit_flush(struct hunt_unit *u)
{
    struct hunt_run *r = u->run;
    pthread_mutex_lock(&r->turn);
    while (r->next_seq != u->seq)
        pthread_cond_wait(&r->turn_moved, &r->turn);
    hand_on_findings(u);
    pthread_mutex_unlock(&r->turn);
}

/* -------- threads -------- */

struct worker {
    struct hunt_run *run;
    struct hunt_unit *unit; /* being read */
    struct hunt_reading reading;
    void **states;
    pthread_t thread;
    bool started;
};

static void show_events(void *ctx, struct hunt_event *events, size_t len)
{
    struct worker *w = ctx;
    for (size_t i = 0; i < w->run->o.detectors_len; i++) {
        const struct hunt_detector *d = &w->run->o.detectors[i];
        if (d->events != NULL)
            d->events(w->states[i], w->unit, events, len);
    }
}

static void reader_problem(void *ctx, uint64_t offset, uint64_t n, const char *reason)
{
    struct worker *w = ctx;
    hunt_problem(w->run, w->unit->opened->source->path, offset, n, reason);
    __atomic_add_fetch(&w->run->unreadable, n, __ATOMIC_RELAXED);
}

static void show_file(struct worker *w, struct hunt_unit *u)
{
    for (size_t i = 0; i < w->run->o.detectors_len; i++) {
        const struct hunt_detector *d = &w->run->o.detectors[i];
        if (d->file != NULL &&
            (d->wants_file == NULL || d->wants_file(d->self, u->opened->source->format)))
            d->file(w->states[i], u, u->opened->source, u->opened->bytes);
    }
}

static bool is_wanted(void *ctx, struct str text)
{
    struct worker *w = ctx;
    for (size_t i = 0; i < w->run->o.detectors_len; i++) {
        const struct hunt_detector *d = &w->run->o.detectors[i];
        if (d->events != NULL && d->skim(w->states[i], w->unit->opened->source->format, text))
            return true;
    }
    return false;
}

static bool all_skim(const struct hunt_run *r)
{
    for (size_t i = 0; i < r->o.detectors_len; i++) {
        if (r->o.detectors[i].events != NULL && r->o.detectors[i].skim == NULL)
            return false;
    }
    return true;
}

static void read_block(struct worker *w, const struct hunt_reader *reader,
                       const struct hunt_block *b)
{
    struct hunt_skim skim = {is_wanted, w};
    if (reader->lines != NULL && reader->lines(b->section) && all_skim(w->run))
        hunt_skim_block(&w->reading, reader, b, &skim);
    else
        reader->read(&w->reading, b);
}

static void read_unit(struct worker *w, struct hunt_unit *u)
{
    struct hunt_reading *r = &w->reading;
    w->unit = u;
    r->batch.source = u->opened->source;
    r->batch.seen = 0;
    if (u->first)
        show_file(w, u);
    if (u->opened->reader != NULL && u->block.data.len > 0)
        read_block(w, u->opened->reader, &u->block);
    hunt_batch_flush(&r->batch);
    arena_clear(&r->scratch);
    u->seen = r->batch.seen;
    for (size_t i = 0; i < w->run->o.detectors_len; i++) {
        const struct hunt_detector *d = &w->run->o.detectors[i];
        u->detectors[i] = d->unit_end != NULL ? d->unit_end(w->states[i], u) : NULL;
    }
}

static void worker_init(struct worker *w, struct hunt_run *r)
{
    w->run = r;
    w->states = calloc(r->o.detectors_len + 1, sizeof(*w->states));
    if (w->states == NULL)
        die("out of memory");
    hunt_reading_init(&w->reading, r->o.schema);
    w->reading.batch.full = show_events;
    w->reading.batch.ctx = w;
    w->reading.batch.from = r->o.from;
    w->reading.batch.to = r->o.to;
    w->reading.problem = reader_problem;
    w->reading.problem_ctx = w;
    w->reading.evtx.slack = r->o.slack;
    w->reading.clock = (struct hunt_clock){.now = clock_now(), .zone = r->o.zone};
    for (size_t i = 0; i < r->o.detectors_len; i++) {
        const struct hunt_detector *d = &r->o.detectors[i];
        w->states[i] = d->thread_open != NULL ? d->thread_open(d->self) : NULL;
    }
}

static void worker_release(struct worker *w)
{
    for (size_t i = 0; i < w->run->o.detectors_len; i++) {
        const struct hunt_detector *d = &w->run->o.detectors[i];
        if (d->thread_close != NULL)
            d->thread_close(d->self, w->states[i]);
    }
    hunt_reading_release(&w->reading);
    free(w->states);
}

static void *work(void *arg)
{
    struct worker *w = arg;
    struct hunt_unit *u;
    while ((u = hunt_next_unit(w->run)) != NULL) {
        read_unit(w, u);
        unit_done(u);
    }
    /* Another thread may be waiting for a unit that will not come free any more. */
    pthread_mutex_lock(&w->run->feed);
    pthread_cond_broadcast(&w->run->unit_free);
    pthread_mutex_unlock(&w->run->feed);
    return NULL;
}

static int thread_count(const struct hunt_options *o)
{
    long n = o->threads > 0 ? o->threads : sysconf(_SC_NPROCESSORS_ONLN);
    n = MIN(n, (long)MIN(o->max_memory / MEMORY_PER_THREAD, (size_t)THREADS_MAX));
    return (int)MAX(1L, n);
}

static void make_units(struct hunt_run *r, int threads)
{
    r->units_len = (size_t)threads * 2 + 1;
    r->units = calloc(r->units_len, sizeof(*r->units));
    r->ring = calloc(r->units_len, sizeof(*r->ring));
    if (r->units == NULL || r->ring == NULL)
        die("out of memory");
    for (size_t i = 0; i < r->units_len; i++) {
        struct hunt_unit *u = &r->units[i];
        u->run = r;
        u->detectors = arena_array(&r->arena, void *, r->o.detectors_len + 1);
        u->next_free = r->free_units;
        r->free_units = u;
    }
}

static void run_threads(struct hunt_run *r, struct worker *workers, int threads)
{
    for (int i = 0; i < threads; i++)
        worker_init(&workers[i], r);
    for (int i = 1; i < threads; i++)
        workers[i].started = pthread_create(&workers[i].thread, NULL, work, &workers[i]) == 0;
    work(&workers[0]);
    for (int i = 1; i < threads; i++) {
        if (workers[i].started)
            pthread_join(workers[i].thread, NULL);
    }
    struct hunt_unit *u = &r->units[0];
    u->opened = NULL;
    for (size_t i = 0; i < r->o.detectors_len; i++) {
        if (r->o.detectors[i].finish != NULL)
            r->o.detectors[i].finish(r->o.detectors[i].self, u);
    }
    hand_on_findings(u);
    for (int i = 0; i < threads; i++)
        worker_release(&workers[i]);
}

static void set_defaults(struct hunt_options *o)
{
    if (o->max_memory == 0)
        o->max_memory = MEMORY;
    if (o->max_file == 0)
        o->max_file = 64 * 1024 * 1024;
    if (o->max_unpacked == 0)
        o->max_unpacked = (uint64_t)64 << 30;
    if (o->max_ratio == 0)
        o->max_ratio = 1000;
    if (o->max_depth == 0)
        o->max_depth = 4;
}

int hunt_run(const struct hunt_options *o, const struct str *paths, size_t paths_len,
             struct hunt_run **out, struct err *err)
{
    struct hunt_run *r = calloc(1, sizeof(*r));
    if (r == NULL)
        die("out of memory");
    r->o = *o;
    set_defaults(&r->o);
    hunt_problems_init(&r->problems);
    r->began = clock_monotonic();
    pthread_mutex_init(&r->feed, NULL);
    pthread_cond_init(&r->unit_free, NULL);
    pthread_mutex_init(&r->turn, NULL);
    pthread_cond_init(&r->turn_moved, NULL);
    struct hunt_limits limits = {r->o.max_unpacked, r->o.max_ratio, r->o.max_depth};
    r->inputs = hunt_inputs_new(&limits, input_problem, r);
    for (size_t i = 0; i < paths_len; i++)
        hunt_inputs_add(r->inputs, paths[i]);
    int threads = thread_count(&r->o);
    make_units(r, threads);
    struct worker *workers = calloc((size_t)threads, sizeof(*workers));
    if (workers == NULL)
        die("out of memory");
    run_threads(r, workers, threads);
    free(workers);
    count(r, &r->stats);
    *out = r;
    return 0;
}

const struct hunt_stats *hunt_run_stats(const struct hunt_run *r)
{
    return &r->stats;
}

void hunt_problem(struct hunt_run *r, struct str file, uint64_t offset, uint64_t count,
                  const char *reason)
{
    hunt_problems_add(&r->problems, file, offset, count, reason);
}

const struct hunt_problem *hunt_run_problems(const struct hunt_run *r, size_t *len)
{
    return hunt_problems_list((struct hunt_problems *)&r->problems, len);
}

void hunt_run_free(struct hunt_run *r)
{
    if (r == NULL)
        return;
    for (size_t i = 0; i < r->units_len; i++) {
        arena_release(&r->units[i].arena);
        arena_release(&r->units[i].findings_arena);
        free(r->units[i].buf);
    }
    free(r->units);
    free(r->ring);
    free(r->carry);
    hunt_inputs_free(r->inputs);
    hunt_problems_release(&r->problems);
    arena_release(&r->arena);
    pthread_mutex_destroy(&r->feed);
    pthread_cond_destroy(&r->unit_free);
    pthread_mutex_destroy(&r->turn);
    pthread_cond_destroy(&r->turn_moved);
    free(r);
}
