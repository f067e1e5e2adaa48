#include "app/people/view.h"

enum grant_state grant_state(const struct people_grants_row *row, int64_t now)
{
    if (row->revoked_at.has)
        return GRANT_REVOKED;
    if (row->valid_to.has && row->valid_to.v <= now)
        return GRANT_ENDED;
    return row->valid_from > now ? GRANT_LATER : GRANT_NOW;
}

const char *grant_state_label(enum grant_state state)
{
    static const char *const labels[] = {
        [GRANT_NOW] = N_("grant|Valid"),
        [GRANT_LATER] = N_("grant|Not yet"),
        [GRANT_ENDED] = N_("grant|Ended"),
        [GRANT_REVOKED] = N_("grant|Revoked"),
    };

    return labels[state];
}

struct opt_int last_day(struct opt_int valid_to)
{
    return valid_to.has ? opt_int(valid_to.v - 1) : NO_INT;
}

struct mark {
    const char *sign, *name;
};

static const char *first_sign(const struct mark *marks, struct str agent)
{
    for (; marks->sign != NULL; marks++) {
        if (str_find(agent, str_c(marks->sign)) >= 0)
            return marks->name;
    }
    return NULL;
}

struct str agent_summary(struct arena *a, enum lang lang, struct str agent)
{
    /* The order matters: most browsers claim to be Chrome, and Chrome to be Safari. */
    static const struct mark browsers[] = {{"coc_coc_browser", "Cốc Cốc"},
                                           {"Edg", "Edge"},
                                           {"OPR/", "Opera"},
                                           {"SamsungBrowser", "Samsung Internet"},
                                           {"Firefox/", "Firefox"},
                                           {"Chrome/", "Chrome"},
                                           {"Safari/", "Safari"},
                                           {"curl/", "curl"},
                                           {0}};
    static const struct mark devices[] = {
        {"iPhone", "iPhone"},  {"iPad", "iPad"},     {"Android", "Android"}, {"Windows", "Windows"},
        {"Mac OS X", "macOS"}, {"CrOS", "ChromeOS"}, {"Linux", "Linux"},     {0}};
    const char *browser = first_sign(browsers, agent), *device = first_sign(devices, agent);
    struct str names[2];

    if (browser == NULL || device == NULL)
        return agent.len > 0 ? agent : T(lang, "Unknown browser");
    names[0] = str_c(browser);
    names[1] = str_c(device);
    return i18n_format(a, lang, "{0} on {1}", names, 2);
}

struct str account_query(const struct http_request *req)
{
    return req->query.len > 0 ? str_printf(req->arena, "?" STR_FMT, STR_ARG(req->query))
                              : STR_EMPTY;
}

struct str account_path(struct arena *a, struct str login)
{
    return str_printf(a, "/accounts/" STR_FMT, STR_ARG(login));
}

struct str account_role_text(enum lang lang, struct str role)
{
    enum role r;

    return role_from_name(role, &r) ? T(lang, role_label(r)) : role;
}
