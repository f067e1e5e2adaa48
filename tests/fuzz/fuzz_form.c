#include "fuzz.h"

#include "sys/form/form.h"
#include "sys/http/inner.h"

/*
 * The first line is a request target, the rest a body: as urlencoded fields when it does not begin
 * with "{", else as JSON. What a form takes can be shown again and taken again with the same
 * result.
 */
struct sample {
    struct str title, body, email, phone, kind;
    struct opt_int count, at, day;
    bool agree;
    struct form_values tags;
};

static const struct form_choice kinds[] = {{"a", "A"}, {"b", "B"}, {NULL, NULL}};

static const struct form_field fields[] = {
    {FORM_AT(struct sample, title), FORM_TEXT, .required = true, .max = 20, .label = "Title"},
    {FORM_AT(struct sample, body), FORM_AREA, .label = "Body"},
    {FORM_AT(struct sample, email), FORM_EMAIL, .label = "E-mail"},
    {FORM_AT(struct sample, phone), FORM_PHONE, .label = "Phone"},
    {FORM_AT(struct sample, kind), FORM_CHOICE, .label = "Kind", .choices = kinds},
    {FORM_AT(struct sample, count), FORM_INT, .min = -5, .max = 5000000, .label = "Count"},
    {FORM_AT(struct sample, at), FORM_TIME, .label = "When"},
    {FORM_AT(struct sample, day), FORM_DATE, .label = "Day"},
    {FORM_AT(struct sample, agree), FORM_BOOL, .label = "Agree"},
    {FORM_AT(struct sample, tags), FORM_CHOICES, .label = "Tags", .choices = kinds},
};
static const struct form form = {"f", fields, ARRAY_LEN(fields)};

static void check_target(struct arena *a, struct str target)
{
    struct request *r = arena_new(a, struct request);
    struct err err = {0};
    struct str path;

    r->target = target;
    if (target_parse(r, &err) == 0) {
        for (size_t i = 0; i < r->pub.path.len; i++)
            FUZZ_CHECK((unsigned char)r->pub.path.ptr[i] >= 0x20 ||
                       r->pub.path.ptr[i] == ESCAPED_SLASH ||
                       r->pub.path.ptr[i] == ESCAPED_BACKSLASH);
        path = r->pub.path;
        FUZZ_CHECK(path.len > 0 && path.ptr[0] == '/' && utf8_clean(path));
        FUZZ_CHECK(str_find(path, STR("//")) < 0 && str_find(path, STR("/../")) < 0);
        FUZZ_CHECK(!str_ends(path, STR("/..")) && str_find_char(path, '\\') < 0);
        for (size_t i = 0; i < r->args_len; i++)
            FUZZ_CHECK(utf8_clean(r->args[i].name) && utf8_clean(r->args[i].value));
    }
    arena_release(&r->arena);
}

/* Everything that was typed stands in the page only escaped. */
static void check_page(struct http_request *req, const struct form_state *state)
{
    struct buf out = buf_make(req->arena);
    struct html_page p = {.out = &out, .lang = LANG_EN, .now = req->now, .arena = req->arena};
    struct str rest;

    form_errors_html(&p, &form, state);
    form_html(&p, &form, state);
    rest = buf_str(&out);
    while (rest.len > 0) {
        ptrdiff_t at = str_find_char(rest, '<');
        static const char *const known[] = {"div",    "label",  "input",    "textarea", "/",
                                            "select", "option", "fieldset", "legend",   "span",
                                            "h2",     "ul",     "li",       "a "};
        bool found = false;

        if (at < 0)
            break;
        rest = str_from(rest, (size_t)at + 1);
        for (size_t i = 0; i < ARRAY_LEN(known); i++)
            found = found || str_starts(rest, str_c(known[i]));
        FUZZ_CHECK(found);
    }
}

static void check_again(struct http_request *req, const struct sample *first)
{
    struct form_state state = {0};
    struct sample again = {0};
    struct err err = {0};

    form_fill(&form, req->arena, first, &state);
    req->form = state.values;
    req->form_len = state.values_len;
    FUZZ_CHECK(form_parse(&form, req, &again, &state, &err) == 0);
    FUZZ_CHECK(str_eq(first->title, again.title) && str_eq(first->body, again.body));
    FUZZ_CHECK(first->count.has == again.count.has && first->count.v == again.count.v);
    FUZZ_CHECK(first->agree == again.agree && first->tags.len == again.tags.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_(arena_release) struct arena a = {0};
    struct str body = str_make((const char *)data, size), target;
    struct http_request req = {.arena = &a, .lang = LANG_EN, .now = 1795344360000};
    struct form_state state = {0};
    struct sample out = {0};
    struct err err = {0};
    int r;

    if (size == 0 || !str_line(&body, &target))
        return 0;
    check_target(&a, target);
    if (str_starts(body, STR("{"))) {
        r = form_parse_json(&form, &req, body, &out, &state, &err);
    } else {
        if (urlencoded_parse(&a, body, &req.form, &req.form_len, &err) < 0)
            return 0;
        for (size_t i = 0; i < req.form_len; i++)
            FUZZ_CHECK(utf8_clean(req.form[i].name) && utf8_clean(req.form[i].value));
        r = form_parse(&form, &req, &out, &state, &err);
    }
    FUZZ_CHECK((r == 0) == (state.errors.len == 0));
    check_page(&req, &state);
    if (r == 0)
        check_again(&req, &out);
    return 0;
}
