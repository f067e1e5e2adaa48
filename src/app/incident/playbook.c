#include "app/incident/playbook.h"

#include "base/clock.h"
#include "sys/embed/embed.h"

#include <pthread.h>
#include <yaml.h>

struct reader {
    yaml_document_t document;
    const char *file;
    struct arena *arena;
    struct err *err;
};

static int fail(struct reader *r, const yaml_node_t *node, const char *what, struct str value)
{
    return err_set(r->err, ERR_SYNTAX, "%s:%zu:%zu: %s" STR_FMT, r->file,
                   node != NULL ? node->start_mark.line + 1 : 1,
                   node != NULL ? node->start_mark.column + 1 : 1, what, (int)value.len,
                   value.len > 0 ? value.ptr : "");
}

static struct str scalar(const yaml_node_t *node)
{
    return str_make((const char *)node->data.scalar.value, node->data.scalar.length);
}

/* The value of a required scalar, copied. */
static int take_text(struct reader *r, yaml_node_t *node, struct str *out)
{
    if (node->type != YAML_SCALAR_NODE || node->data.scalar.length == 0)
        return fail(r, node, "a text is expected", STR_EMPTY);
    *out = str_dup(r->arena, scalar(node));
    return 0;
}

struct key {
    const char *name;
    yaml_node_t *node; /* filled in */
};

/* The children of a mapping by name; every key must be known, every known key present. */
static int take_keys(struct reader *r, yaml_node_t *map, struct key *keys, size_t len)
{
    if (map == NULL || map->type != YAML_MAPPING_NODE)
        return fail(r, map, "a mapping is expected", STR_EMPTY);
    for (yaml_node_pair_t *p = map->data.mapping.pairs.start; p < map->data.mapping.pairs.top;
         p++) {
        yaml_node_t *name = yaml_document_get_node(&r->document, p->key);
        size_t i = 0;

        while (i < len && !(name->type == YAML_SCALAR_NODE && str_is(scalar(name), keys[i].name)))
            i++;
        if (i == len)
            return fail(r, name, "unknown key ",
                        name->type == YAML_SCALAR_NODE ? scalar(name) : STR("(not a word)"));
        if (keys[i].node != NULL)
            return fail(r, name, "key given twice: ", scalar(name));
        keys[i].node = yaml_document_get_node(&r->document, p->value);
    }
    for (size_t i = 0; i < len; i++) {
        if (keys[i].node == NULL)
            return fail(r, map, "missing key ", str_c(keys[i].name));
    }
    return 0;
}

static int take_languages(struct reader *r, yaml_node_t *node, struct str out[LANG_COUNT])
{
    struct key keys[] = {{"vi", NULL}, {"en", NULL}};
    int e;

    if ((e = take_keys(r, node, keys, ARRAY_LEN(keys))) < 0 ||
        (e = take_text(r, keys[0].node, &out[LANG_VI])) < 0)
        return e;
    return take_text(r, keys[1].node, &out[LANG_EN]);
}

bool playbook_duration(struct str s, int64_t *ms)
{
    bool time = false;
    int64_t total = 0;
    size_t i = 1;

    if (s.len < 3 || s.ptr[0] != 'P')
        return false;
    while (i < s.len) {
        size_t from;
        int64_t n, unit;

        if (s.ptr[i] == 'T' && !time) {
            time = true;
            i++;
        }
        for (from = i; i < s.len && isdigit((unsigned char)s.ptr[i]); i++)
            continue;
        if (i == s.len || !str_to_int(str_sub(s, from, i - from), &n))
            return false;
        unit = !time && s.ptr[i] == 'D'  ? DAY_MS
               : time && s.ptr[i] == 'H' ? HOUR_MS
               : time && s.ptr[i] == 'M' ? MINUTE_MS
                                         : 0;
        if (unit == 0 || __builtin_mul_overflow(n, unit, &n) ||
            __builtin_add_overflow(total, n, &total))
            return false;
        i++;
    }
    *ms = total;
    return total > 0;
}

static int take_step(struct reader *r, yaml_node_t *node, struct playbook_step *out)
{
    struct key keys[] = {{"title", NULL}, {"due", NULL}, {"basis", NULL}, {"body", NULL}};
    struct str due;
    int e;

    if ((e = take_keys(r, node, keys, ARRAY_LEN(keys))) < 0 ||
        (e = take_languages(r, keys[0].node, out->title)) < 0 ||
        (e = take_text(r, keys[1].node, &due)) < 0)
        return e;
    if (!playbook_duration(due, &out->due_ms))
        return fail(r, keys[1].node, "not a duration such as PT4H or P3D: ", due);
    if (keys[2].node->type != YAML_SCALAR_NODE ||
        (!str_is(scalar(keys[2].node), "local") && !str_is(scalar(keys[2].node), "law")))
        return fail(r, keys[2].node, "basis is \"law\" or \"local\"", STR_EMPTY);
    return take_languages(r, keys[3].node, out->body);
}

