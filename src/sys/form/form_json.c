#include "sys/form/inner.h"
#include "base/json.h"

struct reading {
    const struct form *form;
    struct json json;
    struct arena *arena;
    enum lang lang;
    struct form_state *state;
    uint64_t seen; /* bit per field */
};

static void wrong(struct reading *r, const char *field, const char *key, struct str arg)
{
    form_reject(r->state, r->arena, field, i18n_format(r->arena, r->lang, key, &arg, 1), NULL);
}

/* A choice whose values are all numbers. */
static bool is_number_choice(const struct form_field *f)
{
    int64_t n;

    if (f->type != FORM_CHOICE || f->choices == NULL)
        return false;
    for (const struct form_choice *o = f->choices; o->value != NULL; o++)
        if (!str_to_int(str_c(o->value), &n))
            return false;
    return true;
}

/* The token as the text a form would have sent; false when the type does not fit the field. */
static bool scalar(struct reading *r, const struct form_field *f, struct str *out)
{
    int64_t n;

    switch (r->json.type) {
    case JSON_STRING:
        *out = json_string(&r->json, r->arena);
        return f->type != FORM_INT && f->type != FORM_BOOL;
    case JSON_NUMBER:
        *out = r->json.text;
        return (f->type == FORM_INT || is_number_choice(f)) && json_int(&r->json, &n);
    case JSON_TRUE:
    case JSON_FALSE:
        *out = r->json.type == JSON_TRUE ? STR("1") : STR("");
        return f->type == FORM_BOOL;
    default:
        return false;
    }
}

static void read_list(struct reading *r, const struct form_field *f)
{
    struct str s;

    while (json_next(&r->json) != JSON_ARRAY_END && r->json.type != JSON_ERROR) {
        int64_t n;

        if (f->numbers ? r->json.type == JSON_NUMBER && json_int(&r->json, &n)
                       : r->json.type == JSON_STRING) {
            s = f->numbers ? r->json.text : json_string(&r->json, r->arena);
            form_keep(r->state, r->arena, str_c(f->name), s);
            continue;
        }
        wrong(r, f->name, N_("The member \"{0}\" has the wrong type"), str_c(f->name));
        json_skip(&r->json);
    }
}

static void read_value(struct reading *r, const struct form_field *f)
{
    struct str s;

    json_next(&r->json);
    if (r->json.type == JSON_NULL || r->json.type == JSON_ERROR)
        return;
    if (f->type == FORM_CHOICES && r->json.type == JSON_ARRAY) {
        read_list(r, f);
    } else if (f->type != FORM_CHOICES && f->type != FORM_FILES && scalar(r, f, &s)) {
        form_keep(r->state, r->arena, str_c(f->name), s);
    } else {
        wrong(r, f->name, N_("The member \"{0}\" has the wrong type"), str_c(f->name));
        json_skip(&r->json);
    }
}

static const struct form_field *find_member(const struct form *form, struct str name)
{
    const struct form_field *f = form_find(form, name);

    return f != NULL && f->type != FORM_HIDDEN ? f : NULL;
}

static void read_members(struct reading *r)
{
    while (json_next(&r->json) == JSON_KEY) {
        struct str key = json_string(&r->json, r->arena);
        const struct form_field *f = find_member(r->form, key);
        uint64_t bit = f != NULL ? UINT64_C(1) << (f - r->form->fields) : 0;

        if (f == NULL)
            wrong(r, "", N_("The member \"{0}\" is not known here"), key);
        else if ((r->seen & bit) != 0)
            wrong(r, f->name, N_("The member \"{0}\" stands twice"), key);
        if (f == NULL || (r->seen & bit) != 0) {
            json_skip(&r->json);
            continue;
        }
        r->seen |= bit;
        read_value(r, f);
    }
}

static bool has_error(const struct form_state *state, const char *field)
{
    for (size_t i = 0; i < state->errors.len; i++)
        if (strcmp(state->errors.at[i].field, field) == 0)
            return true;
    return false;
}

static int parse(const struct form *form, struct http_request *req, struct str body, void *out,
                 struct form_state *state, bool partial, struct err *err)
{
    struct reading r = {.form = form, .arena = req->arena, .lang = req->lang, .state = state};
    struct form_check c = {
        .arena = req->arena, .lang = req->lang, .now = req->now, .out = out, .req = req};

