#include "engine/hunt/run.h"

#include "engine/hunt/utf16.h"

/* From files to units: one thread at a time, under run->feed. */

/* Bytes that make a head, even of UTF-16. */
enum { RAW_HEAD = 2 * HUNT_HEAD };

/* -------- sources -------- */

void hunt_opened_release(struct hunt_opened *o)
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

/* Whether a detector wants to see a file of that format. */
static bool is_wanted(const struct hunt_run *r, enum hunt_format format)
{
    for (size_t i = 0; i < r->o.detectors_len; i++) {
        const struct hunt_detector *d = &r->o.detectors[i];
        if (d->file != NULL && (d->wants_file == NULL || d->wants_file(d->self, format)))
            return true;
    }
    return false;
}

/* Reads on into memory until there are `most` bytes or the source ends; what was read comes first
 * in read_raw. */
static void read_ahead(struct hunt_run *r, size_t most)
{
    struct hunt_opened *o = r->open;
    size_t given = o->whole_len - r->pending.len;
    size_t got = 1;
    while (got > 0 && o->whole_len < most) {
        if (o->whole_len == o->whole_cap) {
            o->whole_cap = MIN(MAX(o->whole_cap * 2, (size_t)RAW_HEAD), most);
            o->whole = realloc(o->whole, o->whole_cap);
            if (o->whole == NULL)
                die("out of memory (%zu bytes)", o->whole_cap);
        }
        got = hunt_inputs_read(r->inputs, o->whole + o->whole_len, o->whole_cap - o->whole_len);
        o->whole_len += got;
    }
    r->pending = str_make(o->whole + given, o->whole_len - given);
}

/* The file for those who want to see it, when it is not too large. */
static void read_whole(struct hunt_run *r)
{
    read_ahead(r, (size_t)r->o.max_file + 1);
    if (r->open->whole_len <= r->o.max_file)
        r->open->bytes = str_make(r->open->whole, r->open->whole_len);
}

/* Goes to the next source; false when there is none. */
static bool next_source(struct hunt_run *r)
{
    struct str path;
    bool plain;
    if (r->open != NULL)
        hunt_opened_release(r->open);
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
    read_ahead(r, RAW_HEAD);
    read_head(r);
    struct str head = str_make(r->carry, r->carry_len);
    o->reader = hunt_reader_for(head);
    o->source->format = o->reader == NULL ? HUNT_FORMAT_UNKNOWN : o->reader->format;
    bool wanted = is_wanted(r, o->source->format);
    if (wanted)
        read_whole(r);
    if (o->reader == NULL && !wanted && r->carry_len > 0)
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

static size_t record_max(const struct hunt_run *r)
{
    return MAX(r->o.max_memory / 4, (size_t)HUNT_BLOCK);
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
    unit_room(u, MAX(len, (size_t)HUNT_BLOCK) + 64 * 1024);
    memcpy(u->buf, r->carry, len);
    r->carry_len = 0;
    fill(r, u, &len, HUNT_BLOCK);
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
        r->line += hunt_count_lines(u->block.data);
    r->section = section;
    r->offset += cut;
    carry_room(r, len - cut);
    memcpy(r->carry, u->buf + cut, len - cut);
    r->carry_len = len - cut;
    return true;
}

struct hunt_unit *hunt_next_unit(struct hunt_run *r)
{
    pthread_mutex_lock(&r->feed);
    while (r->free_units == NULL)
        pthread_cond_wait(&r->unit_free, &r->feed);
    struct hunt_unit *u = r->free_units;
    while (r->open != NULL || next_source(r)) {
        if (next_block(r, u))
            break;
        hunt_opened_release(r->open);
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
