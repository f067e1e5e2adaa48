#include "engine/hunt/hunt.h"

#include "engine/hunt/input.h"
#include "engine/hunt/problems.h"
#include "engine/hunt/unit.h"
#include "engine/hunt/utf16.h"

#include "base/clock.h"

#include <pthread.h>

enum { BLOCK = 1024 * 1024, THREADS_MAX = 256 };

/* Memory: a quarter of what is allowed may be one record, a quarter findings that wait; a thread
 * needs so much for blocks and events. */
enum { MEMORY = 192 * 1024 * 1024, MEMORY_PER_THREAD = 8 * 1024 * 1024 };

struct hunt_run {
    struct hunt_options o;
    struct hunt_stats stats;
    struct hunt_problems problems;
    int64_t began;
    struct arena arena;                /* sources */
    uint64_t at;                       /* atomic: bytes of the files read, packed */
    uint64_t files, bytes, unreadable; /* atomic: for stats */

    pthread_mutex_t feed; /* guards what follows */
    pthread_cond_t unit_free;
    struct hunt_inputs *inputs;
    struct hunt_opened *open; /* the source being cut */
    bool wide;                /* it is UTF-16 */
    struct str pending;       /* bytes of it that were read ahead */
    char *carry;              /* bytes behind the last cut */
    size_t carry_len, carry_cap;
    bool source_ended;
    bool first;
    uint64_t offset, line;
    const void *section;
    uint32_t sources;
    uint64_t seq;
    struct hunt_unit *units;
    size_t units_len;
    struct hunt_unit *free_units;

    pthread_mutex_t turn; /* guards what follows */
    pthread_cond_t turn_moved;
    struct hunt_unit **ring; /* units by seq % units_len */
    uint64_t next_seq;
};

/* -------- sources -------- */

static void input_problem(void *ctx, struct str path, const char *reason)
{
    struct hunt_run *r = ctx;
    hunt_problem(r, path, 0, 1, reason);
}

static void opened_release(struct hunt_opened *o)
{
    if (__atomic_sub_fetch(&o->users, 1, __ATOMIC_ACQ_REL) > 0)
        return;
    free(o->whole);
    arena_release(&o->arena);
    free(o);
}

static void carry_room(struct hunt_run *r, size_t cap)
{
    if (cap <= r->carry_cap)
        return;
    r->carry = realloc(r->carry, cap);
    if (r->carry == NULL)
        die("out of memory (%zu bytes)", cap);
    r->carry_cap = cap;
}

static size_t read_raw(struct hunt_run *r, char *out, size_t n)
{
    if (r->pending.len == 0)
        return hunt_inputs_read(r->inputs, out, n);
    struct str s = str_sub(r->pending, 0, n);
    memcpy(out, s.ptr, s.len);
    r->pending = str_from(r->pending, s.len);
    return s.len;
}

static size_t read_fully(struct hunt_run *r, char *out, size_t n)
{
    size_t len = 0, got;
    while (len < n && (got = read_raw(r, out + len, n - len)) > 0)
        len += got;
    return len;
}

/* More of the source; UTF-16 comes out as UTF-8. */
static size_t read_more(struct hunt_run *r, char *out, size_t n)
{
    if (!r->wide)
        return read_raw(r, out, n);
    unsigned char wide[8192 + 2];
    size_t want = MIN((size_t)8192, (n - 32) / 3 * 2) & ~(size_t)1;
    size_t len = read_fully(r, (char *)wide, want);
    if (len >= 2 && len % 2 == 0 && (wide[len - 1] & 0xfc) == 0xd8)
        len += read_fully(r, (char *)wide + len, 2); /* the other half of a pair */
    return utf16_to_utf8(wide, len / 2, out);
}

