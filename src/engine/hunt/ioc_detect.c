#include "engine/hunt/digest.h"
#include "engine/hunt/ioc_set.h"

/* A set of indicators as a detector: the values of every event, and the hashes of every file. */
enum { SEEN_MAX = 64 }; /* indicators of one event that are reported */

struct ioc_state {
    struct ioc *set;
    struct hunt_unit *unit;
    struct hunt_event *event;
    const struct hunt_field *field;
    uint32_t seen[SEEN_MAX];
    size_t seen_len;
};

static const struct hunt_hit *hit_of(struct ioc *set, uint32_t row)
{
    pthread_mutex_lock(&set->lock);
    struct hunt_hit *h = set->hits[row];
    if (h == NULL) {
        const struct ioc_row *r = &set->rows[row];
        h = arena_new(&set->arena, struct hunt_hit);
        h->kind = HUNT_HIT_IOC;
        h->level = HUNT_LEVEL_HIGH;
        h->id = str_c(ioc_type_name(r->type));
        h->title = ioc_value_of(set, row);
        h->note = str_make(set->texts + r->note, r->note_len);
        h->file = str_make(set->texts + r->list, r->list_len);
        set->hits[row] = h;
    }
    pthread_mutex_unlock(&set->lock);
    return h;
}

static void found(void *ctx, uint32_t row, struct str part)
{
    struct ioc_state *st = ctx;
    for (size_t i = 0; i < st->seen_len; i++) {
        if (st->seen[i] == row)
            return;
    }
    if (st->seen_len == SEEN_MAX)
        return;
    st->seen[st->seen_len++] = row;
    struct hunt_match match = {st->field->name, part};
    hunt_emit(st->unit, hit_of(st->set, row), st->event, &match, 1);
}

static void take_events(void *state, struct hunt_unit *u, struct hunt_event *events, size_t len)
{
    struct ioc_state *st = state;
    st->unit = u;
    for (size_t i = 0; i < len; i++) {
        st->event = &events[i];
        st->seen_len = 0;
        hunt_event_text(st->event);
        for (uint32_t f = 0; f < st->event->len; f++) {
            st->field = &st->event->fields[f];
            if ((st->field->flags & HUNT_FIELD_ALIAS) == 0 && st->field->value.len > 2)
                ioc_sweep(st->set, st->field->value, found, st);
        }
    }
}

struct file_hash {
    struct ioc *set;
    struct hunt_unit *unit;
    const struct hunt_source *source;
    enum ioc_type type;
};

static void hash_found(void *ctx, uint32_t row, struct str part)
{
    struct file_hash *f = ctx;
    struct hunt_where where = {.time = HUNT_NO_TIME, .event_id = -1, .source = f->source};
    struct hunt_match match = {str_c(ioc_type_name(f->type)), part};
    if (ioc_type_of(f->set, row) == f->type)
        hunt_emit_at(f->unit, hit_of(f->set, row), &where, &match, 1);
}

/* Logs grow with every event, so no list knows their hashes; what is not surely a log is hashed. */
static bool is_log(enum hunt_format f)
{
    return f == HUNT_FORMAT_EVTX || f == HUNT_FORMAT_JSON || f == HUNT_FORMAT_ZEEK ||
           f == HUNT_FORMAT_SYSLOG || f == HUNT_FORMAT_AUDITD || f == HUNT_FORMAT_WEB ||
           f == HUNT_FORMAT_CEF || f == HUNT_FORMAT_LEEF;
}

static void take_file(void *state, struct hunt_unit *u, const struct hunt_source *source,
                      struct str bytes)
{
    static const struct {
        enum ioc_type type;
        size_t len;
        void (*digest)(struct str data, uint8_t *out);
    } kinds[] = {
        {IOC_MD5, 16, digest_md5}, {IOC_SHA1, 20, digest_sha1}, {IOC_SHA256, 32, digest_sha256}};
    struct ioc_state *st = state;
    if (bytes.len == 0 || is_log(source->format))
        return;
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        struct file_hash f = {st->set, u, source, kinds[i].type};
        uint8_t digest[32];
        if (ioc_count(st->set, f.type) == 0)
            continue;
        kinds[i].digest(bytes, digest);
        struct str text = str_hex(hunt_unit_arena(u), digest, kinds[i].len);
        ioc_sweep(st->set, text, hash_found, &f);
    }
}

static void *thread_open(void *self)
{
    struct ioc_state *st = calloc(1, sizeof(*st));
    if (st == NULL)
        die("out of memory");
    st->set = self;
    return st;
}

static void thread_close(void *self, void *state)
{
    free(state);
}

struct hunt_detector ioc_detector(struct ioc *set)
{
    bool hashes =
        ioc_count(set, IOC_MD5) + ioc_count(set, IOC_SHA1) + ioc_count(set, IOC_SHA256) > 0;
    return (struct hunt_detector){
        .self = set,
        .thread_open = thread_open,
        .events = take_events,
        .file = hashes ? take_file : NULL,
        .thread_close = thread_close,
    };
}
