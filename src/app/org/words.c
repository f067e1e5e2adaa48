#include "app/org/view.h"
#include "base/text.h"
#include "sys/i18n/i18n.h"

struct str org_kind_label(enum lang lang, struct str kind)
{
    return form_choice_label(org_kinds, lang, kind);
}

const char *org_kind_from_word(struct arena *a, struct str word)
{
    static const struct {
        const char *word, *kind;
    } others[] = {{"tinh", "province"},  {"thanh pho", "province"}, {"so", "department"},
                  {"ban", "department"}, {"huyen", "district"},     {"thi xa", "district"},
                  {"quan", "district"},  {"thi tran", "commune"},   {"dac khu", "commune"},
                  {"cong an", "police"}, {"quan su", "military"},   {"vien thong", "telecom"},
                  {"truong", "school"},  {"benh vien", "hospital"}, {"doanh nghiep", "enterprise"}};
    struct str folded = text_fold(a, word);

    for (size_t i = 0; org_kinds[i].value != NULL; i++) {
        if (str_is(word, org_kinds[i].value))
            return org_kinds[i].value;
        for (int lang = 0; lang < LANG_COUNT; lang++) {
            if (str_eq(folded, text_fold(a, i18n_text((enum lang)lang, org_kinds[i].label))))
                return org_kinds[i].value;
        }
    }
    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        if (str_is(folded, others[i].word))
            return others[i].kind;
    }
    return NULL;
}

struct str org_succession_label(enum lang lang, struct str kind, bool before)
{
    if (str_is(kind, "merge"))
        return before ? T(lang, "merged into this one") : T(lang, "this one was merged into it");
    if (str_is(kind, "split"))
        return before ? T(lang, "this one was split off from it")
                      : T(lang, "split off from this one");
    return before ? T(lang, "replaced by this one") : T(lang, "replaced this one");
}

struct str org_action_label(enum lang lang, struct str action)
{
    static const struct form_choice words[] = {
        {"org.create", N_("action|registered it")},
        {"org.edit", N_("action|changed facts")},
        {"org.move", N_("action|moved it in the tree")},
        {"org.succeed", N_("action|recorded its succession")},
        {"org.unsucceed", N_("action|took its succession back")},
        {"org.contact", N_("action|changed contacts")},
        {"org.network", N_("action|changed domains and addresses")},
        {"org.import", N_("action|imported")},
        {NULL, NULL},
    };

    return form_choice_label(words, lang, action);
}

static struct str kind(const struct audit_teller *t, const struct audit_value *v)
{
    return org_kind_label(t->lang, v->text);
}

static struct str contact(const struct audit_teller *t, const struct audit_value *v)
{
    return org_contact_label(t->lang, v->text);
}

/* What did not go along is not worth a line. */
static struct str if_so(const struct audit_teller *t, const struct audit_value *v)
{
    return str_is(v->text, "true") ? audit_say_yes(t, v) : STR_EMPTY;
}

static struct str succession(const struct audit_teller *t, const struct audit_value *v)
{
    return form_choice_label(org_succession_kinds, t->lang, v->text);
}

static const struct audit_word known[] = {
    {"name", N_("Name"), audit_say_plain, AUDIT_PAIR},
    {"short_name", N_("Short name"), audit_say_plain, AUDIT_PAIR},
    {"kind", N_("Kind"), kind, AUDIT_PAIR},
    {"address", N_("Address"), audit_say_plain, AUDIT_PAIR},
    {"website", N_("Website"), audit_say_plain, AUDIT_PAIR},
    {"unit_code", N_("Code of the administrative unit"), audit_say_plain, AUDIT_PAIR},
    {"phone", N_("Phone"), audit_say_changed, AUDIT_PAIR},
    {"email", N_("E-mail"), audit_say_changed, AUDIT_PAIR},
    {"parent", N_("Stands under"), audit_say_plain, AUDIT_PAIR},
    {"contact_added", N_("history|Contact added"), contact, AUDIT_PAIR},
    {"contact_removed", N_("history|Contact removed"), contact, AUDIT_PAIR},
    {"added", N_("history|Added"), audit_say_plain, AUDIT_PAIR},
    {"removed", N_("history|Removed"), audit_say_plain, AUDIT_PAIR},
    {"to", N_("history|Successor"), audit_say_plain, AUDIT_PAIR},
    {"systems", N_("history|Information systems went along"), if_so, AUDIT_PAIR},
    {"networks", N_("history|Domains and addresses went along"), if_so, AUDIT_PAIR},
    {"under", N_("history|Stands under the successor"), if_so, AUDIT_PAIR},
};

static const struct audit_word of_succession[] = {
    {"kind", N_("Kind"), succession, AUDIT_PAIR},
};

struct audit_lines org_history_lines(struct arena *a, enum lang lang, struct str action,
                                     struct str detail)
{
    struct audit_members all = audit_members_of(a, detail);
    bool succeeds = str_is(action, "org.succeed");
    struct audit_teller t = {.arena = a, .lang = lang};

    for (size_t i = 0; i < all.len; i++) {
        bool of_its_own = succeeds && str_is(all.at[i].key, "kind");

        t.words = of_its_own ? of_succession : known;
        t.words_len = of_its_own ? ARRAY_LEN(of_succession) : ARRAY_LEN(known);
        audit_tell_member(&t, &all.at[i]);
    }
    return t.lines;
}
