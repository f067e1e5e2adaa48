#include "engine/hunt/evtx.h"

#include "engine/hunt/evtx_template.h"
#include "engine/hunt/evtx_value.h"
#include "engine/hunt/fields.h"
#include "engine/hunt/utf16.h"

#include "base/clock.h"

/* Fields of one record. More than any real one, and an end to records that refer to themselves. */
enum { MAX_FIELDS = 20000 };

enum { TEMPLATES_KEPT = 200, RECORD_HEAD = 24, RECORD_MIN = 28 };

struct value {
    uint32_t at;
    uint16_t size;
    uint8_t type;
};

void evtx_init(struct evtx *x, struct hunt_batch *batch)
{
    memset(x, 0, sizeof(*x));
    x->batch = batch;
    x->schema = batch->schema;
}

void evtx_release(struct evtx *x)
{
    arena_release(&x->arena);
    arena_release(&x->names_arena);
    arena_release(&x->head_arena);
}

static bool bad(struct evtx *x, const char *why)
{
    x->why = why;
    return false;
}

/* -------- the head of an event -------- */

/* Channel, provider and host hardly change from one record to the next. */
static struct str head_text(struct evtx *x, struct str raw, struct str *last, struct str *text,
                            bool *is_new)
{
    *is_new = !str_eq(raw, *last) || text->ptr == NULL;
    if (*is_new) {
        *last = str_dup(&x->head_arena, raw);
        *text = evtx_value_text(&x->head_arena, EVTX_STRING, *last);
    }
    return *text;
}

static void set_channel(struct evtx *x, struct str raw)
{
    bool is_new;
    struct hunt_event *e = x->batch->now;
    e->channel = head_text(x, raw, &x->last_channel, &x->channel, &is_new);
    if (is_new)
        x->channel_id = hunt_names_find(&x->schema->channels, e->channel);
    e->channel_id = x->channel_id;
}

static void set_head(struct evtx *x, enum evtx_head head, uint8_t type, struct str raw)
{
    struct hunt_event *e = x->batch->now;
    bool is_new;
    int64_t n;
    switch (head) {
    case EVTX_CHANNEL:
        if (type == EVTX_STRING)
            set_channel(x, raw);
        break;
    case EVTX_HOST:
        if (type == EVTX_STRING)
            e->host = head_text(x, raw, &x->last_host, &x->host, &is_new);
        break;
    case EVTX_PROVIDER:
        if (type == EVTX_STRING)
            hunt_batch_provider(x->batch, evtx_value_text(&x->batch->arena, type, raw));
        break;
    case EVTX_TIME:
        if (type == EVTX_FILETIME && raw.len == 8)
            e->time = evtx_filetime_ms(evtx_uint(raw.ptr, 8));
        break;
    case EVTX_EVENT_ID:
        if (evtx_value_is_number(type) && raw.len <= 8)
            e->event_id = (int64_t)evtx_uint(raw.ptr, raw.len);
        else if (type == EVTX_STRING &&
                 str_to_int(evtx_value_text(&x->batch->arena, type, raw), &n))
            e->event_id = n;
        break;
    default:
        break;
    }
}

static void set_head_text(struct evtx *x, const struct evtx_op *op)
{
    struct hunt_event *e = x->batch->now;
    int64_t n;
    switch (op->head) {
    case EVTX_CHANNEL:
        hunt_batch_channel(x->batch, op->text);
        break;
    case EVTX_HOST:
        e->host = op->text;
        break;
    case EVTX_PROVIDER:
        hunt_batch_provider(x->batch, op->text);
        break;
    case EVTX_TIME:
        if (clock_parse(op->text, 0, &n))
            e->time = n;
        break;
    case EVTX_EVENT_ID:
        if (str_to_int(op->text, &n))
            e->event_id = n;
        break;
    default:
        break;
    }
}

/* -------- fields -------- */

static enum hunt_kind kind_of(uint8_t type)
{
    if (type == EVTX_BOOL)
        return HUNT_BOOL;
    return evtx_value_is_number(type) ? HUNT_NUMBER : HUNT_STRING;
}

