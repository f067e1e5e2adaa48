#include "app/audit/tell.h"
#include "base/text.h"
#include "sys/form/form.h"
#include "sys/html/html.h"
#include "sys/i18n/i18n.h"

/* ---- reading -----------------------------------------------------------------------------------
 */

static void read_value(struct arena *a, struct json *j, struct audit_member *m)
{
    struct audit_value v = {0};

    if (j->type == JSON_OBJECT || j->type == JSON_ARRAY) {
        json_skip(j);
        return;
    }
    v.is_number = j->type == JSON_NUMBER;
    v.text = j->type == JSON_STRING  ? json_string(j, a)
             : j->type == JSON_TRUE  ? STR("true")
             : j->type == JSON_FALSE ? STR("false")
             : j->type == JSON_NULL  ? STR_EMPTY
                                     : j->text;
    if (v.is_number && !json_int(j, &v.number))
        v.number = 0;
    *vec_push(m, a) = v;
}

struct audit_members audit_members_of(struct arena *a, struct str detail)
{
    struct audit_members all = {0};
    struct json j;

    json_init(&j, detail);
    if (detail.len == 0 || json_next(&j) != JSON_OBJECT)
        return all;
    while (json_next(&j) == JSON_KEY) {
        struct audit_member m = {.key = json_string(&j, a)};

        m.is_list = json_next(&j) == JSON_ARRAY;
        m.is_null = j.type == JSON_NULL;
        if (m.is_list) {
            while (json_next(&j) != JSON_ARRAY_END && j.type != JSON_ERROR && j.type != JSON_END)
                read_value(a, &j, &m);
        } else {
            read_value(a, &j, &m);
        }
        *vec_push(&all, a) = m;
    }
    return all;
}

const struct audit_member *audit_member_find(const struct audit_members *m, const char *key)
{
    for (size_t i = 0; i < m->len; i++) {
        if (str_is(m->at[i].key, key))
            return &m->at[i];
    }
    return NULL;
}

/* ---- ways of saying ----------------------------------------------------------------------------
 */

struct str audit_say_plain(const struct audit_teller *t, const struct audit_value *v)
{
    return v->is_number ? STR_EMPTY : v->text;
}

struct str audit_say_text(const struct audit_teller *t, const struct audit_value *v)
{
    enum { LETTERS = 120 };

    return text_ellipsis_words(t->arena, html_markdown_words(t->arena, v->text), LETTERS);
}

struct str audit_say_yes(const struct audit_teller *t, const struct audit_value *v)
{
    return str_is(v->text, "true") ? T(t->lang, "fact|yes") : T(t->lang, "fact|no");
}

struct str audit_say_changed(const struct audit_teller *t, const struct audit_value *v)
{
    return T(t->lang, "history|changed");
}

struct str audit_say_time(const struct audit_teller *t, const struct audit_value *v)
{
    return v->number != 0 ? i18n_time(t->arena, t->lang, v->number) : STR_EMPTY;
}

struct str audit_say_date(const struct audit_teller *t, const struct audit_value *v)
{
    return v->is_number ? i18n_date(t->arena, t->lang, v->number) : STR_EMPTY;
}

struct str audit_say_count(const struct audit_teller *t, const struct audit_value *v)
{
    return i18n_int(t->arena, t->lang, v->number);
}

/* ---- telling -----------------------------------------------------------------------------------
 */

void audit_tell_one(struct audit_teller *t, struct str label, struct str is)
{
    *vec_push(&t->lines, t->arena) =
        str_printf(t->arena, STR_FMT ": " STR_FMT, STR_ARG(label), STR_ARG(is));
}

static struct str or_nothing(const struct audit_teller *t, struct str words)
{
    return words.len > 0 ? words : T(t->lang, "history|(nothing)");
}

void audit_tell_change(struct audit_teller *t, struct str label, struct str was, struct str is)
{
    was = or_nothing(t, was);
    is = or_nothing(t, is);
    *vec_push(&t->lines, t->arena) = str_printf(t->arena, STR_FMT ": " STR_FMT " → " STR_FMT,
                                                STR_ARG(label), STR_ARG(was), STR_ARG(is));
}

