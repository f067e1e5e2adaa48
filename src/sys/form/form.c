#include "sys/form/inner.h"
#include "base/clock.h"
#include "sys/i18n/i18n.h"

void form_keep(struct form_state *state, struct arena *a, struct str name, struct str value)
{
    size_t n = state->values_len;
    struct http_pair *grown;

    /* Room for 8, 16, 32, ...: the length alone tells when the array is full. */
    if (n == 0 || (n >= 8 && (n & (n - 1)) == 0)) {
        grown = arena_array(a, struct http_pair, n == 0 ? 8 : n * 2);
        if (n > 0)
            memcpy(grown, state->values, n * sizeof(grown[0]));
        state->values = grown;
    }
    state->values[state->values_len++] = (struct http_pair){.name = name, .value = value};
}

int form_reject(struct form_state *state, struct arena *a, const char *field, struct str message,
                struct err *err)
{
    struct form_error *e = vec_push(&state->errors, a);

    e->field = field;
    e->message = message;
    err_set(err, ERR_INVALID, STR_FMT, STR_ARG(message));
    err_field(err, field);
    return ERR_INVALID;
}

/* The first error stands for all of them in *err. */
int form_outcome(const struct form *form, const struct form_state *state, struct err *err)
{
    const struct form_error *e = state->errors.at;

    if (state->errors.len == 0)
        return 0;
    err_set(err, ERR_INVALID, "form %s: " STR_FMT, form->name, STR_ARG(e->message));
    err_field(err, e->field);
    return ERR_INVALID;
}

static size_t values_of(struct http_request *req, const struct form_field *f, struct str *out)
{
    size_t n = 0;

    for (size_t i = 0; i < req->form_len; i++)
        if (str_is(req->form[i].name, f->name))
            out[n++] = req->form[i].value;
    return n;
}

int form_parse(const struct form *form, struct http_request *req, void *out,
               struct form_state *state, struct err *err)
{
    struct form_check c = {
        .arena = req->arena, .lang = req->lang, .now = req->now, .out = out, .req = req};
    struct str *values = arena_array(req->arena, struct str, req->form_len + 1);

    state->values = req->form;
    state->values_len = req->form_len;
    state->errors.len = 0;
    for (size_t i = 0; i < form->len; i++) {
        const struct form_field *f = &form->fields[i];
        struct str message = form_check_field(&c, f, values, values_of(req, f, values));

        if (message.len > 0)
            form_reject(state, req->arena, f->name, message, NULL);
    }
    return form_outcome(form, state, err);
}

/* As a person types it, in the site's zone; seconds only when there are some. */
static struct str time_text(struct arena *a, const struct form_field *f, int64_t ms)
{
    struct civil c = civil_from_ms(ms, i18n_zone());
    struct buf b = buf_make(a);

    buf_printf(&b, "%02d/%02d/%04d", c.day, c.month, c.year);
    if (f->type == FORM_TIME)
        buf_printf(&b, " %02d:%02d", c.hour, c.minute);
    if (f->type == FORM_TIME && c.second != 0)
        buf_printf(&b, ":%02d", c.second);
    return buf_str(&b);
}

static void fill_one(const struct form_field *f, struct arena *a, const void *in,
                     struct form_state *state)
{
    const void *member = form_member(f, in);
    const struct opt_int *number = member;
    const struct form_values *many = member;
    struct str name = str_c(f->name);

    switch (f->type) {
    case FORM_PASSWORD:
    case FORM_FILES:
        return;
    case FORM_BOOL:
        if (*(const bool *)member)
            form_keep(state, a, name, STR("1"));
        return;
    case FORM_CHOICES:
        for (size_t i = 0; i < many->len; i++)
            form_keep(state, a, name, many->at[i]);
        return;
    case FORM_INT:
        if (number->has)
            form_keep(state, a, name, str_printf(a, "%" PRId64, number->v));
        return;
    case FORM_TIME:
    case FORM_DATE:
        if (number->has)
            form_keep(state, a, name, time_text(a, f, number->v));
        return;
    default:
        form_keep(state, a, name, *(const struct str *)member);
    }
}

void form_fill(const struct form *form, struct arena *a, const void *in, struct form_state *state)
{
    memset(state, 0, sizeof(*state));
    for (size_t i = 0; i < form->len; i++)
        fill_one(&form->fields[i], a, in, state);
}

int form_choice_find(const struct form_choice *choices, struct str value)
{
    for (int i = 0; choices[i].value != NULL; i++) {
        if (str_is(value, choices[i].value))
            return i;
    }
    return -1;
}

struct str form_choice_label(const struct form_choice *choices, enum lang lang, struct str value)
{
    int at = form_choice_find(choices, value);

    return at >= 0 ? i18n_text(lang, choices[at].label) : value;
}