static void read_head(struct hunt_run *r)
{
    static const char bom8[3] = "\xef\xbb\xbf";
    char start[3];
    size_t got;
    carry_room(r, HUNT_HEAD + 64);
    size_t len = read_fully(r, start, 3);
    r->carry_len = 0;
    r->wide = false;
    if (len == 3 && memcmp(start, "\xff\xfe", 2) == 0) {
        /* The third byte is half of the first unit: its other half comes next. */
        unsigned char unit[2] = {(unsigned char)start[2], 0};
        read_fully(r, (char *)&unit[1], 1);
        r->carry_len = utf16_to_utf8(unit, 1, r->carry);
        r->wide = true;
    } else if (len < 3 || memcmp(start, bom8, 3) != 0) {
        memcpy(r->carry, start, len);
        r->carry_len = len;
    }
    while (r->carry_len < HUNT_HEAD - 64 &&
           (got = read_more(r, r->carry + r->carry_len, HUNT_HEAD - r->carry_len)) > 0)
        r->carry_len += got;
}

static bool wants_files(const struct hunt_run *r)
{
    for (size_t i = 0; i < r->o.detectors_len; i++) {
        if (r->o.detectors[i].file != NULL)
            return true;
    }
    return false;
}

/* Reads the source into memory, when it fits; what was read comes first in read_raw. */
static void read_whole(struct hunt_run *r)
{
    size_t len = 0, cap = 0, got;
    do {
        if (len == cap) {
            cap = MIN(cap * 2 + BLOCK, (size_t)r->o.max_file + 1);
            r->open->whole = realloc(r->open->whole, cap);
            if (r->open->whole == NULL)
                die("out of memory (%zu bytes)", cap);
        }
        got = hunt_inputs_read(r->inputs, r->open->whole + len, cap - len);
        len += got;
    } while (got > 0 && len <= r->o.max_file);
    r->pending = str_make(r->open->whole, len);
    if (len <= r->o.max_file)
        r->open->bytes = r->pending;
}

/* Goes to the next source; false when there is none. */
static bool next_source(struct hunt_run *r)
{
    struct str path;
    bool plain;
    if (r->open != NULL)
        opened_release(r->open);
    r->open = NULL;
    if (!hunt_inputs_next(r->inputs, &path, &plain))
        return false;
    struct hunt_opened *o = calloc(1, sizeof(*o));
    if (o == NULL)
        die("out of memory");
    o->users = 1;
    o->source = arena_new(&r->arena, struct hunt_source);
    o->source->path = path;
    o->source->index = r->sources++;
    r->open = o;
    r->pending = STR_EMPTY;
    if (wants_files(r))
        read_whole(r);
    read_head(r);
    struct str head = str_make(r->carry, r->carry_len);
    o->reader = hunt_reader_for(head);
    o->source->format = o->reader == NULL ? HUNT_FORMAT_UNKNOWN : o->reader->format;
    if (o->reader == NULL && !wants_files(r) && r->carry_len > 0)
        hunt_problem(r, path, 0, 1, "not a log in a format that can be read");
    if (o->reader != NULL && o->reader->open != NULL)
        o->state = o->reader->open(r->o.schema, &o->arena, head);
    r->first = true;
    r->source_ended = false;
    r->offset = 0;
    r->line = 1;
    r->section = NULL;
    __atomic_add_fetch(&r->files, 1, __ATOMIC_RELAXED);
    return true;
}

/* -------- cutting -------- */

static void unit_room(struct hunt_unit *u, size_t cap)
{
    if (cap <= u->cap)
        return;
    u->buf = realloc(u->buf, cap);
    if (u->buf == NULL)
        die("out of memory (%zu bytes)", cap);
    u->cap = cap;
}

/* Byte counters overflow after 255 rounds: the compiler makes vectors of the inner loop. */
static uint64_t count_lines(struct str s)
{
    uint64_t n = 0;
    size_t i = 0;
    while (s.len - i >= 64) {
        uint8_t count[64] = {0};
        size_t rounds = MIN((size_t)255, (s.len - i) / 64);
        for (size_t r = 0; r < rounds; r++, i += 64) {
            for (size_t k = 0; k < 64; k++)
                count[k] += s.ptr[i + k] == '\n';
        }
        for (size_t k = 0; k < 64; k++)
            n += count[k];
    }
    for (; i < s.len; i++)
        n += s.ptr[i] == '\n';
    return n;
}