    if (form->len > 64)
        die("form %s has more than 64 fields", form->name);
    memset(state, 0, sizeof(*state));
    json_init(&r.json, body);
    if (json_next(&r.json) == JSON_OBJECT) {
        read_members(&r);
        if (r.json.type == JSON_OBJECT_END)
            json_next(&r.json);
    }
    if (r.json.type == JSON_ERROR) {
        state->errors.len = 0;
        return form_reject(state, req->arena, "", json_error_text(&r.json, req->arena), err);
    }
    if (r.json.type != JSON_END)
        return form_reject(state, req->arena, "", T(req->lang, "A JSON object is expected"), err);
    for (size_t i = 0; i < form->len; i++) {
        const struct form_field *f = &form->fields[i];
        struct str *values = arena_array(req->arena, struct str, state->values_len + 1), message;
        size_t n = 0;

        if (partial && (r.seen & UINT64_C(1) << i) == 0)
            continue;
        for (size_t k = 0; k < state->values_len; k++)
            if (str_is(state->values[k].name, f->name))
                values[n++] = state->values[k].value;
        message = form_check_field(&c, f, values, n);
        if (message.len > 0 && !has_error(state, f->name))
            form_reject(state, req->arena, f->name, message, NULL);
    }
    return form_outcome(form, state, err);
}

int form_parse_json(const struct form *form, struct http_request *req, struct str body, void *out,
                    struct form_state *state, struct err *err)
{
    return parse(form, req, body, out, state, false, err);
}

int form_patch_json(const struct form *form, struct http_request *req, struct str body, void *out,
                    struct form_state *state, struct err *err)
{
    return parse(form, req, body, out, state, true, err);
}

/* ---- JSON Schema 2020-12 -------------------------------------------------------------------- */

static void schema_choices(const struct form_field *f, struct json_writer *w)
{
    bool numbers = is_number_choice(f);
    int64_t n;

    if (f->choices == NULL)
        return;
    json_w_key(w, STR("enum"));
    json_w_array(w);
    for (const struct form_choice *o = f->choices; o->value != NULL; o++) {
        if (numbers && str_to_int(str_c(o->value), &n))
            json_w_int(w, n);
        else
            json_w_str(w, str_c(o->value));
    }
    json_w_end(w);
}

static void schema_text(const struct form_field *f, struct json_writer *w)
{
    if (f->type == FORM_CHOICE && f->choices != NULL) {
        json_w_kstr(w, "type", is_number_choice(f) ? STR("integer") : STR("string"));
        schema_choices(f, w);
        return;
    }
    json_w_kstr(w, "type", STR("string"));
    if (f->type == FORM_EMAIL)
        json_w_kstr(w, "format", STR("email"));
    if (f->type == FORM_PASSWORD)
        json_w_kbool(w, "writeOnly", true);
    if (f->min > 0 || f->required)
        json_w_kint(w, "minLength", MAX(f->min, 1));
    json_w_kint(w, "maxLength", f->max > 0 ? f->max : f->type == FORM_AREA ? 20000 : 200);
}

static void schema_field(const struct form_field *f, struct json_writer *w)
{
    json_w_object(w);
    if (f->label != NULL)
        json_w_kstr(w, "title", i18n_text(LANG_EN, f->label));
    if (f->help != NULL)
        json_w_kstr(w, "description", i18n_text(LANG_EN, f->help));
    switch (f->type) {
    case FORM_INT:
        json_w_kstr(w, "type", STR("integer"));
        if (f->min != 0 || f->max > f->min)
            json_w_kint(w, "minimum", f->min);
        if (f->max > f->min)
            json_w_kint(w, "maximum", f->max);
        break;
    case FORM_TIME:
    case FORM_DATE:
        json_w_kstr(w, "type", STR("string"));
        json_w_kstr(w, "format", f->type == FORM_DATE ? STR("date") : STR("date-time"));
        break;
    case FORM_BOOL:
        json_w_kstr(w, "type", STR("boolean"));
        break;
    case FORM_CHOICES:
        json_w_kstr(w, "type", STR("array"));
        json_w_key(w, STR("items"));
        json_w_object(w);
        json_w_kstr(w, "type", f->numbers ? STR("integer") : STR("string"));
        schema_choices(f, w);
        json_w_end(w);
        if (f->required)
            json_w_kint(w, "minItems", 1);
        break;
    default:
        schema_text(f, w);
    }
    json_w_end(w);
}

static bool is_member(const struct form_field *f)
{
    return f->type != FORM_FILES && f->type != FORM_HIDDEN;
}

static void schema(const struct form *form, bool partial, struct json_writer *w)
{
    json_w_object(w);
    json_w_kstr(w, "type", STR("object"));
    json_w_kbool(w, "additionalProperties", false);
    json_w_key(w, STR(N_("required")));
    json_w_array(w);
    for (size_t i = 0; i < form->len && !partial; i++)
        if (form->fields[i].required && is_member(&form->fields[i]))
            json_w_str(w, str_c(form->fields[i].name));
    json_w_end(w);
    json_w_key(w, STR("properties"));
    json_w_object(w);
    for (size_t i = 0; i < form->len; i++)
        if (is_member(&form->fields[i])) {
            json_w_key(w, str_c(form->fields[i].name));
            schema_field(&form->fields[i], w);
        }
    json_w_end(w);
    json_w_end(w);
}

void form_schema(const struct form *form, struct json_writer *w)
{
    schema(form, false, w);
}

void form_schema_partial(const struct form *form, struct json_writer *w)
{
    schema(form, true, w);
}
