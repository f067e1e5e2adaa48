#include "sys/api/api.h"
#include "base/clock.h"
#include "sys/i18n/i18n.h"

static const void *member_of(const struct api_field *f, const void *record)
{
    return (const char *)record + f->offset;
}

/* Every list that sqlgen or VEC_TYPE makes begins like this. */
struct any_list {
    const char *at;
    size_t len;
};

static void write_list(const struct api_field *f, const void *member, struct json_writer *w,
                       struct arena *a)
{
    const struct any_list *list = member;

    json_w_array(w);
    for (size_t i = 0; i < list->len; i++)
        api_write(f->of, list->at + i * f->of->size, w, a);
    json_w_end(w);
}

static void write_number(const struct api_field *f, int64_t n, struct json_writer *w,
                         struct arena *a)
{
    struct str text;

    if (f->type != API_TIME && f->type != API_DATE) {
        json_w_int(w, n);
        return;
    }
    text = clock_rfc3339(a, n, i18n_zone());
    json_w_str(w, f->type == API_DATE ? str_sub(text, 0, 10) : text);
}

static void write_text(const struct api_field *f, struct str s, struct json_writer *w)
{
    if ((f->null && s.ptr == NULL) || (f->type == API_JSON && s.len == 0))
        json_w_null(w);
    else if (f->type == API_JSON && json_valid(s, NULL))
        json_w_raw(w, s);
    else
        json_w_str(w, s);
}

void api_write(const struct api_resource *of, const void *record, struct json_writer *w,
               struct arena *a)
{
    json_w_object(w);
    for (size_t i = 0; i < of->len; i++) {
        const struct api_field *f = &of->fields[i];
        const void *member = member_of(f, record);
        const struct opt_int *opt = member;

        json_w_key(w, str_c(f->name));
        if (f->type == API_LIST)
            write_list(f, member, w, a);
        else if (f->type == API_PART)
            api_write(f->of, member, w, a);
        else if (f->member == API_M_STR)
            write_text(f, *(const struct str *)member, w);
        else if (f->member == API_M_INT)
            write_number(f, *(const int64_t *)member, w, a);
        else if (f->member == API_M_BOOL)
            json_w_bool(w, *(const bool *)member);
        else if (f->member == API_M_OPT && opt->has)
            write_number(f, opt->v, w, a);
        else
            json_w_null(w);
    }
    json_w_end(w);
}

/* ---- schema ------------------------------------------------------------------------------------
 */

static void reference(const struct api_resource *of, struct json_writer *w, struct buf *name)
{
    buf_clear(name);
    buf_printf(name, "#/components/schemas/%s", of->name);
    json_w_kstr(w, "$ref", buf_str(name));
}

static bool may_be_null(const struct api_field *f)
{
    return f->null || f->member == API_M_OPT || f->type == API_JSON;
}

static void schema_type(const struct api_field *f, const char *type, struct json_writer *w)
{
    json_w_key(w, STR("type"));
    if (!may_be_null(f)) {
        json_w_str(w, str_c(type));
        return;
    }
    json_w_array(w);
    json_w_str(w, str_c(type));
    json_w_str(w, STR("null"));
    json_w_end(w);
}

static void schema_choices(const struct api_field *f, struct json_writer *w)
{
    int64_t n;

    json_w_key(w, STR("enum"));
    json_w_array(w);
    for (const struct form_choice *c = f->choices; c->value != NULL; c++) {
        if (f->member != API_M_STR && str_to_int(str_c(c->value), &n))
            json_w_int(w, n);
        else
            json_w_str(w, str_c(c->value));
    }
    if (may_be_null(f))
        json_w_null(w);
    json_w_end(w);
}

static void schema_field(const struct api_field *f, struct json_writer *w, struct buf *scratch)
{
    json_w_object(w);
    if (f->type == API_PART) {
        reference(f->of, w, scratch);
        json_w_end(w);
        return;
    }
    if (f->label != NULL)
        json_w_kstr(w, "title", i18n_text(LANG_EN, f->label));
    if (f->about != NULL)
        json_w_kstr(w, "description", i18n_text(LANG_EN, f->about));
    if (f->type == API_LIST) {
        json_w_kstr(w, "type", STR("array"));
        json_w_key(w, STR("items"));
        json_w_object(w);
        reference(f->of, w, scratch);
        json_w_end(w);
    } else if (f->type == API_TIME || f->type == API_DATE) {
        schema_type(f, "string", w);
        json_w_kstr(w, "format", f->type == API_DATE ? STR("date") : STR("date-time"));
    } else if (f->type == API_JSON) {
        schema_type(f, "object", w);
    } else {
        schema_type(f,
                    f->member == API_M_STR    ? "string"
                    : f->member == API_M_BOOL ? "boolean"
                                              : "integer",
                    w);
        if (f->choices != NULL)
            schema_choices(f, w);
    }
    json_w_end(w);
}

void api_schema(const struct api_resource *of, struct json_writer *w)
{
    struct buf scratch = buf_make(w->out->arena);

    json_w_object(w);
    json_w_kstr(w, "type", STR("object"));
    if (of->about != NULL)
        json_w_kstr(w, "description", i18n_text(LANG_EN, of->about));
    json_w_key(w, STR(N_("required")));
    json_w_array(w);
    for (size_t i = 0; i < of->len; i++)
        json_w_str(w, str_c(of->fields[i].name));
    json_w_end(w);
    json_w_key(w, STR("properties"));
    json_w_object(w);
    for (size_t i = 0; i < of->len; i++) {
        json_w_key(w, str_c(of->fields[i].name));
        schema_field(&of->fields[i], w, &scratch);
    }
    json_w_end(w);
    json_w_end(w);
}