static size_t record_max(const struct hunt_run *r)
{
    return MAX(r->o.max_memory / 4, (size_t)BLOCK);
}

static void fill(struct hunt_run *r, struct hunt_unit *u, size_t *len, size_t want)
{
    size_t got;
    while (*len < want && !r->source_ended) {
        got = read_more(r, u->buf + *len, u->cap - *len);
        if (got == 0)
            r->source_ended = true;
        *len += got;
    }
}

/* The next block of the source into the unit; false at its end. */
static bool next_block(struct hunt_run *r, struct hunt_unit *u)
{
    const struct hunt_reader *reader = r->open->reader;
    size_t len = r->carry_len, cut = 0;
    if (reader == NULL) {
        bool once = r->first;
        r->carry_len = 0;
        u->block = (struct hunt_block){0};
        return once;
    }
    unit_room(u, MAX(len, (size_t)BLOCK) + 64 * 1024);
    memcpy(u->buf, r->carry, len);
    r->carry_len = 0;
    fill(r, u, &len, BLOCK);
    if (len == 0)
        return r->first;
    const void *section = r->section;
    while ((cut = reader->cut(r->open->state, str_make(u->buf, len), r->source_ended, &section)) ==
               0 &&
           !r->source_ended && len < record_max(r)) {
        unit_room(u, len * 2 + 64 * 1024);
        fill(r, u, &len, len * 2);
    }
    if (cut == 0) {
        hunt_problem(r, r->open->source->path, r->offset, 1,
                     "a record is too long (see --max-memory)");
        cut = len;
    }
    u->block = (struct hunt_block){
        .data = str_make(u->buf, cut), .offset = r->offset, .line = r->line, .section = section};
    if (reader->format != HUNT_FORMAT_EVTX)
        r->line += count_lines(u->block.data);
    r->section = section;
    r->offset += cut;
    carry_room(r, len - cut);
    memcpy(r->carry, u->buf + cut, len - cut);
    r->carry_len = len - cut;
    return true;
}

/* The next unit of the run, or NULL at its end. */
static struct hunt_unit *next_unit(struct hunt_run *r)
{
    pthread_mutex_lock(&r->feed);
    while (r->free_units == NULL)
        pthread_cond_wait(&r->unit_free, &r->feed);
    struct hunt_unit *u = r->free_units;
    while (r->open != NULL || next_source(r)) {
        if (next_block(r, u))
            break;
        opened_release(r->open);
        r->open = NULL;
    }
    if (r->open == NULL) {
        pthread_mutex_unlock(&r->feed);
        return NULL;
    }
    r->free_units = u->next_free;
    u->seq = r->seq++;
    u->opened = r->open;
    u->first = r->first;
    r->first = false;
    __atomic_add_fetch(&u->opened->users, 1, __ATOMIC_ACQ_REL);
    __atomic_add_fetch(&r->bytes, u->block.data.len, __ATOMIC_RELAXED);
    __atomic_store_n(&r->at, hunt_inputs_at(r->inputs), __ATOMIC_RELAXED);
    pthread_mutex_unlock(&r->feed);
    return u;
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
    opened_release(u->opened);
    u->opened = NULL;
    if (u->cap > 4 * (size_t)BLOCK) {
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
    return MAX(u->run->o.max_memory / 4 / u->run->units_len, (size_t)BLOCK);
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
        if (d->file != NULL)
            d->file(w->states[i], u, u->opened->source, u->opened->bytes);
    }
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
        u->opened->reader->read(r, &u->block);
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
    while ((u = next_unit(w->run)) != NULL) {
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
