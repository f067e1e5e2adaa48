#include "engine/hunt/evtx_template.h"

#include "engine/hunt/evtx_value.h"
#include "engine/hunt/fields.h"
#include "engine/hunt/names.h"
#include "engine/hunt/utf16.h"

/* Tokens of binary XML (MS-EVEN6 section 2.2.12); 0x40 is added where more of the kind follows. */
enum {
    TOKEN_EOF = 0x00,
    TOKEN_OPEN = 0x01,
    TOKEN_CLOSE_START = 0x02,
    TOKEN_CLOSE_EMPTY = 0x03,
    TOKEN_END = 0x04,
    TOKEN_TEXT = 0x05,
    TOKEN_ATTRIBUTE = 0x06,
    TOKEN_CDATA = 0x07,
    TOKEN_CHAR = 0x08,
    TOKEN_ENTITY = 0x09,
    TOKEN_PI_TARGET = 0x0a,
    TOKEN_PI_DATA = 0x0b,
    TOKEN_VALUE = 0x0d,
    TOKEN_OPTIONAL = 0x0e,
    TOKEN_FRAGMENT = 0x0f,
    TOKEN_MORE = 0x40,
};

enum { MAX_DEPTH = 64, NAME_BUCKETS = 1024, NAMES_KEPT = 16384 };

struct element {
    const struct evtx_name *name;
    struct str data_name; /* of <Data Name="..."> */
    uint32_t data_id;
    int32_t name_index;
    bool has_data_name;
    bool has_children;
    size_t parts_from;
};

struct compiler {
    struct evtx *x;
    struct evtx_template *t;
    uint32_t at, end;
    bool dependency;
    VEC(struct evtx_op) ops;
    VEC(struct evtx_part) parts; /* of the open elements and of the attribute being read */
    struct element stack[MAX_DEPTH];
    size_t depth;
    bool optional; /* of the last substitution */
};

static bool fail(struct compiler *c, const char *why)
{
    c->t->why = why;
    return false;
}

static bool need(struct compiler *c, uint32_t n)
{
    return n <= c->end - c->at ? true : fail(c, "binary XML ends within a token");
}

static bool take(struct compiler *c, uint32_t n, uint64_t *out)
{
    if (!need(c, n))
        return false;
    *out = evtx_uint(c->x->chunk + c->at, n);
    c->at += n;
    return true;
}

/* -------- names -------- */

void evtx_names_clear(struct evtx *x)
{
    if (x->names != NULL && x->names_len < NAMES_KEPT)
        return;
    arena_clear(&x->names_arena);
    x->names = arena_array(&x->names_arena, struct evtx_name *, NAME_BUCKETS);
    x->names_len = 0;
}

static const struct evtx_name *name_of(struct evtx *x, struct str utf16)
{
    struct evtx_name **bucket = &x->names[hunt_hash(utf16) % NAME_BUCKETS];
    for (struct evtx_name *n = *bucket; n != NULL; n = n->next) {
        if (str_eq(n->utf16, utf16))
            return n;
    }
    struct evtx_name *n = arena_new(&x->names_arena, struct evtx_name);
    n->utf16 = str_dup(&x->names_arena, utf16);
    n->text = utf16_text(&x->names_arena, (const unsigned char *)n->utf16.ptr, utf16.len / 2);
    n->id = hunt_field_id(x->schema, n->text);
    n->next = *bucket;
    *bucket = n;
    x->names_len++;
    return n;
}

/* A name stands where its offset says; when that is here, it is skipped. */
static const struct evtx_name *take_name(struct compiler *c)
{
    uint64_t offset;
    if (!take(c, 4, &offset))
        return NULL;
    if (offset > c->x->chunk_len || c->x->chunk_len - offset < 10) {
        fail(c, "a name lies outside of the chunk");
        return NULL;
    }
    uint32_t len = (uint32_t)evtx_uint(c->x->chunk + offset + 6, 2);
    if (c->x->chunk_len - offset - 8 < 2 * len) {
        fail(c, "a name lies outside of the chunk");
        return NULL;
    }
    if (offset == c->at) {
        uint32_t size = 8 + 2 * len + 2;
        if (!need(c, size))
            return NULL;
        c->at += size;
    }
    return name_of(c->x, str_make((const char *)c->x->chunk + offset + 8, 2 * len));
}

/* -------- content -------- */

static void add_text(struct compiler *c, struct str text)
{
    *vec_push(&c->parts, &c->x->arena) = (struct evtx_part){.text = text};
}

static bool take_utf16(struct compiler *c, struct str *out)
{
    uint64_t units;
    if (!take(c, 2, &units) || !need(c, 2 * (uint32_t)units))
        return false;
    *out = str_make((const char *)c->x->chunk + c->at, 2 * units);
    c->at += 2 * (uint32_t)units;
    return true;
}

