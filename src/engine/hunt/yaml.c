#include "engine/hunt/yaml.h"

#include <yaml.h>

enum { MAX_DEPTH = 32, MAX_NODES = 200000 };

struct anchor {
    struct str name;
    struct yaml_node *node;
};

struct reader {
    struct arena *a;
    yaml_parser_t parser;
    VEC(struct anchor) anchors;
    size_t nodes;
    struct err *err;
};

static void event_done(yaml_event_t *e)
{
    yaml_event_delete(e);
}

static int next_event(struct reader *r, yaml_event_t *e)
{
    if (yaml_parser_parse(&r->parser, e))
        return 0;
    const char *problem = r->parser.problem != NULL ? r->parser.problem : "not YAML";
    yaml_mark_t m = r->parser.problem_mark;
    if (r->parser.error == YAML_READER_ERROR)
        m = r->parser.mark;
    return err_set(r->err, ERR_INVALID, "%zu:%zu: %s", m.line + 1, m.column + 1, problem);
}

static struct yaml_node *new_node(struct reader *r, enum yaml_kind kind, const yaml_event_t *e)
{
    struct yaml_node *n = arena_new(r->a, struct yaml_node);
    n->kind = (uint8_t)kind;
    n->line = (uint32_t)e->start_mark.line + 1;
    n->column = (uint32_t)e->start_mark.column + 1;
    r->nodes++;
    return n;
}

static void remember(struct reader *r, const yaml_char_t *name, struct yaml_node *n)
{
    if (name == NULL)
        return;
    struct str key = str_dup(r->a, str_c((const char *)name));
    *vec_push(&r->anchors, r->a) = (struct anchor){key, n};
}

static int fail_at(struct reader *r, const struct yaml_node *n, const char *what, struct str detail)
{
    return err_set(r->err, ERR_INVALID, "%u:%u: %s" STR_FMT, n->line, n->column, what,
                   STR_ARG(detail));
}

static int resolve_alias(struct reader *r, const yaml_event_t *e, struct yaml_node **out)
{
    struct str name = str_c((const char *)e->data.alias.anchor);
    for (size_t i = r->anchors.len; i-- > 0;) {
        if (!str_eq(r->anchors.at[i].name, name))
            continue;
        *out = r->anchors.at[i].node;
        return 0;
    }
    return err_set(r->err, ERR_INVALID,
                   "%zu:%zu: the alias *" STR_FMT " refers to nothing before it",
                   e->start_mark.line + 1, e->start_mark.column + 1, STR_ARG(name));
}

static int read_node(struct reader *r, yaml_event_t *e, int depth, struct yaml_node **out);

static int check_key(struct reader *r, struct yaml_node *const *pairs, size_t len,
                     const struct yaml_node *key)
{
    if (key->kind != YAML_SCALAR)
        return fail_at(r, key, "a key must be a text", STR(""));
    for (size_t i = 0; i < len; i += 2) {
        if (str_eq(pairs[i]->text, key->text))
            return fail_at(r, key, "the key stands twice: ", key->text);
    }
    return 0;
}

static int read_children(struct reader *r, struct yaml_node *n, yaml_event_type_t end, int depth)
{
    VEC(struct yaml_node *) items = {0};
    bool map = n->kind == YAML_MAP;
    for (;;) {
        yaml_event_t e;
        int rc = next_event(r, &e);
        if (rc < 0)
            return rc;
        if (e.type == end) {
            event_done(&e);
            break;
        }
        struct yaml_node *child = NULL;
        rc = read_node(r, &e, depth + 1, &child);
        if (rc < 0)
            return rc;
        if (map && items.len % 2 == 0 && (rc = check_key(r, items.at, items.len, child)) < 0)
            return rc;
        *vec_push(&items, r->a) = child;
    }
    n->items = items.at;
    n->len = (uint32_t)(map ? items.len / 2 : items.len);
    return 0;
}

