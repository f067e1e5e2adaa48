#include "app/org/view.h"
#include "base/text.h"
#include "sys/i18n/i18n.h"

struct str org_kind_label(enum lang lang, struct str kind)
{
    for (size_t i = 0; org_kinds[i].value != NULL; i++) {
        if (str_is(kind, org_kinds[i].value))
            return i18n_text(lang, org_kinds[i].label);
    }
    return kind;
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
    static const struct {
        const char *action, *key;
    } words[] = {
        {"org.create", N_("action|registered it")},
        {"org.edit", N_("action|changed facts")},
        {"org.move", N_("action|moved it in the tree")},
        {"org.succeed", N_("action|recorded its succession")},
        {"org.unsucceed", N_("action|took its succession back")},
        {"org.contact", N_("action|changed contacts")},
        {"org.network", N_("action|changed domains and addresses")},
        {"org.import", N_("action|imported")},
    };

    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (str_is(action, words[i].action))
            return i18n_text(lang, words[i].key);
    }
    return action;
}
