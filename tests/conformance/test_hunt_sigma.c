#include "data.h"

#include "engine/hunt/sigma.h"

#include "base/json.h"
#include "base/map.h"

/*
 * The SigmaHQ rule tree and its regression cases, read out of the archives in $UNGCUU_DATA: every
 * rule loads or is refused for a reason that is right; every case is found by its own rule, in JSON
 * and in EVTX; what all rules find is what the specification makes of them; threads change nothing.
 */
enum { RULES = 3780, CASES = 98 };

static void load_rule(void *ctx, struct str name, struct str text)
{
    if (str_starts(name, STR("rules")))
        sigma_load_text(ctx, name, text);
}

struct loaded {
    struct hunt_schema schema;
    struct sigma *sigma;
};

static void load_all(struct loaded *l)
{
    struct str path = data_path("sigma-rules.tar.zst");
    hunt_schema_init(&l->schema);
    l->sigma = sigma_new(&l->schema);
    each_member(path, ".yml", load_rule, l->sigma);
    sigma_finish(l->sigma);
}

static void unload(struct loaded *l)
{
    sigma_free(l->sigma);
    hunt_schema_release(&l->schema);
}

static void every_rule_loads_or_is_refused_rightly(void **state)
{
    struct loaded l;
    size_t len;
    load_all(&l);
    struct sigma_counts n = sigma_counts(l.sigma);
    const struct sigma_notice *notices = sigma_notices(l.sigma, &len);
    for (size_t i = 0; i < len; i++) {
        if (!notices[i].refused)
            continue;
        print_message("refused: " STR_FMT ":" STR_FMT "\n", STR_ARG(notices[i].file),
                      STR_ARG(notices[i].text));
        assert_true(str_find(notices[i].text, STR(": no value for the placeholder %")) > 0);
    }
    print_message("%zu rules: %zu loaded, %zu refused\n", n.documents, n.loaded, n.refused);
    assert_int_equal(n.documents, RULES);
    assert_int_equal(n.loaded + n.refused, RULES);
    unload(&l);
}

/* -------- the regression cases -------- */

struct findings {
    struct map counts; /* "PATH ID" -> number of findings */
    struct buf all;    /* in order, to compare runs */
};

static void note_finding(void *ctx, const struct hunt_finding *f)
{
    struct findings *out = ctx;
    struct str path = f->where.source->path;
    ptrdiff_t at = str_find(path, STR("sigma-golden/"));
    assert_true(at >= 0);
    path = str_from(path, (size_t)at + 13);
    struct str key =
        str_printf(&test_arena, STR_FMT " " STR_FMT, STR_ARG(path), STR_ARG(f->hit->id));
    uintptr_t n = (uintptr_t)map_get(&out->counts, key);
    map_put(&out->counts, key, (void *)(n + 1));
    buf_printf(&out->all, STR_FMT " %llu\n", STR_ARG(key), (unsigned long long)f->where.record_id);
}

static void hunt_cases(struct loaded *l, int threads, struct findings *out)
{
    struct str paths[] = {data_path("sigma-golden.tar.zst")};
    struct hunt_detector d = sigma_detector(l->sigma);
    struct hunt_run *run = NULL;
    struct err err = {0};
    struct hunt_options o = {
        .schema = &l->schema,
        .detectors = &d,
        .detectors_len = 1,
        .threads = threads,
        .from = HUNT_NO_TIME,
        .to = HUNT_NO_TIME,
        .ctx = out,
        .finding = note_finding,
    };
    *out = (struct findings){.counts = {.arena = &test_arena}, .all = buf_make(&test_arena)};
    assert_int_equal(hunt_run(&o, paths, 1, &run, &err), 0);
    hunt_run_free(run);
}

struct cases {
    const struct findings *found;
    size_t files, missed, compared, differing;
};

static uintptr_t count_of(const struct findings *f, struct str path, struct str id)
{
    return (uintptr_t)map_get(
        &f->counts, str_printf(&test_arena, STR_FMT " " STR_FMT, STR_ARG(path), STR_ARG(id)));
}

