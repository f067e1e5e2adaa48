#include "engine/hunt/correlate.h"
#include "engine/hunt/logsource.h"
#include "engine/hunt/route.h"
#include "engine/hunt/sigma_rules.h"

#include "base/io.h"

#include <dirent.h>
#include <sys/stat.h>

/* From files to rules: documents, their head, their log source; notices for what is refused. */
enum {
    FILE_LIMIT = 8 << 20,
    MAX_DIRS = 32,   /* nesting of directories */
    BUDGET = 100000, /* values of one document */
};

struct sigma *sigma_new(struct hunt_schema *schema)
{
    struct sigma *s = calloc(1, sizeof(*s));
    if (s == NULL)
        die("out of memory");
    s->schema = schema;
    pool_init(&s->pool, &s->arena);
    s->by_id.arena = s->correlation_by_id.arena = s->placeholders.arena = &s->arena;
    s->sources = logsources_new(&s->arena, schema);
    return s;
}

void sigma_free(struct sigma *s)
{
    if (s == NULL)
        return;
    routes_free(s->routes);
    correlations_free(s);
    pool_release(&s->pool);
    arena_release(&s->arena);
    free(s);
}

/* -------- messages -------- */

int reading_fail(struct reading *r, const struct yaml_node *at, const char *fmt, ...)
{
    char text[400];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    return err_set(r->err, ERR_INVALID, "%u:%u: %s", at->line, at->column, text);
}

void sigma_note(struct sigma *s, struct str file, bool refused, struct str rule, const char *fmt,
                ...)
{
    char text[600];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    *vec_push(&s->notices, &s->arena) = (struct sigma_notice){
        .file = file,
        .text = str_dup(&s->arena, str_c(text)),
        .rule = str_dup(&s->arena, rule),
        .refused = refused,
    };
    s->counts.refused += refused;
}

const struct sigma_notice *sigma_notices(const struct sigma *s, size_t *len)
{
    *len = s->notices.len;
    return s->notices.at;
}

struct sigma_counts sigma_counts(const struct sigma *s)
{
    struct sigma_counts c = s->counts;
    c.rules = s->rules.len;
    for (size_t i = 0; i < s->correlations.len; i++)
        c.correlations += correlation_is_good(s->correlations.at[i]);
    c.loaded = c.rules + c.correlations + c.filters;
    c.tests = s->pool.tests.len;
    c.nodes = s->pool.nodes.len;
    return c;
}

/* -------- parts of a document -------- */

int reading_text(struct reading *r, const struct yaml_node *parent, const char *key,
                 struct str *out)
{
    const struct yaml_node *n = yaml_get(parent, key);
    if (n == NULL)
        return reading_fail(r, parent, "'%s' is missing", key);
    if (n->kind != YAML_SCALAR || yaml_is_null(n) || n->text.len == 0)
        return reading_fail(r, n, "'%s' is a text", key);
    *out = str_dup(&r->s->arena, n->text);
    return 0;
}

static int optional_text(struct reading *r, const struct yaml_node *parent, const char *key,
                         struct str *out)
{
    const struct yaml_node *n = yaml_get(parent, key);
    *out = STR_EMPTY;
    return n == NULL || yaml_is_null(n) ? 0 : reading_text(r, parent, key, out);
}

int sigma_read_logsource(struct reading *r, const struct yaml_node *doc,
                         struct sigma_logsource *out)
{
    const struct yaml_node *n = yaml_get(doc, "logsource");
    if (n == NULL)
        return reading_fail(r, doc, "'logsource' is missing");
    if (n->kind != YAML_MAP)
        return reading_fail(r, n, "'logsource' is a map");
    int rc = optional_text(r, n, "category", &out->category);
    if (rc == 0)
        rc = optional_text(r, n, "product", &out->product);
    if (rc == 0)
        rc = optional_text(r, n, "service", &out->service);
    if (rc == 0 && out->category.len + out->product.len + out->service.len == 0)
        rc = reading_fail(r, n, "'logsource' names no category, product or service");
    return rc;
}

static int read_level(struct reading *r, const struct yaml_node *doc, enum hunt_level *out)
{
    struct str text;
    int rc = optional_text(r, doc, "level", &text);
    if (rc == 0 && text.len > 0 && !hunt_level_parse(text, out))
        rc = reading_fail(r, yaml_get(doc, "level"), "unknown level '" STR_FMT "'", STR_ARG(text));
    return rc;
}

static int read_tags(struct reading *r, const struct yaml_node *doc, struct hunt_hit *hit)
{
    const struct yaml_node *n = yaml_get(doc, "tags");
    if (n == NULL || yaml_is_null(n))
        return 0;
    if (n->kind != YAML_LIST)
        return reading_fail(r, n, "'tags' is a list");
    struct str *tags = arena_array(&r->s->arena, struct str, n->len);
    for (uint32_t i = 0; i < n->len; i++) {
        if (n->items[i]->kind != YAML_SCALAR)
            return reading_fail(r, n->items[i], "a tag is a text");
        tags[i] = str_dup(&r->s->arena, n->items[i]->text);
    }
    hit->tags = tags;
    hit->tags_len = n->len;
    return 0;
}

