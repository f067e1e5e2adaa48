#include "engine/hunt/reader.h"

#include "base/json.h"
#include "base/text.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/*
 * JSON Lines, arrays of events, documents that wrap an array ({"Records": [...]}), and events
 * printed over many lines. What stands where is found once from the head.
 */
enum { MAX_FIELDS = 20000 };

/* What the section of a block says. */
struct json_section {
    bool lines;       /* one event a line */
    int record_depth; /* otherwise: an event is an object at this depth */
    int depth;        /* at the beginning of the block */
};

enum { MAX_RECORD_DEPTH = 4 };

struct json_state {
    int depth;                                    /* behind the bytes cut so far */
    struct json_section at[MAX_RECORD_DEPTH + 1]; /* by depth */
};

/* -------- structure -------- */

/* The next byte that is one of "{}[]\"\\", from p on, or end. */
static const char *next_structural(const char *p, const char *end)
{
#ifdef __SSE2__
    while (end - p >= 16) {
        __m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
        /* { } [ ] become 0x7b 0x7d when bit 5 is set; no other printable byte does. */
        __m128i folded = _mm_or_si128(v, _mm_set1_epi8(0x20));
        __m128i hit = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(folded, _mm_set1_epi8('{')),
                                                _mm_cmpeq_epi8(folded, _mm_set1_epi8('}'))),
                                   _mm_cmpeq_epi8(v, _mm_set1_epi8('"')));
        unsigned mask = (unsigned)_mm_movemask_epi8(hit);
        if (mask != 0)
            return p + __builtin_ctz(mask);
        p += 16;
    }
#endif
    while (p < end && *p != '"' && (*p | 0x20) != '{' && (*p | 0x20) != '}')
        p++;
    return p;
}

/* Behind the quote that closes a string, p standing within it; NULL when it does not end. */
static const char *string_end(const char *p, const char *end)
{
    for (;;) {
        const char *q = memchr(p, '"', (size_t)(end - p));
        if (q == NULL)
            return NULL;
        const char *back = q;
        while (back > p && back[-1] == '\\')
            back--;
        p = q + 1;
        if ((q - back) % 2 == 0)
            return p;
    }
}

/* Behind the value that begins at p with { or [; NULL when it does not end. */
static const char *container_end(const char *p, const char *end)
{
    int depth = 0;
    while ((p = next_structural(p, end)) < end) {
        char c = *p++;
        if (c == '"') {
            p = string_end(p, end);
            if (p == NULL)
                return NULL;
        } else if (c == '{' || c == '[') {
            depth++;
        } else if (--depth == 0) {
            return p;
        }
    }
    return NULL;
}

/* -------- events -------- */

struct walk {
    struct hunt_reading *r;
    struct json j;
    struct hunt_seen seen;
    struct str element_name; /* of a named Data element */
    bool too_many;
};

static void add_string(struct walk *w, const struct json_node *node)
{
    struct hunt_batch *b = &w->r->batch;
    const struct hunt_path *p = &node->field;
    if (node->name_key) {
        w->element_name = json_string(&w->j, &b->arena);
        return;
    }
    if (node->value_key && w->element_name.len > 0) {
        struct hunt_path named;
        hunt_path_find(w->r->schema, &b->arena, w->element_name, &named);
        hunt_path_add(b, &w->seen, &named, HUNT_STRING, json_string(&w->j, &b->arena));
        w->element_name = STR_EMPTY;
        return;
    }
    if (p->role == HUNT_ROLE_NONE && p->id == 0 && w->j.escaped) {
        hunt_batch_add(b, 0, p->name, HUNT_STRING, w->j.text);
        b->fields[-1].flags = HUNT_FIELD_RAW;
        b->fields[-1].raw_type = HUNT_RAW_JSON;
        w->seen.marks |= p->mark;
        return;
    }
    hunt_path_add(b, &w->seen, p, HUNT_STRING, json_string(&w->j, &b->arena));
}

static void add_scalar(struct walk *w, const struct json_node *node, enum json_type type)
{
    struct hunt_batch *b = &w->r->batch;
    if (b->now->len >= MAX_FIELDS) {
        w->too_many = true;
        return;
    }
    switch (type) {
    case JSON_STRING:
        add_string(w, node);
        break;
    case JSON_NUMBER:
        hunt_path_add(b, &w->seen, &node->field, HUNT_NUMBER, w->j.text);
        break;
    case JSON_TRUE:
        hunt_path_add(b, &w->seen, &node->field, HUNT_BOOL, STR("true"));
        break;
    case JSON_FALSE:
        hunt_path_add(b, &w->seen, &node->field, HUNT_BOOL, STR("false"));
        break;
    default:
        hunt_path_add(b, &w->seen, &node->field, HUNT_NULL, STR_EMPTY);
        break;
    }
}

