#include "engine/hunt/sigma_rules.h"

/*
 * Conditions (rules specification, "Condition"), from least to most binding:
 *
 *     or  := and { "or" and }
 *     and := not { "and" not }
 *     not := { "not" } atom
 *     atom := "(" or ")" | ("1" | "any" | "all") "of" ("them" | pattern) | name
 */
enum { MAX_NESTING = 64 };

struct cond {
    struct reading *r;
    const struct searches *searches;
    const struct yaml_node *at;
    struct str text;
    size_t pos;
    struct str token; /* empty at the end */
    size_t token_at;
    int depth;
};

static int fail(struct cond *c, const char *what, struct str detail)
{
    struct yaml_node place = *c->at;
    place.column += (uint32_t)c->token_at + (place.quoted ? 1 : 0);
    return reading_fail(c->r, &place, "condition: %s" STR_FMT, what, (int)detail.len,
                        detail.ptr != NULL ? detail.ptr : "");
}

static bool is_space(char ch)
{
    return ch == ' ' || ch == '\t' || ch == '\n' || ch == '\r';
}

static bool is_single(char ch)
{
    return ch == '(' || ch == ')' || ch == '|';
}

static void next(struct cond *c)
{
    while (c->pos < c->text.len && is_space(c->text.ptr[c->pos]))
        c->pos++;
    c->token_at = c->pos;
    if (c->pos < c->text.len && is_single(c->text.ptr[c->pos]))
        c->pos++;
    else
        while (c->pos < c->text.len && !is_space(c->text.ptr[c->pos]) &&
               !is_single(c->text.ptr[c->pos]))
            c->pos++;
    c->token = str_sub(c->text, c->token_at, c->pos - c->token_at);
}

static bool word(const struct cond *c, const char *w)
{
    return str_eq_nocase(c->token, str_c(w));
}

static struct str peek(const struct cond *c)
{
    struct cond ahead = *c;
    next(&ahead);
    return ahead.token;
}

/* * stands for any run of characters. */
static bool name_matches(struct str pattern, struct str name)
{
    size_t i = 0;
    size_t k = 0;
    size_t star = SIZE_MAX;
    size_t star_k = 0;
    while (k < name.len) {
        if (i < pattern.len && pattern.ptr[i] == '*') {
            star = ++i;
            star_k = k;
        } else if (i < pattern.len && pattern.ptr[i] == name.ptr[k]) {
            i++;
            k++;
        } else if (star != SIZE_MAX) {
            i = star;
            k = ++star_k;
        } else {
            return false;
        }
    }
    while (i < pattern.len && pattern.ptr[i] == '*')
        i++;
    return i == pattern.len;
}

static int read_of(struct cond *c, uint32_t *node)
{
    bool all = word(c, "all");
    next(c);
    next(c);
    if (c->token.len == 0 || is_single(c->token.ptr[0]))
        return fail(c, "a name, a pattern or 'them' is wanted behind 'of'", STR(""));
    struct node_ids ids = {0};
    bool them = word(c, "them");
    for (size_t i = 0; i < c->searches->len; i++) {
        const struct search *s = &c->searches->at[i];
        bool hit = them ? s->name.ptr[0] != '_' : name_matches(c->token, s->name);
        if (hit)
            *vec_push(&ids, c->r->tmp) = s->node;
    }
    if (ids.len == 0)
        return fail(c, "no search is called ", c->token);
    *node = pool_join(&c->r->s->pool, all ? NODE_AND : NODE_OR, ids.at, ids.len);
    next(c);
    return 0;
}

static int read_or(struct cond *c, uint32_t *node);

static int read_atom(struct cond *c, uint32_t *node)
{
    if (c->token.len == 0)
        return fail(c, "ends where a search is wanted", STR(""));
    if (str_is(c->token, "(")) {
        next(c);
        int rc = read_or(c, node);
        if (rc < 0)
            return rc;
        if (!str_is(c->token, ")"))
            return fail(c, "')' is missing before ", c->token);
        next(c);
        return 0;
    }
    bool of = str_eq_nocase(peek(c), STR("of"));
    if (of && (word(c, "1") || word(c, "any") || word(c, "all")))
        return read_of(c, node);
    if (of)
        return fail(c, "only '1 of', 'any of' and 'all of' are known, not ", c->token);
    for (size_t i = 0; i < c->searches->len; i++) {
        if (!str_eq(c->searches->at[i].name, c->token))
            continue;
        *node = c->searches->at[i].node;
        next(c);
        return 0;
    }
    return fail(c, "no search is called ", c->token);
}

static int read_not(struct cond *c, uint32_t *node)
{
    bool negated = false;
    for (; word(c, "not"); next(c))
        negated = !negated;
    int rc = read_atom(c, node);
    if (rc == 0 && negated)
        *node = pool_not(&c->r->s->pool, *node);
    return rc;
}

static int read_chain(struct cond *c, uint32_t *node, const char *op, enum node_kind kind,
                      int (*part)(struct cond *, uint32_t *))
{
    struct node_ids ids = {0};
    for (;;) {
        uint32_t id = NODE_ID_FALSE;
        int rc = part(c, &id);
        if (rc < 0)
            return rc;
        *vec_push(&ids, c->r->tmp) = id;
        if (!word(c, op))
            break;
        next(c);
    }
    *node = pool_join(&c->r->s->pool, kind, ids.at, ids.len);
    return 0;
}

static int read_and(struct cond *c, uint32_t *node)
{
    return read_chain(c, node, "and", NODE_AND, read_not);
}

static int read_or(struct cond *c, uint32_t *node)
{
    if (++c->depth > MAX_NESTING)
        return fail(c, "nested too deeply", STR(""));
    int rc = read_chain(c, node, "or", NODE_OR, read_and);
    c->depth--;
    return rc;
}

static int read_one(struct reading *r, const struct searches *searches, const struct yaml_node *at,
                    uint32_t *node)
{
    if (at->kind != YAML_SCALAR || at->text.len == 0)
        return reading_fail(r, at, "a condition is a text");
    struct cond c = {.r = r, .searches = searches, .at = at, .text = at->text};
    next(&c);
    int rc = read_or(&c, node);
    if (rc < 0)
        return rc;
    if (str_is(c.token, "|"))
        return fail(&c, "aggregations are not part of Sigma 2; write a correlation rule", STR(""));
    if (c.token.len > 0)
        return fail(&c, "'and', 'or' or the end is wanted, not ", c.token);
    return 0;
}

int sigma_read_condition(struct reading *r, const struct searches *searches,
                         const struct yaml_node *condition, uint32_t *node)
{
    if (condition->kind == YAML_SCALAR)
        return read_one(r, searches, condition, node);
    if (condition->kind == YAML_MAP || condition->len == 0)
        return reading_fail(r, condition, "a condition is a text or a list of texts");
    struct node_ids ids = {0};
    for (uint32_t i = 0; i < condition->len; i++) {
        uint32_t id = NODE_ID_FALSE;
        int rc = read_one(r, searches, condition->items[i], &id);
        if (rc < 0)
            return rc;
        *vec_push(&ids, r->tmp) = id;
    }
    *node = pool_join(&r->s->pool, NODE_OR, ids.at, ids.len);
    return 0;
}
