#include "app/api/api.h"
#include "app/post/inner.h"
#include "app/post/walk.h"
#include "sys/i18n/i18n.h"

/* One's own notices, and what one wants to be told of, over the API. */

#define ITEM(m) API_AT(struct notice_item_row, m)
static const struct api_field item_fields[] = {
    {ITEM(id), .label = N_("Number")},
    {ITEM(at), .type = API_TIME, .label = N_("When")},
    {ITEM(event), .label = N_("Event"), .about = N_("incident.comment, task.soon and so on")},
    {ITEM(by_name), .label = N_("Who")},
    {ITEM(detail), .label = N_("Details"),
     .about = N_("Beginning of the comment, new state, title of the task")},
    {ITEM(incident_code), .null = true, .label = N_("Incident")},
    {ITEM(report_code), .null = true, .label = N_("Report")},
    {ITEM(title), .null = true, .label = N_("Title")},
    {ITEM(read_at), .type = API_TIME, .label = N_("Read")},
};
static const struct api_resource item_resource =
    API_RESOURCE("Notice", struct notice_item_row, item_fields, N_("Something that I was told"));

struct choice {
    struct str event;
    bool in_app;
    struct str mail;
};
static const struct form_choice mails[] = {
    {"now", N_("mail|At once")},
    {"digest", N_("mail|With the daily digest")},
    {"off", N_("mail|not at all")},
    {"fixed", N_("mail|Always: it cannot be turned off")},
    {NULL, NULL},
};
static const struct form_choice mails_in[] = {
    {"now", N_("mail|At once")},
    {"digest", N_("mail|With the daily digest")},
    {"off", N_("mail|not at all")},
    {NULL, NULL},
};
static const struct api_field choice_fields[] = {
    {API_AT(struct choice, event), .label = N_("Event")},
    {API_AT(struct choice, in_app), .label = N_("In the list of notices")},
    {API_AT(struct choice, mail), .label = N_("By mail"), .choices = mails},
};
static const struct api_resource choice_resource = API_RESOURCE(
    "NoticeChoice", struct choice, choice_fields, N_("How I want to be told of an event"));
struct choices {
    struct choice *at;
    size_t len;
};

struct read_body {
    struct opt_int notice;
    bool unread;
};
static const struct form_field read_fields[] = {
    {FORM_AT(struct read_body, notice), FORM_INT, .label = N_("Number"),
     .help = N_("Left out: all of them")},
    {FORM_AT(struct read_body, unread), FORM_BOOL, .label = N_("Not read yet"),
     .help = N_("Takes the mark off one again")},
};
static const struct form read_body = {"read", read_fields, ARRAY_LEN(read_fields)};

struct choice_body {
    bool in_app;
    struct str mail;
};
static const struct form_field choice_body_fields[] = {
    {FORM_AT(struct choice_body, in_app), FORM_BOOL, .label = N_("In the list of notices")},
    {FORM_AT(struct choice_body, mail), FORM_CHOICE, .required = true, .label = N_("By mail"),
     .choices = mails_in},
};
static const struct form choice_body = {"notice-choice", choice_body_fields,
                                        ARRAY_LEN(choice_body_fields)};

/* ---- the list ----------------------------------------------------------------------------------
 */

static int give(void *sink, const struct notice_item_row *row, struct err *err)
{
    return api_take(sink, row, err);
}

static int walk(struct http_request *req, struct db *db, const struct api_walk *w, void *sink,
                struct err *err)
{
    return post_notice_walk(db, actor_of(req)->id, req->now,
                            str_is(http_arg(req, "show"), "unread"),
                            http_arg(req, "group").len > 0 ? http_arg(req, "group") : STR(""),
                            w->after, w->number, w->id, w->limit, give, sink, err);
}

static const char *const sorts[] = {"-at", NULL};
static const struct api_list list = {
    .name = "notices",
    .kind = "account",
    .title = N_("Notices"),
    .item = &item_resource,
    .sorts = sorts,
    API_PLACE(struct notice_item_row, number, place, id),
    .walk = walk,
};

static int list_get(struct http_request *req, struct http_response *res, struct err *err)
{
    return api_list_page(req, res, &list, err);
}

API_EXPORT_HANDLER(list_export, list)

static int mark(struct db *db, int64_t me, struct opt_int id, bool read, int64_t now,
                struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    int64_t r;

    if ((r = db_begin(db, err)) < 0 || (r = read ? post_notice_read(db, me, id, now, err)
                                                 : post_notice_unread(db, me, id.v, err)) < 0)
        return (int)r;
    return db_commit(db, err);
}