static bool take_text(struct compiler *c)
{
    struct str utf16;
    if (!take_utf16(c, &utf16))
        return false;
    add_text(c, utf16_text(&c->x->arena, (const unsigned char *)utf16.ptr, utf16.len / 2));
    return true;
}

static bool take_entity(struct compiler *c)
{
    static const struct {
        struct str name, text;
    } entities[] = {
        {STR_INIT("lt"), STR_INIT("<")},   {STR_INIT("gt"), STR_INIT(">")},
        {STR_INIT("amp"), STR_INIT("&")},  {STR_INIT("quot"), STR_INIT("\"")},
        {STR_INIT("apos"), STR_INIT("'")},
    };
    const struct evtx_name *name = take_name(c);
    if (name == NULL)
        return false;
    for (size_t i = 0; i < ARRAY_LEN(entities); i++) {
        if (str_eq(name->text, entities[i].name))
            add_text(c, entities[i].text);
    }
    return true;
}

/* One token of content: text, reference or substitution. */
static bool take_part(struct compiler *c, uint8_t token)
{
    uint64_t v, type;
    switch (token & ~TOKEN_MORE) {
    case TOKEN_TEXT:
        if (!take(c, 1, &type))
            return false;
        return type == EVTX_STRING ? take_text(c) : fail(c, "a literal value is not text");
    case TOKEN_CDATA:
        return take_text(c);
    case TOKEN_CHAR:
        if (!take(c, 2, &v))
            return false;
        add_text(c, utf16_text(&c->x->arena, c->x->chunk + c->at - 2, 1));
        return true;
    case TOKEN_ENTITY:
        return take_entity(c);
    default:
        if (!take(c, 2, &v) || !take(c, 1, &type))
            return false;
        c->optional = (token & ~TOKEN_MORE) == TOKEN_OPTIONAL;
        *vec_push(&c->parts, &c->x->arena) =
            (struct evtx_part){.is_value = true, .index = (uint16_t)v};
        return true;
    }
}

static bool is_part(uint8_t token)
{
    switch (token & ~TOKEN_MORE) {
    case TOKEN_TEXT:
    case TOKEN_CDATA:
    case TOKEN_CHAR:
    case TOKEN_ENTITY:
    case TOKEN_VALUE:
    case TOKEN_OPTIONAL:
        return true;
    default:
        return false;
    }
}

/* -------- fields -------- */

static enum evtx_head head_of(const struct compiler *c, struct str name)
{
    static const struct {
        struct str name;
        enum evtx_head head;
    } heads[] = {
        {STR_INIT("Provider_Name"), EVTX_PROVIDER},
        {STR_INIT("EventID"), EVTX_EVENT_ID},
        {STR_INIT("TimeCreated_SystemTime"), EVTX_TIME},
        {STR_INIT("EventRecordID"), EVTX_RECORD_ID},
        {STR_INIT("Channel"), EVTX_CHANNEL},
        {STR_INIT("Computer"), EVTX_HOST},
    };
    if (c->depth != 3 || !str_is(c->stack[1].name->text, "System"))
        return EVTX_NO_HEAD;
    for (size_t i = 0; i < ARRAY_LEN(heads); i++) {
        if (str_eq(heads[i].name, name))
            return heads[i].head;
    }
    return EVTX_NO_HEAD;
}

static struct str join_parts(struct compiler *c, size_t from)
{
    if (c->parts.len == from)
        return STR_EMPTY;
    if (c->parts.len - from == 1)
        return c->parts.at[from].text;
    struct buf out = buf_make(&c->x->arena);
    for (size_t i = from; i < c->parts.len; i++)
        buf_add(&out, c->parts.at[i].text);
    return buf_str(&out);
}

static bool any_value(const struct compiler *c, size_t from)
{
    for (size_t i = from; i < c->parts.len; i++) {
        if (c->parts.at[i].is_value)
            return true;
    }
    return false;
}

/* Makes a field of the parts from `from` on, and takes them off. */
static struct evtx_op *add_op(struct compiler *c, struct str name, uint32_t id, size_t from)
{
    struct evtx_op *op = vec_push(&c->ops, &c->x->arena);
    size_t n = c->parts.len - from;
    op->name = name;
    op->id = id;
    op->name_index = -1;
    op->head = (uint8_t)head_of(c, name);
    if (n == 1 && c->parts.at[from].is_value) {
        op->kind = EVTX_OP_VALUE;
        op->index = c->parts.at[from].index;
        op->optional = c->optional;
    } else if (any_value(c, from)) {
        op->kind = EVTX_OP_MIXED;
        struct evtx_part *copy = arena_array(&c->x->arena, struct evtx_part, n);
        memcpy(copy, &c->parts.at[from], n * sizeof(*copy));
        op->parts = copy;
        op->parts_len = (uint32_t)n;
    } else {
        op->kind = EVTX_OP_LITERAL;
        op->text = join_parts(c, from);
    }
    c->parts.len = from;
    return op;
}