static void add_value(struct evtx *x, const struct evtx_op *op, struct str name, uint32_t id,
                      uint8_t type, struct str raw)
{
    struct hunt_field *f = hunt_batch_field(x->batch);
    *f = (struct hunt_field){.id = id, .name = name, .raw_type = type};
    f->kind = raw.len == 0 && type != EVTX_STRING ? HUNT_NULL : (uint8_t)kind_of(type);
    if (id != 0) {
        f->value = evtx_value_text(&x->batch->arena, type, raw);
        return;
    }
    f->flags = HUNT_FIELD_RAW;
    f->value = raw;
}

static void add_array(struct evtx *x, const struct evtx_op *op, struct str name, uint32_t id,
                      uint8_t type, struct str raw)
{
    size_t size = evtx_value_size(type);
    while (raw.len > 0) {
        size_t len = size, next = size;
        if (type == EVTX_STRING) {
            for (len = 0; len + 2 <= raw.len && (raw.ptr[len] != 0 || raw.ptr[len + 1] != 0);)
                len += 2;
            next = MIN(len + 2, raw.len);
        } else if (size == 0 || size > raw.len) {
            len = next = raw.len;
            type = EVTX_BINARY;
        }
        add_value(x, op, name, id, type, str_make(raw.ptr, len));
        raw = str_from(raw, next);
    }
}

static bool run_fragment(struct evtx *x, uint32_t at, uint32_t end, int depth);

static bool run_value(struct evtx *x, const struct evtx_op *op, const struct value *values,
                      uint32_t count, int depth)
{
    struct value v = op->index < count ? values[op->index] : (struct value){0};
    struct str raw = str_make((const char *)x->chunk + v.at, v.size);
    if (v.type == EVTX_BINXML)
        return v.size == 0 || run_fragment(x, v.at, v.at + v.size, depth + 1);
    if (v.size == 0 && v.type == EVTX_NULL && op->optional)
        return true;
    if (op->head != EVTX_NO_HEAD)
        set_head(x, (enum evtx_head)op->head, v.type, raw);
    struct str name = op->name;
    uint32_t id = op->id;
    if (op->name_index >= 0 && (uint32_t)op->name_index < count) {
        const struct value *n = &values[op->name_index];
        name = evtx_value_text(&x->batch->arena, n->type,
                               str_make((const char *)x->chunk + n->at, n->size));
        id = hunt_field_id(x->schema, name);
    }
    if ((v.type & EVTX_ARRAY) != 0)
        add_array(x, op, name, id, v.type & 0x7f, raw);
    else
        add_value(x, op, name, id, v.type, raw);
    return true;
}

static bool run_mixed(struct evtx *x, const struct evtx_op *op, const struct value *values,
                      uint32_t count, int depth)
{
    struct buf text = buf_make(&x->batch->arena);
    for (uint32_t i = 0; i < op->parts_len; i++) {
        const struct evtx_part *p = &op->parts[i];
        if (!p->is_value) {
            buf_add(&text, p->text);
            continue;
        }
        if (p->index >= count)
            continue;
        const struct value *v = &values[p->index];
        if (v->type == EVTX_BINXML) {
            if (v->size > 0 && !run_fragment(x, v->at, v->at + v->size, depth + 1))
                return false;
            continue;
        }
        buf_add(&text, evtx_value_text(&x->batch->arena, v->type & 0x7f,
                                       str_make((const char *)x->chunk + v->at, v->size)));
    }
    hunt_batch_add(x->batch, op->id, op->name, HUNT_STRING, buf_str(&text));
    return true;
}

static bool run(struct evtx *x, const struct evtx_template *t, const struct value *values,
                uint32_t count, int depth)
{
    for (uint32_t i = 0; i < t->len; i++) {
        const struct evtx_op *op = &t->ops[i];
        if (x->batch->now->len >= MAX_FIELDS)
            return bad(x, "the record has too many fields");
        if (op->kind == EVTX_OP_VALUE) {
            if (!run_value(x, op, values, count, depth))
                return false;
        } else if (op->kind == EVTX_OP_LITERAL) {
            if (op->head != EVTX_NO_HEAD)
                set_head_text(x, op);
            hunt_batch_add(x->batch, op->id, op->name, op->text.len == 0 ? HUNT_NULL : HUNT_STRING,
                           op->text);
        } else if (!run_mixed(x, op, values, count, depth)) {
            return false;
        }
    }
    return true;
}

/* -------- templates and records -------- */