/* Consumes the event. */
static int read_node(struct reader *r, yaml_event_t *e, int depth, struct yaml_node **out)
{
    struct yaml_node *n = NULL;
    int rc = 0;
    yaml_event_type_t end = YAML_NO_EVENT;
    switch (e->type) {
    case YAML_ALIAS_EVENT:
        rc = resolve_alias(r, e, out);
        event_done(e);
        return rc;
    case YAML_SCALAR_EVENT:
        n = new_node(r, YAML_SCALAR, e);
        n->text =
            str_dup(r->a, str_make((const char *)e->data.scalar.value, e->data.scalar.length));
        n->quoted = e->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
        remember(r, e->data.scalar.anchor, n);
        break;
    case YAML_SEQUENCE_START_EVENT:
        n = new_node(r, YAML_LIST, e);
        end = YAML_SEQUENCE_END_EVENT;
        break;
    case YAML_MAPPING_START_EVENT:
        n = new_node(r, YAML_MAP, e);
        end = YAML_MAPPING_END_EVENT;
        break;
    default:
        rc = err_set(r->err, ERR_INVALID, "%zu:%zu: unexpected YAML event", e->start_mark.line + 1,
                     e->start_mark.column + 1);
    }
    if (rc == 0 && depth > MAX_DEPTH)
        rc = fail_at(r, n, "nested too deeply", STR(""));
    if (rc == 0 && r->nodes > MAX_NODES)
        rc = fail_at(r, n, "the document is too large", STR(""));
    const yaml_char_t *anchor = NULL;
    if (end == YAML_SEQUENCE_END_EVENT)
        anchor = e->data.sequence_start.anchor;
    else if (end == YAML_MAPPING_END_EVENT)
        anchor = e->data.mapping_start.anchor;
    struct str name = anchor != NULL ? str_dup(r->a, str_c((const char *)anchor)) : STR_EMPTY;
    event_done(e);
    if (rc == 0 && end != YAML_NO_EVENT)
        rc = read_children(r, n, end, depth);
    if (rc == 0 && name.ptr != NULL)
        *vec_push(&r->anchors, r->a) = (struct anchor){name, n};
    *out = n;
    return rc;
}

static int read_stream(struct reader *r, struct yaml_docs *out)
{
    for (;;) {
        yaml_event_t e;
        int rc = next_event(r, &e);
        if (rc < 0)
            return rc;
        struct yaml_node *root = NULL;
        switch (e.type) {
        case YAML_STREAM_START_EVENT:
        case YAML_DOCUMENT_END_EVENT:
            break;
        case YAML_DOCUMENT_START_EVENT:
            r->anchors.len = 0;
            break;
        case YAML_STREAM_END_EVENT:
            event_done(&e);
            return 0;
        default:
            rc = read_node(r, &e, 0, &root);
            if (rc < 0)
                return rc;
            *vec_push(out, r->a) = yaml_is_null(root) ? NULL : root;
            continue;
        }
        event_done(&e);
    }
}

int yaml_read(struct arena *a, struct str text, struct yaml_docs *out, struct err *err)
{
    struct reader r = {.a = a, .err = err};
    if (!yaml_parser_initialize(&r.parser))
        die("out of memory");
    yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
    const char *bytes = text.len > 0 ? text.ptr : "";
    yaml_parser_set_input_string(&r.parser, (const unsigned char *)bytes, text.len);
    int rc = read_stream(&r, out);
    yaml_parser_delete(&r.parser);
    return rc;
}

struct yaml_node *yaml_get(const struct yaml_node *map, const char *key)
{
    if (map == NULL || map->kind != YAML_MAP)
        return NULL;
    for (uint32_t i = 0; i < map->len; i++) {
        if (str_is(map->items[2 * i]->text, key))
            return map->items[2 * i + 1];
    }
    return NULL;
}

static bool is_one_of(struct str s, const char *const *words, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (str_is(s, words[i]))
            return true;
    }
    return false;
}

bool yaml_is_null(const struct yaml_node *n)
{
    static const char *const words[] = {"", "~", "null", "Null", "NULL"};
    return n->kind == YAML_SCALAR && !n->quoted && is_one_of(n->text, words, ARRAY_LEN(words));
}

bool yaml_bool(const struct yaml_node *n, bool *out)
{
    static const char *const yes[] = {"true", "True", "TRUE"};
    static const char *const no[] = {"false", "False", "FALSE"};
    if (n->kind != YAML_SCALAR || n->quoted)
        return false;
    *out = is_one_of(n->text, yes, ARRAY_LEN(yes));
    return *out || is_one_of(n->text, no, ARRAY_LEN(no));
}

bool yaml_number(const struct yaml_node *n, double *out)
{
    if (n->kind != YAML_SCALAR || n->quoted || n->text.len == 0)
        return false;
    struct str s = n->text;
    int base = 0;
    if (str_starts(s, STR("0x")))
        base = 16;
    else if (str_starts(s, STR("0o")))
        base = 8;
    if (base == 0)
        return str_to_double(s, out);
    uint64_t v = 0;
    for (size_t i = 2; i < s.len; i++) {
        int c = tolower((unsigned char)s.ptr[i]);
        int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : 99;
        if (digit >= base || v > UINT64_MAX / 16)
            return false;
        v = v * (uint64_t)base + (uint64_t)digit;
    }
    *out = (double)v;
    return s.len > 2;
}
