#include "engine/hunt/fold.h"
#include "engine/hunt/sigma_rules.h"

/*
 * One item of a detection, "field|modifier|modifier: values": the modifiers are applied in their
 * order (rules specification, "Value Modifiers"; modifiers appendix 2.1.0), then every value
 * becomes a test, and the tests are joined by OR, or by AND under `all`.
 */
struct item {
    struct reading *r;
    const struct yaml_node *key;
    const struct yaml_node *value;
    struct str field;
    struct values values; /* values of null, numbers and booleans keep their node */
    bool all, cased, negated, exists, reference, regex, cidr, compares;
    uint8_t op;
    int part; /* enum time_part, or -1 */
    unsigned regex_flags;
    const char *changed; /* a modifier that made text of the values, or NULL */
};

struct modifier {
    const char *name;
    int (*apply)(struct item *it, int arg);
    int arg;
};

static int fail_combination(struct item *it, const char *modifier)
{
    return reading_fail(it->r, it->key, "the modifier '%s' cannot stand here", modifier);
}

static int mod_flag(struct item *it, int arg)
{
    bool *flags[] = {&it->all, &it->cased, &it->negated};
    *flags[arg] = true;
    return 0;
}

static bool is_any(const struct pattern *p, size_t i)
{
    return p->len > 0 && p->kinds[i] == PATTERN_ANY;
}

static int mod_place(struct item *it, int arg)
{
    struct arena *a = it->r->tmp;
    it->op = (uint8_t)arg;
    it->changed = arg == OP_STARTS ? "startswith" : arg == OP_ENDS ? "endswith" : "contains";
    if (it->regex || it->cidr || it->compares || it->exists || it->part >= 0)
        return fail_combination(it, it->changed);
    if (it->field.len == 0 && arg != OP_HAS)
        return reading_fail(it->r, it->key, "'%s' needs a field", it->changed);
    for (size_t i = 0; i < it->values.len; i++) {
        struct pattern *p = &it->values.at[i].p;
        if (arg != OP_STARTS && !is_any(p, 0))
            *p = pattern_concat(a, pattern_any(a), *p);
        if (arg != OP_ENDS && !is_any(p, p->len - 1))
            *p = pattern_concat(a, *p, pattern_any(a));
    }
    return 0;
}

static int mod_utf16(struct item *it, int arg)
{
    it->changed = "utf16";
    for (size_t i = 0; i < it->values.len; i++) {
        int rc = value_encode_utf16(it->r, &it->values.at[i], (arg & 1) != 0, (arg & 2) != 0);
        if (rc < 0)
            return rc;
    }
    return 0;
}

static int mod_base64(struct item *it, int arg)
{
    struct values out = {0};
    it->changed = "base64";
    for (size_t i = 0; i < it->values.len; i++) {
        struct value *v = &it->values.at[i];
        int rc = arg == 0 ? value_base64(it->r, v) : value_base64_offsets(it->r, v, &out);
        if (rc < 0)
            return rc;
    }
    if (arg != 0) {
        if (it->all)
            return fail_combination(it, "base64offset");
        it->values = out;
    }
    return 0;
}

static int mod_windash(struct item *it, int arg)
{
    it->changed = "windash";
    for (size_t i = 0; i < it->values.len; i++)
        pattern_dashes(it->r->tmp, &it->values.at[i].p);
    return 0;
}

static int mod_expand(struct item *it, int arg)
{
    struct values out = {0};
    it->changed = "expand";
    for (size_t i = 0; i < it->values.len; i++) {
        int rc = value_expand(it->r, &it->values.at[i], &out);
        if (rc < 0)
            return rc;
    }
    if (it->all && out.len > it->values.len)
        return reading_fail(it->r, it->key, "'all' over a placeholder with several values");
    it->values = out;
    return 0;
}

static int mod_regex(struct item *it, int arg)
{
    if (arg == 0 && (it->changed != NULL || it->regex))
        return fail_combination(it, "re");
    if (arg != 0 && !it->regex)
        return reading_fail(it->r, it->key, "'i', 'm' and 's' stand behind 're'");
    it->regex = true;
    it->regex_flags |= (unsigned)arg;
    return 0;
}