static const struct evtx_template *template_at(struct evtx *x, uint32_t offset)
{
    size_t i = offset * 2654435761u >> 24;
    while (x->templates[i].offset != 0 && x->templates[i].offset != offset)
        i = (i + 1) % ARRAY_LEN(x->templates);
    struct evtx_template *t = &x->templates[i];
    if (t->offset == offset)
        return t;
    if (x->templates_len >= TEMPLATES_KEPT) {
        memset(x->templates, 0, sizeof(x->templates));
        x->templates_len = 0;
    }
    t->offset = offset;
    x->templates_len++;
    if (x->chunk_len < 24 || offset > x->chunk_len - 24) {
        t->why = "a template lies outside of the chunk";
        return t;
    }
    uint32_t size = (uint32_t)evtx_uint(x->chunk + offset + 20, 4);
    if (size == 0 || size > x->chunk_len - offset - 24) {
        t->why = "its template is damaged";
        return t;
    }
    evtx_compile(x, t, offset + 24, offset + 24 + size, true);
    return t;
}

static bool run_instance(struct evtx *x, uint32_t *at, uint32_t end, int depth)
{
    uint32_t p = *at;
    if (end - p < 10)
        return bad(x, "the record ends within a template instance");
    uint32_t offset = (uint32_t)evtx_uint(x->chunk + p + 6, 4);
    p += 10;
    if (offset == p) {
        if (end - p < 24)
            return bad(x, "the record ends within a template");
        uint32_t size = (uint32_t)evtx_uint(x->chunk + p + 20, 4);
        if (size > end - p - 24)
            return bad(x, "a template is longer than its record");
        p += 24 + size;
    }
    if (offset == 0)
        return bad(x, "a template lies outside of the chunk");
    /* A copy: nested templates may push this one out of the table. */
    const struct evtx_template t = *template_at(x, offset);
    if (t.why != NULL)
        return bad(x, t.why);
    if (end - p < 4)
        return bad(x, "the record ends before its values");
    uint32_t count = (uint32_t)evtx_uint(x->chunk + p, 4);
    p += 4;
    if (count > (end - p) / 4)
        return bad(x, "the record promises more values than it can hold");
    struct value small[64];
    struct value *values =
        count <= ARRAY_LEN(small) ? small : arena_array(&x->batch->arena, struct value, count);
    uint32_t v = p + 4 * count;
    for (uint32_t i = 0; i < count; i++) {
        values[i].size = (uint16_t)evtx_uint(x->chunk + p + 4 * i, 2);
        values[i].type = x->chunk[p + 4 * i + 2];
        values[i].at = v;
        if (values[i].size > end - v)
            return bad(x, "a value is longer than its record");
        v += values[i].size;
    }
    *at = v;
    return run(x, &t, values, count, depth);
}

static bool run_plain(struct evtx *x, uint32_t at, uint32_t end, int depth)
{
    struct evtx_template t = {0};
    /* Whether elements outside of templates carry a dependency number depends on who wrote them. */
    if (!evtx_compile(x, &t, at, end, false) && !evtx_compile(x, &t, at, end, true))
        return bad(x, t.why);
    return run(x, &t, NULL, 0, depth);
}

static bool run_fragment(struct evtx *x, uint32_t at, uint32_t end, int depth)
{
    if (depth > EVTX_DEPTH)
        return bad(x, "binary XML is nested too deeply");
    while (at < end) {
        switch (x->chunk[at]) {
        case 0x00:
            return true;
        case 0x0f:
            if (end - at < 4)
                return bad(x, "the record ends within its fragment header");
            at += 4;
            break;
        case 0x0c:
            if (!run_instance(x, &at, end, depth))
                return false;
            break;
        default:
            return run_plain(x, at, end, depth);
        }
    }
    return true;
}

static bool read_record(struct evtx *x, uint32_t at, uint32_t size)
{
    const unsigned char *p = x->chunk + at;
    struct hunt_event *e = hunt_batch_begin(x->batch, x->chunk_offset + at);
    e->family = HUNT_FAMILY_WINDOWS;
    e->record_id = evtx_uint(p + 8, 8);
    x->why = NULL;
    if (!run_fragment(x, at + RECORD_HEAD, at + size - 4, 0)) {
        hunt_batch_drop(x->batch);
        return false;
    }
    if (x->batch->now->len == 0) {
        hunt_batch_drop(x->batch);
        return bad(x, "the record is empty");
    }
    if (e->time == HUNT_NO_TIME)
        e->time = evtx_filetime_ms(evtx_uint(p + 16, 8));
    hunt_batch_end(x->batch);
    x->read++;
    return true;
}