static struct str joined_name(struct compiler *c, struct str a, struct str b)
{
    char *p = arena_alloc_align(&c->x->arena, a.len + b.len + 1, 1);
    memcpy(p, a.ptr, a.len);
    p[a.len] = '_';
    memcpy(p + a.len + 1, b.ptr, b.len);
    return str_make(p, a.len + b.len + 1);
}

static bool is_xmlns(struct str name)
{
    return str_starts(name, STR("xmlns"));
}

static void end_attribute(struct compiler *c, const struct evtx_name *name, size_t from)
{
    struct element *e = &c->stack[c->depth - 1];
    if (is_xmlns(name->text)) {
        c->parts.len = from;
        return;
    }
    if (str_is(name->text, "Name") && str_is(e->name->text, "Data")) {
        e->has_data_name = true;
        if (c->parts.len - from == 1 && c->parts.at[from].is_value) {
            e->name_index = c->parts.at[from].index;
        } else {
            e->data_name = join_parts(c, from);
            e->data_id = hunt_field_id(c->x->schema, e->data_name);
        }
        c->parts.len = from;
        return;
    }
    struct str full = joined_name(c, e->name->text, name->text);
    add_op(c, full, hunt_names_find(&c->x->schema->fields, full), from);
}

static bool take_attributes(struct compiler *c)
{
    uint64_t size;
    if (!take(c, 4, &size))
        return false;
    while (c->at < c->end && (c->x->chunk[c->at] & ~TOKEN_MORE) == TOKEN_ATTRIBUTE) {
        c->at++;
        const struct evtx_name *name = take_name(c);
        if (name == NULL)
            return false;
        size_t from = c->parts.len;
        while (c->at < c->end && is_part(c->x->chunk[c->at])) {
            uint8_t token = c->x->chunk[c->at++];
            if (!take_part(c, token))
                return false;
        }
        end_attribute(c, name, from);
    }
    return true;
}

static bool open_element(struct compiler *c, bool attributes)
{
    uint64_t ignored;
    if (c->depth == MAX_DEPTH)
        return fail(c, "elements are nested too deeply");
    if ((c->dependency && !take(c, 2, &ignored)) || !take(c, 4, &ignored))
        return false;
    const struct evtx_name *name = take_name(c);
    if (name == NULL)
        return false;
    if (c->depth > 0)
        c->stack[c->depth - 1].has_children = true;
    c->stack[c->depth++] =
        (struct element){.name = name, .name_index = -1, .parts_from = c->parts.len};
    return !attributes || take_attributes(c);
}

static bool only_space(const struct compiler *c, size_t from)
{
    for (size_t i = from; i < c->parts.len; i++) {
        if (c->parts.at[i].is_value || str_trim(c->parts.at[i].text).len > 0)
            return false;
    }
    return true;
}

static bool close_element(struct compiler *c)
{
    if (c->depth == 0)
        return fail(c, "an element ends that never began");
    const struct element *e = &c->stack[c->depth - 1];
    if (!only_space(c, e->parts_from) || (!e->has_children && e->has_data_name)) {
        struct str name = e->has_data_name ? e->data_name : e->name->text;
        uint32_t id = e->has_data_name ? e->data_id : e->name->id;
        struct evtx_op *op = add_op(c, name, id, e->parts_from);
        op->name_index = e->name_index;
    }
    c->parts.len = e->parts_from;
    c->depth--;
    return true;
}

static bool take_token(struct compiler *c, uint8_t token)
{
    struct str skipped;
    switch (token) {
    case TOKEN_OPEN:
    case TOKEN_OPEN | TOKEN_MORE:
        return open_element(c, (token & TOKEN_MORE) != 0);
    case TOKEN_CLOSE_START:
        return true;
    case TOKEN_CLOSE_EMPTY:
    case TOKEN_END:
        return close_element(c);
    case TOKEN_PI_TARGET:
        return take_name(c) != NULL;
    case TOKEN_PI_DATA:
        return take_utf16(c, &skipped);
    case TOKEN_FRAGMENT:
        if (!need(c, 3))
            return false;
        c->at += 3;
        return true;
    default:
        break;
    }
    if (!is_part(token))
        return fail(c, "an unknown token in binary XML");
    if (c->depth == 0)
        return fail(c, "text outside of an element");
    return take_part(c, token);
}

bool evtx_compile(struct evtx *x, struct evtx_template *t, uint32_t at, uint32_t end,
                  bool dependency)
{
    struct compiler c = {.x = x, .t = t, .at = at, .end = end, .dependency = dependency};
    t->why = NULL;
    while (c.at < c.end && x->chunk[c.at] != TOKEN_EOF) {
        uint8_t token = x->chunk[c.at++];
        if (!take_token(&c, token))
            return false;
    }
    if (c.depth > 0)
        return fail(&c, "binary XML ends within an element");
    t->ops = c.ops.at;
    t->len = (uint32_t)c.ops.len;
    return true;
}
