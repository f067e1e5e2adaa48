#include "app/incident/incident.h"
#include "app/search/view.h"
#include "base/text.h"
#include "engine/observe/observe.h"
#include "sys/i18n/i18n.h"

/* Part of a value is enough from here on: fewer letters stand at the front of everything. */
enum { VALUE_MIN = 4 };

static const char *const fields[] = {"state", "kind", "org", "tlp", "in", NULL};

/* A value as it is stored, or the words on the screen for it in either language. */
static struct str choice_of(struct arena *a, const struct form_choice *choices, struct str typed)
{
    struct str fold = text_fold(a, typed);

    for (; choices->value != NULL; choices++) {
        if (str_eq_nocase(typed, str_c(choices->value)) ||
            str_eq(fold, text_fold(a, i18n_text(LANG_VI, choices->label))) ||
            str_eq(fold, text_fold(a, i18n_text(LANG_EN, choices->label))))
            return str_c(choices->value);
    }
    return str_lower(a, typed);
}

/* "in:suco" as well as "in:incidents". */
static struct str group_of(struct arena *a, struct str typed)
{
    static const char *const names[][2] = {
        {"incidents", "su co"},  {"reports", "tin bao"}, {"comments", "trao doi"},
        {"systems", "he thong"}, {"orgs", "co quan"},    {"observables", "dau hieu"},
        {"files", "tep tin"},    {"letters", "thu tu"},
    };
    struct str fold = text_fold(a, typed);

    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        struct str words = str_c(names[i][1]), joined = str_c(names[i][1]);
        ptrdiff_t space = str_find_char(words, ' ');

        joined = str_printf(a, STR_FMT STR_FMT, STR_ARG(str_sub(words, 0, (size_t)space)),
                            STR_ARG(str_from(words, (size_t)space + 1)));
        if (str_is(fold, names[i][0]) || str_eq(fold, words) || str_eq(fold, joined))
            return str_c(names[i][0]);
    }
    return STR("none");
}

/* One observable, written out or made harmless (hxxp://, [.]), or the front of one. */
static void read_value(struct arena *a, struct str plain, struct search_ask *out)
{
    struct observe_hits hits;
    struct str word = str_trim(plain);

    observe_extract(word, a, &hits);
    /* A link holds a domain too: the longest is meant. */
    for (size_t i = 1; i < hits.len; i++) {
        if (hits.items[i].len > hits.items[0].len)
            hits.items[0] = hits.items[i];
    }
    if (hits.len == 1 || (hits.len > 1 && str_find_char(word, ' ') < 0))
        out->exact = out->value = hits.items[0].value;
    else if (word.len >= VALUE_MIN && str_find_char(word, ' ') < 0 && str_find_char(word, '"') < 0)
        out->value = str_lower(a, word);
    else
        return;
    /* The slash that stands for the whole site is not yet typed while the name goes on. */
    if (str_ends(out->value, STR("/")) && !str_ends(word, STR("/")))
        out->value.len--;
    /* The last of all characters: every value that begins like this lies before it. */
    out->last = str_printf(a, STR_FMT "\xf4\x8f\xbf\xbf", STR_ARG(out->value));
}

void search_ask(struct arena *a, struct db *db, struct str typed, struct str in,
                struct search_ask *out)
{
    *out = (struct search_ask){.in = in};
    words_parse(a, typed, fields, &out->words);
    for (size_t i = 0; i < out->words.fields.len; i++) {
        const struct words_field *f = &out->words.fields.at[i];

        if (str_is(f->name, "state"))
            out->state = choice_of(a, incident_state_choices, f->value);
        else if (str_is(f->name, "kind"))
            out->kind = choice_of(a, incident_kind_choices, f->value);
        else if (str_is(f->name, "tlp"))
            out->tlp = str_lower(a, f->value);
        else if (str_is(f->name, "org"))
            out->org = db_like(a, text_fold(a, f->value));
        else
            out->in = group_of(a, f->value);
    }
    out->match = words_match(a, db_engine_of(db), &out->words);
    read_value(a, out->words.plain, out);
}