/* -------- chunks -------- */

static void report(struct evtx *x, uint32_t at, uint64_t count, const char *why)
{
    if (x->problem != NULL)
        x->problem(x->problem_ctx, x->chunk_offset + at, count, why);
}

static const unsigned char record_magic[4] = {0x2a, 0x2a, 0x00, 0x00};

/* The next place from `at` on that looks like a record, or `end`. */
static uint32_t next_record(const struct evtx *x, uint32_t at, uint32_t end)
{
    const void *p = at < end ? memmem(x->chunk + at, end - at, record_magic, 4) : NULL;
    return p == NULL ? end : (uint32_t)((const unsigned char *)p - x->chunk);
}

static bool record_fits(const struct evtx *x, uint32_t at, uint32_t end, uint32_t *size)
{
    if (end - at < RECORD_MIN || memcmp(x->chunk + at, record_magic, 4) != 0)
        return false;
    *size = (uint32_t)evtx_uint(x->chunk + at + 4, 4);
    return *size >= RECORD_MIN && *size <= end - at;
}

struct chunk_count {
    uint64_t read, bad;
};

static void read_records(struct evtx *x, uint32_t end, struct chunk_count *count)
{
    uint32_t at = EVTX_CHUNK_HEADER;
    while (at < end) {
        uint32_t size;
        if (!record_fits(x, at, end, &size)) {
            bool is_record = end - at >= 4 && memcmp(x->chunk + at, record_magic, 4) == 0;
            if (is_record) {
                report(x, at, 1, "a record has an impossible size");
                count->bad++;
            }
            at = next_record(x, at + (is_record ? 4 : 1), end);
            continue;
        }
        if (read_record(x, at, size)) {
            count->read++;
            at += size;
            continue;
        }
        report(x, at, 1, x->why);
        count->bad++;
        /* The size may be what is wrong: trust it only when a record or the end follows. */
        bool next_is_record =
            at + size == end ||
            (end - at - size >= 4 && memcmp(x->chunk + at + size, record_magic, 4) == 0);
        at = next_is_record ? at + size : next_record(x, at + 4, end);
    }
}

static bool all_zero(const unsigned char *p, size_t n)
{
    return p[0] == 0 && memcmp(p, p + 1, n - 1) == 0;
}

static void read_chunk(struct evtx *x)
{
    static const unsigned char magic[8] = "ElfChnk";
    const unsigned char *c = x->chunk;
    struct chunk_count count = {0};
    uint32_t end = x->chunk_len;
    memset(x->templates, 0, sizeof(x->templates));
    x->templates_len = 0;
    if (memcmp(c, magic, 8) != 0) {
        if (all_zero(c, x->chunk_len))
            return;
        read_records(x, end, &count);
        report(x, 0, count.read + count.bad == 0,
               count.read > 0 ? "a chunk has no signature; its records were read all the same"
                              : "a chunk has no signature and no record that can be read");
        return;
    }
    uint32_t free_at = (uint32_t)evtx_uint(c + 48, 4);
    if (!x->slack && free_at >= EVTX_CHUNK_HEADER && free_at <= end)
        end = free_at;
    read_records(x, end, &count);
    uint64_t first = evtx_uint(c + 8, 8), last = evtx_uint(c + 16, 8);
    uint64_t promised = last - first + 1;
    if (last >= first && promised <= EVTX_CHUNK / RECORD_MIN && promised > count.read + count.bad)
        report(x, 0, promised - count.read - count.bad, "records the chunk promises are missing");
}

void evtx_read(struct evtx *x, const char *data, size_t len, uint64_t offset)
{
    evtx_names_clear(x);
    while (len > EVTX_CHUNK_HEADER) {
        x->chunk = (const unsigned char *)data;
        x->chunk_len = (uint32_t)MIN(len, (size_t)EVTX_CHUNK);
        x->chunk_offset = offset;
        read_chunk(x);
        data += x->chunk_len;
        len -= x->chunk_len;
        offset += x->chunk_len;
    }
    hunt_batch_flush(x->batch);
    arena_clear(&x->arena);
    arena_clear(&x->head_arena);
    x->last_channel = x->last_host = x->channel = x->host = STR_EMPTY;
}