/* The fields of the object whose '{' was just read. */
static bool walk_object(struct walk *w, struct json_node *top)
{
    struct json_node *stack[JSON_DEPTH + 1]; /* the node each open container belongs to */
    struct json_node *node = top;
    int outside = w->j.depth - 1;
    stack[w->j.depth] = top;
    while (w->j.depth > outside) {
        enum json_type type = json_next(&w->j);
        switch (type) {
        case JSON_KEY:
            node = json_paths_find(&w->r->paths, stack[w->j.depth], w->j.text);
            break;
        case JSON_OBJECT:
        case JSON_ARRAY:
            stack[w->j.depth] = node;
            break;
        case JSON_OBJECT_END:
        case JSON_ARRAY_END:
            node = stack[w->j.depth];
            break;
        case JSON_ERROR:
        case JSON_END:
            return false;
        default:
            add_scalar(w, node, type);
            break;
        }
    }
    return true;
}

/* One event out of `text`, an object. NULL, or what is wrong with it. */
static const char *read_event(struct hunt_reading *r, struct str text, uint64_t offset,
                              uint64_t line)
{
    struct walk w = {.r = r};
    json_init(&w.j, text);
    w.j.lenient = true;
    if (json_next(&w.j) != JSON_OBJECT)
        return w.j.type == JSON_ERROR ? "the text is not JSON" : "not a JSON object";
    struct hunt_event *e = hunt_batch_begin(&r->batch, offset);
    e->raw = text;
    e->record_id = line;
    r->paths.last = &r->paths.root;
    bool fine = walk_object(&w, &r->paths.root) && json_next(&w.j) == JSON_END;
    if (!fine || w.too_many) {
        hunt_batch_drop(&r->batch);
        return fine ? "the event has too many fields" : "the text is not JSON";
    }
    hunt_seen_family(&r->batch, &w.seen);
    hunt_batch_end(&r->batch);
    return NULL;
}

/* Programs that write JSON by hand leave control characters and other encodings in it. */
static struct str mended(struct arena *a, struct str text)
{
    size_t bad;
    char *copy = str_cdup(a, text);
    for (size_t i = 0; i < text.len; i++) {
        if ((unsigned char)copy[i] < 0x20)
            copy[i] = ' ';
    }
    return text_repair(a, str_make(copy, text.len), &bad);
}

static void read_text(struct hunt_reading *r, struct str text, uint64_t offset, uint64_t line)
{
    const char *why = read_event(r, text, offset, line);
    if (why != NULL && read_event(r, mended(&r->batch.arena, text), offset, line) != NULL)
        r->problem(r->problem_ctx, offset, 1, why);
}

/* -------- blocks -------- */

static uint64_t lines_between(const char **from, const char *to)
{
    uint64_t n = 0;
    for (const char *q; (q = memchr(*from, '\n', (size_t)(to - *from))) != NULL; n++)
        *from = q + 1;
    *from = to;
    return n;
}

static void read_elements(struct hunt_reading *r, const struct hunt_block *b,
                          const struct json_section *s)
{
    const char *p = b->data.ptr, *end = p + b->data.len, *counted = p;
    uint64_t line = b->line;
    int depth = s->depth;
    while ((p = next_structural(p, end)) < end) {
        if (*p == '{' && depth == s->record_depth) {
            const char *stop = container_end(p, end);
            line += lines_between(&counted, p);
            uint64_t offset = b->offset + (uint64_t)(p - b->data.ptr);
            if (stop == NULL) {
                r->problem(r->problem_ctx, offset, 1, "the event does not end");
                return;
            }
            read_text(r, str_make(p, (size_t)(stop - p)), offset, line);
            p = stop;
            continue;
        }
        if (*p == '"') {
            p = string_end(p + 1, end);
            if (p == NULL)
                return;
            continue;
        }
        depth += *p == '{' || *p == '[' ? 1 : -1;
        depth = MAX(depth, 0);
        p++;
    }
}

static void read_lines(struct hunt_reading *r, const struct hunt_block *b)
{
    struct hunt_lines l;
    hunt_lines_init(&l, b);
    while (hunt_lines_next(&l)) {
        read_text(r, str_trim(l.line), l.offset, l.number);
    }
}

static void read_block(struct hunt_reading *r, const struct hunt_block *b)
{
    const struct json_section *s = b->section;
    if (s->lines)
        read_lines(r, b);
    else
        read_elements(r, b, s);
    hunt_batch_flush(&r->batch);
    json_paths_trim(&r->paths);
}