/* "- id: X" under rule_metadata, and the log under path. */
static void check_case(void *ctx, struct str name, struct str text)
{
    struct cases *c = ctx;
    struct str line;
    struct str rule = STR_EMPTY;
    bool metadata = false;
    while (str_line(&text, &line)) {
        line = str_trim(line);
        metadata = metadata || str_starts(line, STR("rule_metadata"));
        if (metadata && rule.len == 0 && str_starts(line, STR("- id: ")))
            rule = str_from(line, 6);
    }
    ptrdiff_t slash = str_rfind_char(name, '/');
    struct str dir = str_sub(name, 13, (size_t)slash - 13);
    struct str path = str_printf(&test_arena, STR_FMT "/" STR_FMT, STR_ARG(dir), STR_ARG(rule));
    /* 97 cases come as EVTX and JSON, one as a line of text */
    static const char *const forms[] = {".json", ".evtx", ".raw"};
    uintptr_t counts[3];
    for (size_t i = 0; i < ARRAY_LEN(forms); i++)
        counts[i] = count_of(c->found,
                             str_printf(&test_arena, STR_FMT "%s", STR_ARG(path), forms[i]), rule);
    c->files++;
    if ((counts[0] > 0 && counts[1] > 0) || counts[2] > 0)
        return;
    print_message("missed: " STR_FMT " json %d evtx %d raw %d\n", STR_ARG(path), (int)counts[0],
                  (int)counts[1], (int)counts[2]);
    c->missed++;
}

static void compare_expected(void *ctx, struct str name, struct str text)
{
    struct cases *c = ctx;
    struct json j;
    struct str path = STR_EMPTY;
    size_t expected = 0;
    json_init(&j, text);
    assert_int_equal(json_next(&j), JSON_OBJECT);
    while (json_next(&j) == JSON_KEY) {
        path = json_string(&j, &test_arena);
        assert_int_equal(json_next(&j), JSON_OBJECT);
        while (json_next(&j) == JSON_KEY) {
            struct str id = json_string(&j, &test_arena);
            int64_t want;
            assert_int_equal(json_next(&j), JSON_NUMBER);
            assert_true(json_int(&j, &want));
            uintptr_t got = count_of(c->found, path, id);
            c->compared++;
            expected += (size_t)want;
            if (got == (uintptr_t)want)
                continue;
            c->differing++;
            print_message("differs: " STR_FMT " " STR_FMT ": %d, expected %d\n", STR_ARG(path),
                          STR_ARG(id), (int)got, (int)want);
        }
    }
    /* and nothing that is not expected */
    size_t found = 0;
    struct map_entry *e;
    for (size_t i = 0; (e = map_next(&c->found->counts, &i)) != NULL;) {
        if (str_find(e->key, STR(".json ")) > 0)
            found += (size_t)(uintptr_t)e->value;
    }
    print_message("%zu pairs of case and rule compared, %zu differ; %zu findings, %zu expected\n",
                  c->compared, c->differing, found, expected);
    assert_int_equal(found, expected);
}

static void json_and_evtx_agree(const struct findings *f)
{
    struct map_entry *e;
    size_t differing = 0;
    for (size_t i = 0; (e = map_next(&f->counts, &i)) != NULL;) {
        ptrdiff_t dot = str_find(e->key, STR(".evtx "));
        if (dot < 0)
            continue;
        struct str path = str_printf(&test_arena, STR_FMT ".json", (int)dot, e->key.ptr);
        if (count_of(f, path, str_from(e->key, (size_t)dot + 6)) != (uintptr_t)e->value) {
            print_message("EVTX differs from JSON: " STR_FMT "\n", STR_ARG(e->key));
            differing++;
        }
    }
    assert_int_equal(differing, 0);
}

static void every_case_is_found(void **state)
{
    struct loaded l;
    struct findings one, two;
    load_all(&l);
    hunt_cases(&l, 1, &one);
    struct cases c = {.found = &one};
    each_member(data_path("sigma-golden.tar.zst"), "info.yml", check_case, &c);
    print_message("%zu cases, %zu missed\n", c.files, c.missed);
    assert_int_equal(c.files, CASES);
    assert_int_equal(c.missed, 0);
    each_member(data_path("sigma-golden.tar.zst"), "expected-matches.json", compare_expected, &c);
    assert_int_equal(c.differing, 0);
    json_and_evtx_agree(&one);
    hunt_cases(&l, 2, &two);
    assert_true(str_eq(buf_str(&one.all), buf_str(&two.all)));
    unload(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ARENA_TEST(every_rule_loads_or_is_refused_rightly),
        ARENA_TEST(every_case_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