static int read_post(struct http_request *req, struct http_response *res, struct err *err)
{
    int64_t me = actor_of(req)->id;
    struct post_notice_mine_row mine;
    struct read_body in = {0};
    struct db *db;
    int r = web_db(req, &db, err);

    if (r < 0 || (r = api_read(req, &read_body, &in, err)) < 0)
        return r;
    if (in.notice.has) {
        r = post_notice_mine(db, req->arena, me, in.notice.v, &mine, err);
        if (r == 0)
            return api_reject(req, "notice", T(req->lang, "There is no such notice"), err);
    }
    if (r < 0 || (r = mark(db, me, in.notice, !in.unread || !in.notice.has, req->now, err)) < 0)
        return r;
    return api_send_done(res);
}

/* ---- choices -----------------------------------------------------------------------------------
 */

static const char *mail_name(enum notice_mail mail)
{
    return mail == MAIL_NOW      ? "now"
           : mail == MAIL_DIGEST ? "digest"
           : mail == MAIL_FIXED  ? "fixed"
                                 : "off";
}

static int answer_choices(struct http_request *req, struct http_response *res, struct db *db,
                          struct err *err)
{
    struct post_choices_rows chosen;
    struct choices out = {.at = arena_array(req->arena, struct choice, NOTICE_COUNT)};
    int r = post_choices(db, req->arena, actor_of(req)->id, &chosen, err);

    if (r < 0)
        return r;
    for (size_t i = 0; i < NOTICE_COUNT; i++) {
        const struct notice_kind *k = &notice_kinds[i];
        struct choice *c = &out.at[out.len++];

        *c = (struct choice){str_c(k->name), true, str_c(mail_name(k->mail))};
        for (size_t j = 0; j < chosen.len; j++) {
            if (!str_is(chosen.at[j].event, k->name))
                continue;
            c->in_app = chosen.at[j].in_app;
            if (k->mail != MAIL_FIXED)
                c->mail = chosen.at[j].mail;
        }
    }
    return api_send_list(req, res, &choice_resource, &out);
}

static int choices_get(struct http_request *req, struct http_response *res, struct err *err)
{
    struct db *db;
    int r = web_db(req, &db, err);

    return r < 0 ? r : answer_choices(req, res, db, err);
}

static int choice_put(struct http_request *req, struct http_response *res, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = NULL;
    struct choice_body in = {0};
    enum notice_event event;
    struct db *db;
    int64_t r = web_db(req, &db, err);

    if (r < 0)
        return (int)r;
    if (!notice_event_from_name(http_param(req, "event"), &event))
        return err_set(err, ERR_NOT_FOUND, "there is no event \"" STR_FMT "\"",
                       STR_ARG(http_param(req, "event")));
    if ((r = api_read(req, &choice_body, &in, err)) < 0)
        return (int)r;
    tx = db;
    if ((r = db_begin(db, err)) < 0 ||
        (r = post_choice_put(db, actor_of(req)->id, str_c(notice_kinds[event].name), in.in_app,
                             in.mail, err)) < 0 ||
        (r = db_commit(db, err)) < 0)
        return (int)r;
    return answer_choices(req, res, db, err);
}

/* ---- routes ------------------------------------------------------------------------------------
 */

static const struct api_param filters[] = {
    {"show", N_("unread: only those not read yet"), NULL, false},
    {"group", N_("incident, report, task or account: only events of this sort"), NULL, false},
    {NULL, NULL, NULL, false},
};

#define OP(...)                                                                                    \
    .api = &(const struct api_operation)                                                           \
    {                                                                                              \
        .tag = "notices", __VA_ARGS__                                                              \
    }

const struct http_route post_api_routes[] = {
    {HTTP_GET, "/api/v1/notices", "session", list_get, .scope = "none",
     OP(.id = "listNotices", .summary = N_("My notices, newest first"), .answer = &item_resource,
        .flags = API_IS_LIST | API_PAGED, .params = filters)},
    {HTTP_POST, "/api/v1/notices/read", "session", read_post, HTTP_BODY_RAW, .scope = "none",
     OP(.id = "readNotices", .summary = N_("Mark my notices as read"), .body = &read_body)},
    {HTTP_GET, "/api/v1/notice-choices", "session", choices_get, .scope = "none",
     OP(.id = "listNoticeChoices", .summary = N_("What I want to be told"),
        .answer = &choice_resource, .flags = API_IS_LIST)},
    {HTTP_PUT, "/api/v1/notice-choices/{event}", "session", choice_put, HTTP_BODY_RAW,
     .scope = "none",
     OP(.id = "setNoticeChoice", .summary = N_("Choose how to be told of an event"),
        .body = &choice_body, .answer = &choice_resource, .flags = API_IS_LIST)},
    API_EXPORTS("/notices", "session", list_export, "none"),
};
const size_t post_api_routes_len = ARRAY_LEN(post_api_routes);