static int take_sources(struct reader *r, yaml_node_t *list)
{
    if (list->type != YAML_SEQUENCE_NODE)
        return fail(r, list, "a list is expected", STR_EMPTY);
    for (yaml_node_item_t *i = list->data.sequence.items.start; i < list->data.sequence.items.top;
         i++) {
        struct key keys[] = {{"title", NULL}, {"clause", NULL}, {"checked", NULL}};
        int e = take_keys(r, yaml_document_get_node(&r->document, *i), keys, ARRAY_LEN(keys));
        struct str checked;

        if (e < 0 || (e = take_text(r, keys[2].node, &checked)) < 0)
            return e;
        if (!str_is(checked, "text") && !str_is(checked, "secondhand") && !str_is(checked, "none"))
            return fail(r, keys[2].node, "checked is text, secondhand or none, not ", checked);
    }
    return 0;
}

static int take_playbook(struct reader *r, struct playbook *out)
{
    struct key keys[] = {{"playbook", NULL}, {"title", NULL}, {"sources", NULL}, {"steps", NULL}};
    struct key head[] = {{"id", NULL}, {"version", NULL}, {"serious", NULL}, {"valid_from", NULL}};
    yaml_node_t *root = yaml_document_get_root_node(&r->document);
    struct str text;
    int64_t from;
    int e;

    if ((e = take_keys(r, root, keys, ARRAY_LEN(keys))) < 0 ||
        (e = take_keys(r, keys[0].node, head, ARRAY_LEN(head))) < 0 ||
        (e = take_text(r, head[0].node, &out->id)) < 0 ||
        (e = take_text(r, head[1].node, &text)) < 0)
        return e;
    if (!str_to_int(text, &out->version) || out->version < 1)
        return fail(r, head[1].node, "version is a number from 1, not ", text);
    if ((e = take_text(r, head[2].node, &text)) < 0)
        return e;
    if (!str_is(text, "true") && !str_is(text, "false"))
        return fail(r, head[2].node, "serious is true or false, not ", text);
    out->serious = str_is(text, "true");
    if ((e = take_text(r, head[3].node, &text)) < 0)
        return e;
    if (!clock_parse(text, 0, &from))
        return fail(r, head[3].node, "valid_from is a date such as 2017-09-12, not ", text);
    if ((e = take_languages(r, keys[1].node, out->title)) < 0 ||
        (e = take_sources(r, keys[2].node)) < 0)
        return e;
    if (keys[3].node->type != YAML_SEQUENCE_NODE)
        return fail(r, keys[3].node, "a list of steps is expected", STR_EMPTY);
    for (yaml_node_item_t *i = keys[3].node->data.sequence.items.start;
         i < keys[3].node->data.sequence.items.top; i++) {
        e = take_step(r, yaml_document_get_node(&r->document, *i), vec_push(&out->steps, r->arena));
        if (e < 0)
            return e;
    }
    return out->steps.len > 0 ? 0 : fail(r, keys[3].node, "at least one step is needed", STR_EMPTY);
}

int playbook_parse(struct arena *a, const char *file, struct str yaml, struct playbook *out,
                   struct err *err)
{
    struct reader r = {.file = file, .arena = a, .err = err};
    yaml_parser_t parser;
    int e;

    *out = (struct playbook){0};
    if (!yaml_parser_initialize(&parser))
        die("out of memory");
    yaml_parser_set_input_string(&parser, (const unsigned char *)yaml.ptr, yaml.len);
    if (!yaml_parser_load(&parser, &r.document)) {
        e = err_set(err, ERR_SYNTAX, "%s:%zu:%zu: %s", file, parser.problem_mark.line + 1,
                    parser.problem_mark.column + 1,
                    parser.problem != NULL ? parser.problem : "not YAML");
        yaml_parser_delete(&parser);
        return e;
    }
    e = take_playbook(&r, out);
    yaml_document_delete(&r.document);
    yaml_parser_delete(&parser);
    return e;
}

static struct playbook ordinary, serious_one;
static struct arena held; /* for the life of the program */
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void load_embedded(void)
{
    static const struct {
        const char *path;
        struct playbook *into;
    } books[] = {{"playbooks/ordinary.yaml", &ordinary}, {"playbooks/serious.yaml", &serious_one}};
    struct err err = {0};

    for (size_t i = 0; i < ARRAY_LEN(books); i++) {
        const struct embed_file *file = embed_find(packs, packs_len, str_c(books[i].path));

        if (file == NULL)
            die("the program was built without packs/%s", books[i].path);
        if (playbook_parse(&held, books[i].path, file->data, books[i].into, &err) < 0)
            die("%s", err.what);
    }
}

const struct playbook *playbook_for(bool is_serious)
{
    pthread_once(&once, load_embedded);
    return is_serious ? &serious_one : &ordinary;
}