static int mod_type(struct item *it, int arg)
{
    bool *types[] = {&it->cidr, &it->exists, &it->reference};
    static const char *const names[] = {"cidr", "exists", "fieldref"};
    bool placed = arg == 2 && it->op != OP_EQ;
    if ((it->changed != NULL && !placed && strcmp(it->changed, "expand") != 0) || it->regex ||
        it->compares || it->part >= 0 || it->field.len == 0)
        return fail_combination(it, names[arg]);
    *types[arg] = true;
    return 0;
}

static int mod_compare(struct item *it, int arg)
{
    if (it->changed != NULL || it->regex || it->cidr || it->exists || it->reference ||
        it->compares || it->field.len == 0)
        return fail_combination(it, "lt, lte, gt or gte");
    it->compares = true;
    it->op = (uint8_t)arg;
    return 0;
}

static int mod_part(struct item *it, int arg)
{
    if (it->changed != NULL || it->regex || it->cidr || it->exists || it->reference ||
        it->part >= 0 || it->field.len == 0)
        return fail_combination(it, "minute, hour, day, week, month or year");
    it->part = arg;
    return 0;
}

static const struct modifier modifiers[] = {
    {"contains", mod_place, OP_HAS},
    {"startswith", mod_place, OP_STARTS},
    {"endswith", mod_place, OP_ENDS},
    {"all", mod_flag, 0},
    {"cased", mod_flag, 1},
    {"neq", mod_flag, 2},
    {"exists", mod_type, 1},
    {"windash", mod_windash, 0},
    {"re", mod_regex, 0},
    {"i", mod_regex, REGEX_CASELESS},
    {"m", mod_regex, REGEX_MULTILINE},
    {"s", mod_regex, REGEX_DOTALL},
    {"base64", mod_base64, 0},
    {"base64offset", mod_base64, 1},
    {"utf16le", mod_utf16, 0},
    {"wide", mod_utf16, 0},
    {"utf16be", mod_utf16, 1},
    {"utf16", mod_utf16, 2},
    {"lt", mod_compare, OP_LT},
    {"lte", mod_compare, OP_LTE},
    {"gt", mod_compare, OP_GT},
    {"gte", mod_compare, OP_GTE},
    {"minute", mod_part, PART_MINUTE},
    {"hour", mod_part, PART_HOUR},
    {"day", mod_part, PART_DAY},
    {"week", mod_part, PART_WEEK},
    {"month", mod_part, PART_MONTH},
    {"year", mod_part, PART_YEAR},
    {"cidr", mod_type, 0},
    {"expand", mod_expand, 0},
    {"fieldref", mod_type, 2},
};

/* -------- a value becomes a test -------- */

static struct test new_test(struct item *it, enum test_kind kind, const struct value *v)
{
    struct test t = {.kind = (uint8_t)kind, .op = OP_EQ, .cased = it->cased};
    if (it->field.len > 0)
        t.field = hunt_names_add(&it->r->s->schema->fields, it->field);
    t.shown = pattern_show(&it->r->s->arena, &v->p);
    return t;
}

/* The longest run of plain bytes: what a scan looks for before the pattern is tried. */
static struct str longest_run(const struct pattern *p)
{
    size_t best = 0;
    size_t best_len = 0;
    for (size_t i = 0; i < p->len;) {
        size_t from = i;
        while (i < p->len && p->kinds[i] == PATTERN_BYTE)
            i++;
        if (i - from > best_len) {
            best = from;
            best_len = i - from;
        }
        i += i == from;
    }
    return str_make(p->bytes + best, best_len);
}

static int test_text(struct item *it, const struct value *v, struct test *out)
{
    struct arena *keep = &it->r->s->arena;
    struct pattern folded = pattern_fold(keep, v->p);
    struct pattern p = it->cased ? pattern_concat(keep, v->p, pattern_sub(v->p, 0, 0)) : folded;
    size_t from = 0;
    size_t to = p.len;
    while (from < to && p.kinds[from] == PATTERN_ANY)
        from++;
    while (to > from && p.kinds[to - 1] == PATTERN_ANY)
        to--;
    bool open_front = from > 0 || it->field.len == 0;
    bool open_back = to < p.len || it->field.len == 0;
    struct pattern inner = pattern_sub(p, from, to - from);
    *out = new_test(it, TEST_GLOB, v);
    if (pattern_is_plain(&inner)) {
        static const enum test_kind kinds[] = {TEST_EXACT, TEST_PREFIX, TEST_SUFFIX, TEST_CONTAINS};
        out->kind = (uint8_t)kinds[(open_front ? 2 : 0) + (open_back ? 1 : 0)];
        out->text = pattern_text(&inner);
        if (out->text.len == 0 && out->kind != TEST_EXACT)
            out->kind = TEST_ANY;
    } else {
        struct pattern any = pattern_any(it->r->tmp);
        out->pattern = inner;
        if (open_front)
            out->pattern = pattern_concat(keep, any, out->pattern);
        if (open_back)
            out->pattern = pattern_concat(keep, out->pattern, any);
    }
    out->literal = longest_run(&folded);
    return 0;
}

