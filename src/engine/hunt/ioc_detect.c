#include "engine/hunt/digest.h"
#include "engine/hunt/batch.h"
#include "engine/hunt/evtx_value.h"
#include "engine/hunt/ioc_set.h"

#include "base/utf8.h"

/* A set of indicators as a detector: the values of every event, and the hashes of every file. */
enum { SEEN_MAX = 64 }; /* indicators of one event that are reported */

struct ioc_state {
    struct ioc *set;
    struct hunt_unit *unit;
    struct hunt_event *event;
    const struct hunt_field *field;
    uint32_t seen[SEEN_MAX];
    size_t seen_len;
    char *room; /* for a text without its escapes */
    size_t room_cap;
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

/* -------- before values are known -------- */

/* \uXXXX at p; surrogates are two of them. How many bytes that were. */
static size_t decode_unicode(const char *p, size_t len, uint32_t *code)
{
    uint8_t b[2];
    if (len < 6 || p[1] != 'u' || !str_from_hex(str_make(p + 2, 4), b, 2))
        return 0;
    *code = (uint32_t)b[0] << 8 | b[1];
    if (*code < 0xD800 || *code > 0xDFFF)
        return 6;
    uint32_t low = 0;
    if (*code < 0xDC00 && len >= 12 && p[6] == '\\' && p[7] == 'u' &&
        str_from_hex(str_make(p + 8, 4), b, 2))
        low = (uint32_t)b[0] << 8 | b[1];
    bool pair = low >= 0xDC00 && low <= 0xDFFF;
    *code = pair ? 0x10000 + ((*code - 0xD800) << 10) + (low - 0xDC00) : 0xFFFD;
    return pair ? 12 : 6;
}

/* The text of JSON records with what its escapes stand for; valid until the next call. */
static struct str without_escapes(struct ioc_state *st, struct str text)
{
    const char *p = text.ptr;
    const char *end = p + text.len;
    if (text.len > st->room_cap) {
        free(st->room);
        st->room = malloc(text.len);
        st->room_cap = text.len;
        if (st->room == NULL)
            die("out of memory (%zu bytes)", text.len);
    }
    char *out = st->room;
    while (p < end) {
        uint32_t code;
        size_t len;
        if (*p != '\\' || end - p < 2) {
            *out++ = *p++;
        } else if ((len = decode_unicode(p, (size_t)(end - p), &code)) > 0) {
            out += utf8_encode(out, code);
            p += len;
        } else {
            *out++ = strchr("\"\\/", p[1]) != NULL && p[1] != '\0' ? p[1] : ' ';
            p += 2;
        }
    }
    return str_make(st->room, (size_t)(out - st->room));
}

/* How values stand in the text of their records. */
enum text_kind {
    TEXT_OTHERWISE, /* binary, encoded, with entities: only values tell */
    TEXT_PLAIN,
    TEXT_PLAIN_BUT_ESCAPES, /* plain where there is no backslash */
    TEXT_JSON,
};

static const uint8_t text_kinds[HUNT_FORMAT_COUNT] = {
    [HUNT_FORMAT_JSON] = TEXT_JSON,
    [HUNT_FORMAT_CSV] = TEXT_PLAIN,
    [HUNT_FORMAT_ZEEK] = TEXT_PLAIN,
    [HUNT_FORMAT_WEB] = TEXT_PLAIN,
    [HUNT_FORMAT_TEXT] = TEXT_PLAIN,
    [HUNT_FORMAT_SYSLOG] = TEXT_PLAIN_BUT_ESCAPES,
    [HUNT_FORMAT_CEF] = TEXT_PLAIN_BUT_ESCAPES,
    [HUNT_FORMAT_KEYVALUE] = TEXT_PLAIN_BUT_ESCAPES,
};

static bool skim(void *state, enum hunt_format format, struct str text)
{
    struct ioc_state *st = state;
    enum ioc_skim answer = IOC_SKIM_SOME;
    switch ((enum text_kind)text_kinds[format]) {
    case TEXT_OTHERWISE:
        return true;
    case TEXT_PLAIN_BUT_ESCAPES:
        if (memchr(text.ptr, '\\', text.len) != NULL)
            return true;
        answer = ioc_skim(st->set, text, false);
        break;
    case TEXT_PLAIN:
        answer = ioc_skim(st->set, text, false);
        break;
    case TEXT_JSON:
        answer = ioc_skim(st->set, text, true);
        if (answer == IOC_SKIM_UNSURE)
            answer = ioc_skim(st->set, without_escapes(st, text), false);
        break;
    }
    return answer != IOC_SKIM_NONE;
}

/* -------- events and files -------- */

/* A number of an EVTX file: what it would be as text is no indicator of the set. */
static bool is_figure(const struct ioc *set, const struct hunt_field *f)
{
    return set->head.figures == 0 && (f->flags & HUNT_FIELD_RAW) != 0 &&
           f->raw_type != HUNT_RAW_JSON && evtx_value_is_figure(f->raw_type, f->value);
}

static void take_event(struct ioc_state *st)
{
    struct hunt_event *e = st->event;
    if (e->raw.len > 0 && !skim(st, e->source->format, e->raw))
        return;
    for (uint32_t i = 0; i < e->len; i++) {
        struct hunt_field *f = &e->fields[i];
        if ((f->flags & HUNT_FIELD_ALIAS) != 0 || is_figure(st->set, f))
            continue;
        hunt_field_text(e, f);
        st->field = f;
        if (f->value.len > 2)
            ioc_sweep(st->set, f->value, found, st);
    }
}

static void take_events(void *state, struct hunt_unit *u, struct hunt_event *events, size_t len)
{
    struct ioc_state *st = state;
    st->unit = u;
    for (size_t i = 0; i < len; i++) {
        st->event = &events[i];
        st->seen_len = 0;
        take_event(st);
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
static bool wants_file(void *self, enum hunt_format f)
{
    return !(f == HUNT_FORMAT_EVTX || f == HUNT_FORMAT_JSON || f == HUNT_FORMAT_ZEEK ||
             f == HUNT_FORMAT_SYSLOG || f == HUNT_FORMAT_AUDITD || f == HUNT_FORMAT_WEB ||
             f == HUNT_FORMAT_CEF || f == HUNT_FORMAT_LEEF);
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
    if (bytes.len == 0)
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
    struct ioc_state *st = state;
    free(st->room);
    free(st);
}

struct hunt_detector ioc_detector(struct ioc *set)
{
    bool hashes =
        ioc_count(set, IOC_MD5) + ioc_count(set, IOC_SHA1) + ioc_count(set, IOC_SHA256) > 0;
    return (struct hunt_detector){
        .self = set,
        .thread_open = thread_open,
        .events = take_events,
        .skim = skim,
        .wants_file = wants_file,
        .file = hashes ? take_file : NULL,
        .thread_close = thread_close,
    };
}
