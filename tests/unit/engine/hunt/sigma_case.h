#ifndef TESTS_UNIT_ENGINE_HUNT_SIGMA_CASE_H
#define TESTS_UNIT_ENGINE_HUNT_SIGMA_CASE_H

#include "test.h"

#include "engine/hunt/eval.h"

/*
 * Rules against events without a reader. An event is written "Field=value", a line a field;
 * "Field!" is a field that is null, '\v' in a value a line feed. Its kind is a Windows event of
 * channel "Test" unless a line
 * "@channel=", "@provider=", "@id=", "@time=" or "@family=" says otherwise.
 */
struct sigma_case {
    struct hunt_schema schema;
    struct sigma *sigma;
    struct eval *eval;
};

static _unused_ void case_open(struct sigma_case *c)
{
    hunt_schema_init(&c->schema);
    c->sigma = sigma_new(&c->schema);
    c->eval = NULL;
}

static _unused_ void case_close(struct sigma_case *c)
{
    if (c->eval != NULL)
        eval_free(c->eval);
    sigma_free(c->sigma);
    hunt_schema_release(&c->schema);
}

static _unused_ void case_finish(struct sigma_case *c)
{
    sigma_finish(c->sigma);
    c->eval = eval_new(c->sigma);
}

static void case_head(struct hunt_event *e, struct hunt_schema *schema, struct str key,
                      struct str value)
{
    if (str_is(key, "@channel")) {
        e->channel = value;
        e->channel_id = hunt_names_find(&schema->channels, value);
    } else if (str_is(key, "@provider")) {
        e->provider = value;
        e->provider_id = hunt_names_find(&schema->providers, value);
    } else if (str_is(key, "@id")) {
        assert_true(str_to_int(value, &e->event_id));
    } else if (str_is(key, "@time")) {
        assert_true(str_to_int(value, &e->time));
    } else if (str_is(key, "@family")) {
        int64_t n;
        assert_true(str_to_int(value, &n));
        e->family = (uint8_t)n;
    }
}

static _unused_ struct hunt_event *case_event(struct sigma_case *c, const char *text)
{
    struct hunt_event *e = arena_new(&test_arena, struct hunt_event);
    struct str rest = str_dup(&test_arena, str_c(text));
    struct str line;
    *e = (struct hunt_event){.event_id = -1, .time = HUNT_NO_TIME, .arena = &test_arena};
    e->family = HUNT_FAMILY_WINDOWS;
    e->fields = arena_array(&test_arena, struct hunt_field, 64);
    while (str_split(&rest, '\n', &line)) {
        ptrdiff_t eq = str_find_char(line, '=');
        if (line.len == 0)
            continue;
        if (line.ptr[0] == '@') {
            case_head(e, &c->schema, str_sub(line, 0, (size_t)eq), str_from(line, (size_t)eq + 1));
            continue;
        }
        struct hunt_field *f = &e->fields[e->len++];
        bool null = eq < 0;
        f->kind = null ? HUNT_NULL : HUNT_STRING;
        f->name = str_sub(line, 0, null ? line.len - 1 : (size_t)eq);
        f->value = null ? STR("") : str_from(line, (size_t)eq + 1);
        for (size_t i = 0; i < f->value.len; i++) {
            if (f->value.ptr[i] == '\v')
                ((char *)(uintptr_t)f->value.ptr)[i] = '\n';
        }
        f->id = hunt_names_find(&c->schema.fields, f->name);
    }
    return e;
}

/* Whether rule number `rule` holds, found the way a hunt finds it. */
static _unused_ bool case_holds(struct sigma_case *c, struct hunt_event *e, uint32_t rule)
{
    eval_prepare(c->eval, e);
    for (uint32_t i = 0; i < c->eval->candidates_len; i++) {
        if (c->eval->candidates[i] == rule)
            return eval_node(c->eval, c->sigma->rules.at[rule]->root);
    }
    return false;
}

/* Whole rule from its detection (indented by four spaces). */
static _unused_ struct str case_rule(const char *detection)
{
    return str_printf(&test_arena, "title: t\nlogsource:\n    product: windows\ndetection:\n%s",
                      detection);
}

#endif