int sigma_read_head(struct reading *r, const struct yaml_node *doc, struct hunt_hit *hit,
                    struct str *name)
{
    struct str taxonomy;
    hit->kind = HUNT_HIT_RULE;
    int rc = reading_text(r, doc, "title", &hit->title);
    r->title = hit->title;
    if (rc == 0)
        rc = optional_text(r, doc, "id", &hit->id);
    if (rc == 0)
        rc = optional_text(r, doc, "name", name);
    if (rc == 0)
        rc = read_level(r, doc, &hit->level);
    if (rc == 0)
        rc = read_tags(r, doc, hit);
    if (rc == 0)
        rc = optional_text(r, doc, "taxonomy", &taxonomy);
    if (rc == 0 && taxonomy.len > 0 && !str_is(taxonomy, "sigma"))
        rc = reading_fail(r, yaml_get(doc, "taxonomy"), "unknown taxonomy '" STR_FMT "'",
                          STR_ARG(taxonomy));
    return rc;
}

/* -------- rules -------- */

static int check_unique(struct reading *r, const struct yaml_node *doc, const char *key,
                        struct str text)
{
    if (text.len == 0 ||
        (map_get(&r->s->by_id, text) == NULL && map_get(&r->s->correlation_by_id, text) == NULL))
        return 0;
    return reading_fail(r, yaml_get(doc, key), "the %s " STR_FMT " belongs to another rule already",
                        key, STR_ARG(text));
}

int sigma_check_names(struct reading *r, const struct yaml_node *doc, const struct hunt_hit *hit,
                      struct str name)
{
    int rc = check_unique(r, doc, "id", hit->id);
    return rc < 0 ? rc : check_unique(r, doc, "name", name);
}

static int read_rule(struct reading *r, const struct yaml_node *doc, struct str file)
{
    struct sigma *s = r->s;
    struct sigma_rule *rule = arena_new(&s->arena, struct sigma_rule);
    int rc = sigma_read_head(r, doc, &rule->hit, &rule->name);
    if (rc == 0)
        rc = sigma_read_logsource(r, doc, &rule->source);
    const struct yaml_node *detection = yaml_get(doc, "detection");
    if (rc == 0 && detection == NULL)
        rc = reading_fail(r, doc, "'detection' is missing");
    if (rc == 0)
        rc = sigma_read_detection(r, detection, NULL, &rule->root);
    if (rc == 0)
        rc = sigma_check_names(r, doc, &rule->hit, rule->name);
    if (rc < 0)
        return rc;
    rule->hit.file = file;
    rule->place = str_printf(&s->arena, "%u:%u", doc->line, doc->column);
    *vec_push(&s->rules, &s->arena) = rule;
    if (rule->hit.id.len > 0)
        map_put(&s->by_id, rule->hit.id, rule);
    if (rule->name.len > 0)
        map_put(&s->by_id, rule->name, rule);
    rule->terms = logsources_terms(s->sources, &rule->source);
    if (!rule->terms->known)
        sigma_note(s, file, false, rule->hit.title,
                   STR_FMT ": no events are known for this log source (category '" STR_FMT
                           "', product '" STR_FMT "', service '" STR_FMT
                           "'); the rule sees events of unrecognised kind",
                   STR_ARG(rule->place), STR_ARG(rule->source.category),
                   STR_ARG(rule->source.product), STR_ARG(rule->source.service));
    return 0;
}

static int read_filter(struct reading *r, const struct yaml_node *doc, struct str file)
{
    struct sigma *s = r->s;
    struct sigma_filter f = {.file = file};
    const struct yaml_node *body = yaml_get(doc, "filter");
    int rc = reading_text(r, doc, "title", &f.title);
    r->title = f.title;
    if (rc == 0)
        rc = sigma_read_logsource(r, doc, &f.source);
    if (rc == 0)
        rc = sigma_read_detection(r, body, "rules", &f.root);
    const struct yaml_node *rules = yaml_get(body, "rules");
    if (rc == 0 && rules == NULL)
        rc = reading_fail(r, body, "'rules' is missing");
    if (rc < 0)
        return rc;
    f.any = rules->kind == YAML_SCALAR && str_is(rules->text, "any");
    if (!f.any && (rules->kind != YAML_LIST || rules->len == 0))
        return reading_fail(r, rules, "'rules' is a list of rules, or 'any'");
    for (uint32_t i = 0; !f.any && i < rules->len; i++) {
        if (rules->items[i]->kind != YAML_SCALAR)
            return reading_fail(r, rules->items[i], "a rule is named by its id or name");
        *vec_push(&f.rules, &s->arena) = str_dup(&s->arena, rules->items[i]->text);
    }
    f.place = str_printf(&s->arena, "%u:%u", doc->line, doc->column);
    *vec_push(&s->filters, &s->arena) = f;
    return 0;
}

