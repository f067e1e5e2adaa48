#include "app/web/inner.h"
#include "app/web/pages/frame.html.h"
#include "app/web/queries.h"
#include "base/json.h"
#include "sys/i18n/i18n.h"

static const struct rail_item rail[] = {
    {"home", "/home", "home", N_("rail|Home"), "h", PERM_HOME, false},
    {"reports", "/reports", "inbox", N_("rail|Reports"), "t", PERM_REPORT_READ, false},
    {"incidents", "/incidents", "lifebuoy", N_("rail|Incidents"), "i", PERM_INCIDENT_READ, false},
    {"systems", "/systems", "server-2", N_("rail|Systems"), "s", PERM_SYSTEM_READ, false},
    {"orgs", "/orgs", "sitemap", N_("rail|Agencies"), "o", PERM_ORG_READ, false},
    {"observables", "/observables", "fingerprint", N_("rail|Observables"), "d", PERM_INCIDENT_READ,
     false},
    {"accounts", "/accounts", "users", N_("rail|Accounts"), "u", PERM_ACCOUNT_READ, true},
    {"hooks", "/settings/hooks", "link", N_("rail|Webhooks"), "w", PERM_WEBHOOK_MANAGE, true},
    {"settings", "/settings/mail", "settings", N_("rail|Settings"), "e", PERM_SITE_MANAGE, true},
    {"audit", "/audit", "history", N_("rail|Log"), "n", PERM_AUDIT_READ, true},
};

/* The bottom bar of a phone holds five; the rest is in the menu. */
enum { PHONE_BAR = 5 };

static void fill_rail(struct web_layout *l, struct arena *a)
{
    size_t shown = 0;

    for (size_t i = 0; i < ARRAY_LEN(rail); i++) {
        if (!actor_can(l->actor, rail[i].permission))
            continue;
        *vec_push(rail[i].low ? &l->low : &l->high, a) = (struct rail_entry){
            .item = &rail[i],
            .current = l->frame.rail != NULL && strcmp(l->frame.rail, rail[i].name) == 0,
            .more = shown >= PHONE_BAR,
        };
        shown++;
    }
}

/* The way back to a list that the person may not open is not shown. */
static bool may_follow(const struct web_layout *l, struct str href)
{
    for (size_t i = 0; i < ARRAY_LEN(rail) && l->actor->id != 0; i++) {
        if (str_is(href, rail[i].href))
            return actor_can(l->actor, rail[i].permission);
    }
    return true;
}

static void fill_crumbs(struct web_layout *l, struct arena *a)
{
    for (size_t i = 0; i < l->frame.crumbs_len; i++) {
        if (may_follow(l, l->frame.crumbs[i].href))
            *vec_push(&l->crumbs, a) = l->frame.crumbs[i];
    }
}

/* Sentences the script needs to keep clocks going; units as [one, many]. */
static struct str script_words(struct arena *a, enum lang lang)
{
    static const struct {
        const char *name, *key;
    } words[] = {
        {"left", N_("{0} left")},
        {"late", N_("overdue by {0}")},
        {"ago", N_("{0} ago")},
        {"now", N_("just now")},
        {"copied", N_("Copied")},
        {"selected", N_("{0} selected")},
        {"calendar", N_("Open the calendar")},
        {"fileDrop", N_("Remove")},
        {"filesLarge", N_("{0} in all: more than the {1} that can be sent at once.")},
        {"draftKept", N_("Draft kept at {0}. Files are not part of it.")},
        {"draftLost", N_("The draft could not be kept: check the connection.")},
        {"draftBack", N_("What you typed and did not send is back, as of {0}.")},
        {"draftDrop", N_("Drop the draft")},
    };
    static const char *const units[][2] = {
        {N_("unit|day"), N_("unit|days")},
        {N_("unit|hour"), N_("unit|hours")},
        {N_("unit|minute"), N_("unit|minutes")},
        {N_("unit|second"), N_("unit|seconds")},
    };
    struct buf out = buf_make(a);
    struct json_writer w;

    json_w_init(&w, &out);
    json_w_object(&w);
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        json_w_kstr(&w, words[i].name, i18n_text(lang, words[i].key));
    json_w_key(&w, STR("units"));
    json_w_array(&w);
    for (size_t i = 0; i < ARRAY_LEN(units); i++) {
        json_w_array(&w);
        json_w_str(&w, i18n_text(lang, units[i][0]));
        json_w_str(&w, i18n_text(lang, units[i][1]));
        json_w_end(&w);
    }
    json_w_end(&w);
    json_w_end(&w);
    return buf_str(&out);
}

static struct str theme_of(const struct http_request *req, const struct actor *actor)
{
    struct str theme = actor->id != 0 ? actor->theme : http_cookie(req, "theme");

    return str_is(theme, "light") || str_is(theme, "dark") ? theme : STR("");
}

struct str web_here(const struct http_request *req)
{
    struct str path = web_url_with(req, "lang", STR(""));

    return req->method == HTTP_GET || req->method == HTTP_HEAD ? path : STR("/");
}

/* A page is shown without the number rather than not at all. */
static int64_t count_unread(struct http_request *req, const struct actor *actor)
{
    struct web_unread_row row = {0};
    struct db *db;

    if (site.pool == NULL || web_db(req, &db, NULL) < 0 ||
        web_unread(db, req->arena, actor->id, &row, NULL) < 0)
        return 0;
    return row.total;
}

void web_page(struct http_request *req, struct http_response *res, struct html_page *p,
              const struct web_frame *frame)
{
    const struct actor *actor = actor_of(req);
    struct web_layout *l = arena_new(req->arena, struct web_layout);

    *l = (struct web_layout){
        .req = req,
        .actor = actor,
        .frame = *frame,
        .app = actor->id != 0 && !actor->must_change && !actor->must_factor && !frame->public_frame,
        .theme = theme_of(req, actor),
        .words = script_words(req->arena, req->lang),
        .back = web_here(req),
    };
    fill_crumbs(l, req->arena);
    if (actor->id != 0)
        l->flash = flash_read(flash_take(req, res));
    if (l->app) {
        fill_rail(l, req->arena);
        l->unread = count_unread(req, actor);
    }
    *p = (struct html_page){.out = &res->body,
                            .lang = req->lang,
                            .now = req->now,
                            .arena = req->arena,
                            .csrf = actor->csrf,
                            .user = actor->id != 0 ? actor : NULL,
                            .layout = l};
    if (l->app)
        frame_app_begin(p, l);
    else
        frame_public_begin(p, l);
}

void web_page_end(struct html_page *p)
{
    const struct web_layout *l = p->layout;

    if (l->app)
        frame_app_end(p, l);
    else
        frame_public_end(p, l);
}