static int test_regex(struct item *it, const struct value *v, struct test *out)
{
    struct err err = {0};
    struct str source = v->at->text;
    *out = new_test(it, TEST_REGEX, v);
    out->shown = str_dup(&it->r->s->arena, source);
    if (it->regex_flags != 0)
        out->shown = str_printf(&it->r->s->arena, "(?%s%s%s)" STR_FMT,
                                (it->regex_flags & REGEX_CASELESS) != 0 ? "i" : "",
                                (it->regex_flags & REGEX_MULTILINE) != 0 ? "m" : "",
                                (it->regex_flags & REGEX_DOTALL) != 0 ? "s" : "", STR_ARG(source));
    out->regex = regex_compile(source, it->regex_flags, &err);
    if (out->regex == NULL)
        return reading_fail(it->r, v->at, "%s", err.what);
    out->literal = regex_literal(&it->r->s->arena, source);
    return 0;
}

static int test_net(struct item *it, const struct value *v, struct test *out)
{
    struct str text = pattern_text(&v->p);
    ptrdiff_t slash = str_find_char(text, '/');
    struct str address = slash < 0 ? text : str_sub(text, 0, (size_t)slash);
    uint8_t start[NET_IP];
    *out = new_test(it, TEST_CIDR, v);
    if (!net_parse_cidr(text, out->block.first, out->block.last) || !net_parse_ip(address, start))
        return reading_fail(it->r, v->at, "'" STR_FMT "' is not a network (address/bits)",
                            STR_ARG(text));
    if (memcmp(start, out->block.first, NET_IP) != 0)
        return reading_fail(it->r, v->at, "'" STR_FMT "' has bits set behind its prefix",
                            STR_ARG(text));
    return 0;
}

static int test_number(struct item *it, const struct value *v, struct test *out)
{
    *out = new_test(it, it->part >= 0 ? TEST_TIME : TEST_NUMBER, v);
    out->op = it->op;
    out->part = it->part >= 0 ? (uint8_t)it->part : 0;
    if (!yaml_number(v->at, &out->number))
        return reading_fail(it->r, v->at, "a number is wanted here");
    return 0;
}

static int test_reference(struct item *it, const struct value *v, struct test *out)
{
    *out = new_test(it, TEST_FIELD, v);
    if (v->at->text.len == 0)
        return reading_fail(it->r, v->at, "the name of a field is wanted here");
    out->op = it->op;
    out->other = hunt_names_add(&it->r->s->schema->fields, v->at->text);
    return 0;
}

static int test_exists(struct item *it, const struct value *v, struct test *out, bool *wanted)
{
    *out = new_test(it, TEST_EXISTS, v);
    if (!yaml_bool(v->at, wanted))
        return reading_fail(it->r, v->at, "'exists' takes true or false");
    return 0;
}

static int value_node(struct item *it, const struct value *v, uint32_t *node)
{
    struct test t;
    bool wanted = true;
    int rc;
    if (it->exists) {
        rc = test_exists(it, v, &t, &wanted);
    } else if (it->compares || it->part >= 0) {
        rc = test_number(it, v, &t);
    } else if (yaml_is_null(v->at)) {
        if (it->changed != NULL || it->regex || it->cidr || it->reference || it->field.len == 0)
            return reading_fail(it->r, v->at, "null cannot stand here");
        t = new_test(it, TEST_NULL, v);
        t.cased = false;
        rc = 0;
    } else if (it->regex) {
        rc = test_regex(it, v, &t);
    } else if (it->cidr) {
        rc = test_net(it, v, &t);
    } else if (it->reference) {
        rc = test_reference(it, v, &t);
    } else {
        rc = test_text(it, v, &t);
    }
    if (rc < 0)
        return rc;
    *node = pool_node_test(&it->r->s->pool, pool_test(&it->r->s->pool, &t));
    if (!wanted)
        *node = pool_not(&it->r->s->pool, *node);
    return 0;
}