static int read_document(struct reading *r, const struct yaml_node *doc, struct str file)
{
    if (doc->kind != YAML_MAP)
        return reading_fail(r, doc, "a rule is a map");
    if (yaml_get(doc, "action") != NULL)
        return reading_fail(r, doc, "'action' is not part of Sigma 2");
    if (yaml_get(doc, "correlation") != NULL)
        return sigma_read_correlation(r, doc, file);
    if (yaml_get(doc, "filter") != NULL)
        return read_filter(r, doc, file);
    return read_rule(r, doc, file);
}

void sigma_load_text(struct sigma *s, struct str file, struct str text)
{
    struct arena tmp = {0};
    struct err err = {0};
    struct yaml_docs docs = {0};
    file = str_dup(&s->arena, file);
    s->counts.files++;
    if (yaml_read(&tmp, text, &docs, &err) < 0) {
        s->counts.documents++;
        sigma_note(s, file, true, STR(""), "%s", err.what);
        docs.len = 0;
    }
    for (size_t i = 0; i < docs.len; i++) {
        if (docs.at[i] == NULL)
            continue;
        struct reading r = {.s = s, .tmp = &tmp, .err = &err, .budget = BUDGET};
        s->counts.documents++;
        if (read_document(&r, docs.at[i], file) < 0)
            sigma_note(s, file, true, r.title, "%s", err.what);
    }
    arena_release(&tmp);
}

/* -------- files -------- */

static int load_file(struct sigma *s, const char *path, struct err *err)
{
    struct arena tmp = {0};
    struct str text;
    int rc = io_read_file(&tmp, path, FILE_LIMIT, &text, err);
    if (rc == 0)
        sigma_load_text(s, str_c(path), text);
    arena_release(&tmp);
    return rc;
}

static bool is_rule_file(const char *name)
{
    struct str n = str_c(name);
    return str_ends(n, STR(".yml")) || str_ends(n, STR(".yaml"));
}

static int load_path(struct sigma *s, const char *path, int depth, struct err *err);

static int load_dir(struct sigma *s, const char *path, int depth, struct err *err)
{
    struct dirent **names;
    if (depth > MAX_DIRS)
        return err_set(err, ERR_INVALID, "%s: directories nested too deeply", path);
    int n = scandir(path, &names, NULL, alphasort);
    if (n < 0)
        return err_errno(err, "cannot read the directory %s", path);
    int rc = 0;
    struct arena tmp = {0};
    for (int i = 0; i < n; i++) {
        const char *name = names[i]->d_name;
        struct str full = io_join(&tmp, str_c(path), str_c(name));
        bool dir = names[i]->d_type == DT_DIR;
        if (rc == 0 && name[0] != '.' && (dir || is_rule_file(name)))
            rc = load_path(s, full.ptr, depth + 1, err);
        free(names[i]);
    }
    free(names);
    arena_release(&tmp);
    return rc;
}

static int load_path(struct sigma *s, const char *path, int depth, struct err *err)
{
    struct stat st;
    if (stat(path, &st) < 0)
        return err_errno(err, "cannot read %s", path);
    return S_ISDIR(st.st_mode) ? load_dir(s, path, depth, err) : load_file(s, path, err);
}

int sigma_load(struct sigma *s, const char *path, struct err *err)
{
    return load_path(s, path, 0, err);
}

static void put_placeholder(struct sigma *s, struct str name, const struct yaml_node *value)
{
    struct strs *list = arena_new(&s->arena, struct strs);
    uint32_t len = value->kind == YAML_LIST ? value->len : 1;
    for (uint32_t i = 0; i < len; i++) {
        const struct yaml_node *n = value->kind == YAML_LIST ? value->items[i] : value;
        *vec_push(list, &s->arena) = str_dup(&s->arena, n->text);
    }
    if (name.len > 2 && name.ptr[0] == '%' && name.ptr[name.len - 1] == '%')
        name = str_sub(name, 1, name.len - 2);
    map_put(&s->placeholders, str_dup(&s->arena, name), list);
}

int sigma_placeholders(struct sigma *s, const char *path, struct err *err)
{
    struct arena tmp = {0};
    struct yaml_docs docs = {0};
    struct str text;
    int rc = io_read_file(&tmp, path, FILE_LIMIT, &text, err);
    if (rc == 0)
        rc = yaml_read(&tmp, text, &docs, err);
    const struct yaml_node *map = rc == 0 && docs.len == 1 ? docs.at[0] : NULL;
    if (rc == 0 && (map == NULL || map->kind != YAML_MAP))
        rc = err_set(err, ERR_INVALID, "1:1: a map from placeholders to values is wanted");
    for (uint32_t i = 0; rc == 0 && i < map->len; i++) {
        const struct yaml_node *value = map->items[2 * i + 1];
        bool good = value->kind == YAML_SCALAR || (value->kind == YAML_LIST && value->len > 0);
        for (uint32_t k = 0; good && value->kind == YAML_LIST && k < value->len; k++)
            good = value->items[k]->kind == YAML_SCALAR;
        if (!good)
            rc = err_set(err, ERR_INVALID, "%u:%u: a value or a list of values is wanted",
                         value->line, value->column);
        else
            put_placeholder(s, map->items[2 * i]->text, value);
    }
    if (rc == ERR_INVALID)
        err_prefix(err, "%s:", path);
    arena_release(&tmp);
    return rc;
}