static struct str say_names(const struct audit_teller *t, const struct audit_word *word,
                            const struct audit_member *m)
{
    struct buf all = buf_make(t->arena);

    for (size_t i = 0; i < m->len; i++) {
        struct str one = word->say(t, &m->at[i]);

        if (one.len > 0)
            buf_printf(&all, "%s" STR_FMT, all.len > 0 ? ", " : "", STR_ARG(one));
    }
    return buf_str(&all);
}

static struct str say_count(const struct audit_teller *t, const struct audit_word *word,
                            const struct audit_member *m)
{
    struct audit_value counted = {.number = m->is_list    ? (int64_t)m->len
                                            : m->len == 1 ? m->at[0].number
                                                          : 0,
                                  .is_number = true};

    return counted.number > 0 ? word->say(t, &counted) : STR_EMPTY;
}

void audit_tell_member(struct audit_teller *t, const struct audit_member *m)
{
    const struct audit_word *word = t->words, *end = t->words + t->words_len;
    struct str label, is;

    while (word < end && !str_is(m->key, word->key))
        word++;
    if (word == end)
        return;
    label = i18n_text(t->lang, word->label);
    if (word->list == AUDIT_PAIR && m->is_list && m->len == 2) {
        audit_tell_change(t, label, word->say(t, &m->at[0]), word->say(t, &m->at[1]));
        return;
    }
    is = word->list == AUDIT_COUNT   ? say_count(t, word, m)
         : word->list == AUDIT_NAMES ? say_names(t, word, m)
         : m->len > 0                ? word->say(t, &m->at[0])
                                     : STR_EMPTY;
    if (is.len > 0)
        audit_tell_one(t, label, is);
}

struct audit_lines audit_tell(struct audit_teller *t, struct str detail)
{
    struct audit_members all = audit_members_of(t->arena, detail);

    for (size_t i = 0; i < all.len; i++)
        audit_tell_member(t, &all.at[i]);
    return t->lines;
}

/* ---- writing -----------------------------------------------------------------------------------
 */

void audit_difference_begin(struct audit_difference *d, struct arena *a)
{
    d->b = buf_make(a);
    json_w_init(&d->w, &d->b);
    json_w_object(&d->w);
    d->nothing = d->b.len;
}

struct str audit_difference_end(struct audit_difference *d)
{
    if (d->b.len == d->nothing)
        return STR("");
    json_w_end(&d->w);
    return buf_str(&d->b);
}

void audit_changed(struct json_writer *w, const char *key, struct str was, struct str is)
{
    enum { BYTES = 500 };

    if (str_eq(was, is))
        return;
    json_w_key(w, str_c(key));
    json_w_array(w);
    json_w_str(w, str_sub(was, 0, BYTES));
    json_w_str(w, str_sub(is, 0, BYTES));
    json_w_end(w);
}

static void write_int(struct json_writer *w, struct opt_int n)
{
    if (n.has)
        json_w_int(w, n.v);
    else
        json_w_null(w);
}

void audit_changed_int(struct json_writer *w, const char *key, struct opt_int was,
                       struct opt_int is)
{
    if (was.has == is.has && was.v == is.v)
        return;
    json_w_key(w, str_c(key));
    json_w_array(w);
    write_int(w, was);
    write_int(w, is);
    json_w_end(w);
}

void audit_changed_quietly(struct json_writer *w, const char *key, struct str was, struct str is)
{
    if (!str_eq(was, is))
        json_w_kbool(w, key, true);
}

struct str audit_detail(struct arena *a, const char *key, struct str value)
{
    struct buf b = buf_make(a);
    struct json_writer w;

    json_w_init(&w, &b);
    json_w_object(&w);
    json_w_kstr(&w, key, value);
    json_w_end(&w);
    return buf_str(&b);
}