/* -------- layout -------- */

/* Members that hold a document's events: CloudTrail, Azure, Elasticsearch, GCP, generic exports. */
static bool is_wrapper(struct str key)
{
    static const struct str wrappers[] = {
        STR_INIT("Records"), STR_INIT("records"), STR_INIT("value"), STR_INIT("events"),
        STR_INIT("Events"),  STR_INIT("entries"), STR_INIT("data"),  STR_INIT("logs"),
        STR_INIT("hits"),    STR_INIT("results"),
    };
    for (size_t i = 0; i < ARRAY_LEN(wrappers); i++) {
        if (str_eq(key, wrappers[i]))
            return true;
    }
    return false;
}

/* How deep the events of the document at the beginning of `head` are: 0 when it is itself one. */
static int wrapper_depth(struct str head)
{
    struct json j;
    bool wrapper = true; /* of the container just opened */
    json_init(&j, head);
    for (int tokens = 0; tokens < 200; tokens++) {
        switch (json_next(&j)) {
        case JSON_ARRAY:
            if (!wrapper)
                return 0;
            return json_next(&j) == JSON_OBJECT && j.depth <= MAX_RECORD_DEPTH ? j.depth - 1 : 0;
        case JSON_OBJECT:
            if (!wrapper)
                return 0;
            break;
        case JSON_KEY:
            wrapper = is_wrapper(j.text);
            break;
        case JSON_OBJECT_END:
        case JSON_ERROR:
        case JSON_END:
            return 0;
        default:
            break;
        }
    }
    return 0;
}

static struct str first_line(struct str head)
{
    struct str line = STR_EMPTY;
    while (line.len == 0 && str_line(&head, &line))
        line = str_trim(line);
    return line;
}

static int sniff(struct str head)
{
    struct str line = first_line(head);
    if (line.len == 0 || (line.ptr[0] != '{' && line.ptr[0] != '['))
        return 0;
    struct json j;
    json_init(&j, head);
    j.lenient = true;
    /* "[" begins many a text line; what follows must be JSON. */
    for (int i = 0; i < 4; i++) {
        enum json_type type = json_next(&j);
        if (type == JSON_ERROR)
            return i > 0 && line.ptr[0] == '{' ? 60 : 0;
        if (i == 1 && line.ptr[0] == '[' && type != JSON_OBJECT && type != JSON_ARRAY_END)
            return 0;
        if (type == JSON_END)
            break;
    }
    return 95;
}

static void *open(const struct hunt_schema *s, struct arena *a, struct str head)
{
    struct json_state *state = arena_new(a, struct json_state);
    struct str line = first_line(head);
    const char *end =
        line.len > 0 && line.ptr[0] == '{' ? container_end(line.ptr, line.ptr + line.len) : NULL;
    bool whole_line = end != NULL && end == line.ptr + line.len;
    bool cut_line = end == NULL && line.len > 0 && line.ptr[0] == '{' &&
                    line.ptr + line.len == head.ptr + head.len;
    int depth = wrapper_depth(head);
    bool lines = depth == 0 && (whole_line || cut_line);
    for (int i = 0; i <= MAX_RECORD_DEPTH; i++)
        state->at[i] = (struct json_section){.lines = lines, .record_depth = depth, .depth = i};
    return state;
}

/* Behind the last event that ends in the data; updates the depth to what it is there. */
static size_t cut_elements(struct json_state *s, struct str data)
{
    const char *p = data.ptr, *end = p + data.len, *last = p;
    int depth = s->depth;
    while ((p = next_structural(p, end)) < end) {
        if (*p == '"') {
            p = string_end(p + 1, end);
            if (p == NULL)
                break;
            continue;
        }
        bool closes = *p == '}' || *p == ']';
        depth = MAX(0, closes ? depth - 1 : depth + 1);
        p++;
        if (closes && depth <= s->at[0].record_depth) {
            last = p;
            s->depth = depth;
        }
    }
    return (size_t)(last - data.ptr);
}

static size_t cut(void *state, struct str data, bool eof, const void **section)
{
    struct json_state *s = state;
    *section = &s->at[s->depth];
    if (s->at[0].lines)
        return hunt_cut_lines(NULL, data, eof, section);
    size_t len = cut_elements(s, data);
    return eof ? data.len : len;
}

static bool is_lines(const void *section)
{
    return ((const struct json_section *)section)->lines;
}

const struct hunt_reader hunt_reader_json = {.format = HUNT_FORMAT_JSON,
                                             .sniff = sniff,
                                             .open = open,
                                             .cut = cut,
                                             .read = read_block,
                                             .lines = is_lines};