/* -------- reading -------- */

static int add_value(struct item *it, const struct yaml_node *n, bool expand)
{
    if (n->kind != YAML_SCALAR)
        return reading_fail(it->r, n, "a value is wanted here, not a list or map");
    if (it->r->budget-- == 0)
        return reading_fail(it->r, n, "too many values");
    *vec_push(&it->values, it->r->tmp) =
        (struct value){pattern_parse(it->r->tmp, n->text, expand), n};
    return 0;
}

static int add_values(struct item *it, bool expand)
{
    const struct yaml_node *n = it->value;
    if (n->kind == YAML_MAP)
        return reading_fail(it->r, n, "a value or a list of values is wanted here, not a map");
    if (n->kind == YAML_SCALAR)
        return add_value(it, n, expand);
    if (n->len == 0)
        return reading_fail(it->r, n, "the list of values is empty");
    for (uint32_t i = 0; i < n->len; i++) {
        int rc = add_value(it, n->items[i], expand);
        if (rc < 0)
            return rc;
    }
    return 0;
}

static const struct modifier *find_modifier(struct str name)
{
    for (size_t i = 0; i < ARRAY_LEN(modifiers); i++) {
        if (str_is(name, modifiers[i].name))
            return &modifiers[i];
    }
    return NULL;
}

static int apply_modifiers(struct item *it, struct str names)
{
    struct str name;
    while (str_split(&names, '|', &name)) {
        const struct modifier *m = find_modifier(name);
        if (m == NULL)
            return reading_fail(it->r, it->key, "unknown modifier '" STR_FMT "'", STR_ARG(name));
        int rc = m->apply(it, m->arg);
        if (rc < 0)
            return rc;
    }
    return 0;
}

static int check_item(struct item *it)
{
    if (it->all && (it->value->kind != YAML_LIST || it->value->len < 2))
        return reading_fail(it->r, it->key, "'all' needs a list of two or more values");
    if (it->cased && (it->regex || it->cidr || it->compares || it->exists || it->part >= 0))
        return fail_combination(it, "cased");
    if (it->exists && (it->negated || it->all))
        return fail_combination(it, "neq or all");
    return 0;
}

static int read_item(struct item *it, struct str names, bool has_names, uint32_t *node)
{
    struct pool *pool = &it->r->s->pool;
    bool expand = has_names && str_find(names, STR("expand")) >= 0;
    int rc = add_values(it, expand);
    if (rc == 0 && has_names)
        rc = apply_modifiers(it, names);
    if (rc == 0)
        rc = check_item(it);
    if (rc < 0)
        return rc;
    uint32_t *ids = arena_array(it->r->tmp, uint32_t, it->values.len);
    for (size_t i = 0; i < it->values.len; i++) {
        rc = value_node(it, &it->values.at[i], &ids[i]);
        if (rc < 0)
            return rc;
    }
    *node = pool_join(pool, it->all ? NODE_AND : NODE_OR, ids, it->values.len);
    if (it->negated)
        *node = pool_not(pool, *node);
    return 0;
}

int sigma_read_item(struct reading *r, const struct yaml_node *key, const struct yaml_node *value,
                    uint32_t *node)
{
    struct item it = {.r = r, .key = key, .value = value, .part = -1};
    ptrdiff_t bar = str_find_char(key->text, '|');
    it.field = bar < 0 ? key->text : str_sub(key->text, 0, (size_t)bar);
    if (bar < 0 && it.field.len == 0)
        return reading_fail(r, key, "the name of the field is empty");
    struct str names = bar < 0 ? STR_EMPTY : str_from(key->text, (size_t)bar + 1);
    return read_item(&it, names, bar >= 0, node);
}

int sigma_read_keyword(struct reading *r, const struct yaml_node *value, uint32_t *node)
{
    struct item it = {.r = r, .key = value, .value = value, .part = -1};
    return read_item(&it, STR_EMPTY, false, node);
}
