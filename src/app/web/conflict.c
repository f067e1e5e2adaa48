#include "app/web/queries.h"
#include "app/web/web.h"
#include "sys/form/form.h"
#include "sys/i18n/i18n.h"

/* The hidden field: "7.a1b2c3d4...", the version and four digits for each field of the form. */
enum { MARK = 4 };
#define SEEN_FIELD "version"

static struct str value_of(const struct form_state *state, const char *name)
{
    for (size_t i = 0; i < state->values_len; i++) {
        if (str_is(state->values[i].name, name))
            return state->values[i].value;
    }
    return STR("");
}

static void set_value(struct form_state *state, struct arena *a, const char *name, struct str value)
{
    struct http_pair *more;

    for (size_t i = 0; i < state->values_len; i++) {
        if (str_is(state->values[i].name, name)) {
            state->values[i].value = value;
            return;
        }
    }
    more = arena_array(a, struct http_pair, state->values_len + 1);
    if (state->values_len > 0)
        memcpy(more, state->values, state->values_len * sizeof(*more));
    more[state->values_len] = (struct http_pair){str_c(name), value};
    state->values = more;
    state->values_len++;
}

/* Browsers send line ends of their own; what differs in nothing else was not changed. */
static struct str mark_of(struct arena *a, struct str value)
{
    struct buf b = buf_make(a);

    value = str_trim(value);
    for (size_t i = 0; i < value.len; i++) {
        if (value.ptr[i] != '\r')
            buf_add_char(&b, value.ptr[i]);
    }
    return str_printf(a, "%04x", (unsigned)(str_hash(buf_str(&b)) & 0xffff));
}

struct str web_seen(struct arena *a, const struct form *form, const struct form_state *shown,
                    int64_t version)
{
    struct buf b = buf_make(a);

    buf_printf(&b, "%" PRId64 ".", version);
    for (size_t i = 0; i < form->len; i++)
        buf_add(&b, mark_of(a, value_of(shown, form->fields[i].name)));
    return buf_str(&b);
}

int64_t web_seen_version(struct str seen)
{
    struct str number;
    int64_t version;

    return str_split(&seen, '.', &number) && str_to_int(number, &version) ? version : -1;
}

/* The mark of the n-th field as it was shown; empty in a form that carries none. */
static struct str seen_mark(struct str seen, size_t n)
{
    struct str marks = seen, version;

    if (!str_split(&marks, '.', &version) || marks.len < (n + 1) * MARK)
        return STR_EMPTY;
    return str_sub(marks, n * MARK, MARK);
}

/* A value as the form shows it; of a list from the database only that it changed can be said. */
static struct str shown_value(const struct form_field *f, enum lang lang, struct str value)
{
    const struct form_choice *c = f->choices;

    if (f->type == FORM_BOOL)
        return value.len > 0 ? T(lang, "yes") : T(lang, "no");
    if (f->type != FORM_CHOICE && f->type != FORM_CHOICES)
        return value.len > 0 ? value : T(lang, "empty");
    for (; c != NULL && c->value != NULL; c++) {
        if (str_is(value, c->value))
            return i18n_text(lang, c->label);
    }
    return STR_EMPTY;
}

/* One field that somebody else changed: taken over where it was left alone. */
static void settle(struct http_request *req, const struct form_field *f, struct str was_mark,
                   struct str current, struct form_state *typed)
{
    struct str mine = value_of(typed, f->name);
    struct str shown = shown_value(f, req->lang, current);

    if (str_eq(mark_of(req->arena, mine), was_mark)) {
        set_value(typed, req->arena, f->name, current);
        return;
    }
    if (str_eq(mark_of(req->arena, mine), mark_of(req->arena, current)))
        return;
    form_reject(typed, req->arena, f->name,
                shown.len > 0
                    ? i18n_format(req->arena, req->lang,
                                  N_("Meanwhile it says: {0}. Yours is still here."), &shown, 1)
                    : T(req->lang, "Meanwhile another was chosen. Yours is still here."),
                NULL);
}

int web_conflict(struct http_request *req, struct db *db, const char *object_kind,
                 int64_t object_id, const struct form *form, const struct form_state *current,
                 struct form_state *typed, int64_t version, struct err *err)
{
    struct str seen = str_dup(req->arena, value_of(typed, SEEN_FIELD));
    struct web_last_change_row last = {.actor_name = STR("?"), .at = req->now};
    struct form_state fields = *typed;
    struct buf names = buf_make(req->arena);
    struct str args[3];
    int r = web_last_change(db, req->arena, str_c(object_kind), object_id, &last, err);

    if (r < 0)
        return r;
    memset(&fields.errors, 0, sizeof(fields.errors));
    for (size_t i = 0; i < form->len; i++) {
        const struct form_field *f = &form->fields[i];
        struct str now = value_of(current, f->name), was = seen_mark(seen, i);

        if (f->type == FORM_HIDDEN || f->type == FORM_PASSWORD || was.len == 0 ||
            str_eq(mark_of(req->arena, now), was))
            continue;
        buf_printf(&names, "%s" STR_FMT, names.len > 0 ? ", " : "",
                   STR_ARG(i18n_text(req->lang, f->label)));
        settle(req, f, was, now, &fields);
    }
    args[0] = last.actor_name;
    args[1] = i18n_relative(req->arena, req->lang, last.at, req->now);
    args[2] = names.len > 0 ? buf_str(&names) : T(req->lang, "nothing of this form");
    form_reject(
        typed, req->arena, "",
        i18n_format(req->arena, req->lang,
                    N_("Not saved: {0} changed this meanwhile ({1}): {2}. What you wrote is "
                       "kept below; look it over and save again."),
                    args, 3),
        err);
    for (size_t i = 0; i < fields.errors.len; i++)
        *vec_push(&typed->errors, req->arena) = fields.errors.at[i];
    typed->values = fields.values;
    typed->values_len = fields.values_len;
    set_value(typed, req->arena, SEEN_FIELD, web_seen(req->arena, form, current, version));
    return ERR_INVALID;
}
