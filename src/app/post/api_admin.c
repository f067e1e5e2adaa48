#include "app/api/api.h"
#include "app/post/inner.h"
#include "app/post/view.h"
#include "app/post/walk.h"
#include "sys/i18n/i18n.h"

/* The administrator's desk over the API: settings of mail, what was sent, jobs. */

enum { JOBS_MOST = 200 };

/* ---- settings ----------------------------------------------------------------------------------
 */

struct settings_record {
    struct post_settings s;
    bool smtp_password_set, imap_password_set;
    struct opt_int box_at;
    struct str box_error;
};
#define SET(m) API_AT_AS(struct settings_record, s.m, #m)
static const struct api_field settings_fields[] = {
    {SET(from), .label = N_("Address of the site")},
    {SET(from_name), .label = N_("Name of the sender")},
    {SET(signature), .label = N_("Signature")},
    {SET(digest_hour), .label = N_("Hour of the daily digest")},
    {SET(smtp_host), .label = N_("Server"), .about = N_("Empty: no mail is sent")},
    {SET(smtp_port), .label = N_("Port")},
    {SET(smtp_security), .label = N_("Encryption"), .choices = post_securities},
    {SET(smtp_user), .label = N_("User name")},
    {API_AT(struct settings_record, smtp_password_set), .label = N_("A password is kept"),
     .about = N_("It is never told")},
    {SET(smtp_lost), .label = N_("The password cannot be read"),
     .about = N_("It was sealed with another key of the site and must be typed in anew")},
    {SET(imap_host), .label = N_("Server"), .about = N_("Empty: no mailbox is looked into")},
    {SET(imap_port), .label = N_("Port")},
    {SET(imap_security), .label = N_("Encryption"), .choices = post_securities},
    {SET(imap_user), .label = N_("User name")},
    {API_AT(struct settings_record, imap_password_set), .label = N_("A password is kept"),
     .about = N_("It is never told")},
    {SET(imap_lost), .label = N_("The password cannot be read"),
     .about = N_("It was sealed with another key of the site and must be typed in anew")},
    {SET(imap_folder), .label = N_("Folder")},
    {SET(imap_done), .label = N_("Folder for what was read")},
    {SET(imap_minutes), .label = N_("Minutes between two looks")},
    {SET(ca_file), .label = N_("File of the certificate authority")},
    {SET(hook_inside), .label = N_("Webhooks may call addresses inside the network")},
    {API_AT(struct settings_record, box_at), .type = API_TIME, .label = N_("Last look"),
     .about = N_("Into the mailbox")},
    {API_AT(struct settings_record, box_error), .label = N_("Error"),
     .about = N_("Of the last look into the mailbox; empty: it went well")},
    {SET(version), .label = N_("Version"), .about = N_("Rises with every change")},
};
static const struct api_resource settings_resource =
    API_RESOURCE("MailSettings", struct settings_record, settings_fields,
                 N_("How the site sends and fetches mail; passwords are only taken in"));

static int answer(struct http_request *req, struct http_response *res, struct db *db,
                  struct err *err)
{
    struct settings_record v = {.box_error = STR("")};
    struct post_box_row box;
    int r;

    if ((r = post_settings_load(db, req->arena, &v.s, err)) < 0 ||
        (r = post_box(db, req->arena, post_box_name(req->arena, &v.s), &box, err)) < 0)
        return r;
    if (r == 1) {
        v.box_at = opt_int(box.at);
        v.box_error = box.error;
    }
    v.smtp_password_set = v.s.smtp_password.len > 0;
    v.imap_password_set = v.s.imap_password.len > 0;
    post_settings_shown(&v.s);
    return api_send(req, res, &settings_resource, &v, v.s.version);
}

static int settings_get(struct http_request *req, struct http_response *res, struct err *err)
{
    struct db *db;
    int r = web_db(req, &db, err);

    return r < 0 ? r : answer(req, res, db, err);
}

static int settings_patch(struct http_request *req, struct http_response *res, struct err *err)
{
    struct form_state state = {0};
    struct post_settings in;
    struct err ignored = {0};
    int64_t version;
    struct db *db;
    int r = web_db(req, &db, err);

    if (r < 0 || (r = api_version(req, &version, err)) < 0 ||
        (r = post_settings_load(db, req->arena, &in, err)) < 0)
        return r;
    post_settings_shown(&in);
    if ((r = api_read_change(req, &post_settings_form, &in, err)) < 0)
        return r;
    in.version = version != 0 ? version : in.version;
    r = post_settings_change(req, db, &in, &state, err);
    if (r == ERR_INVALID && state.errors.len > 0)
        return api_reject(req, state.errors.at[0].field, state.errors.at[0].message, err);
    if (r == ERR_CONFLICT && post_settings_load(db, req->arena, &in, &ignored) == 0)
        return api_overtaken(req, db, r, "setting", POST_SETTINGS_ID, version, in.version, err);
    return r < 0 ? r : answer(req, res, db, err);
}

struct test_body {
    struct str to;
};
static const struct form_field test_fields[] = {
    {FORM_AT(struct test_body, to), FORM_EMAIL, .required = true, .label = N_("To")},
};
static const struct form test_body = {"mail-test", test_fields, ARRAY_LEN(test_fields)};

struct test_result {
    bool good;
    struct str problem, hint, dialogue;
};
static const struct api_field result_fields[] = {
    {API_AT(struct test_result, good), .label = N_("mail|Taken by the server")},
    {API_AT(struct test_result, problem), .label = N_("Error")},
    {API_AT(struct test_result, hint), .label = N_("What to do")},
    {API_AT(struct test_result, dialogue), .label = N_("What the server said"),
     .about = N_("Without passwords and content")},
};
static const struct api_resource result_resource =
    API_RESOURCE("MailTest", struct test_result, result_fields, N_("What became of a test mail"));

static int test_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct mail_dialogue said = {.answer = STR(""), .lines = STR("")};
    struct test_body in = {0};
    struct test_result v = {0};
    struct err why = {0};
    struct db *db;
    int r = web_db(req, &db, err);

    if (r < 0 || (r = api_read(req, &test_body, &in, err)) < 0)
        return r;
    v.good = post_settings_try(req, db, in.to, &said, &why) == 0;
    v.problem = str_dup(req->arena, str_c(why.what));
    v.hint = str_dup(req->arena, str_c(why.hint));
    v.dialogue = said.lines;
    return api_send(req, res, &result_resource, &v, 0);
}

/* ---- what was sent -----------------------------------------------------------------------------
 */

static const struct form_choice mail_states[] = {
    {"queued", N_("mail state|Waiting")},
    {"sent", N_("mail state|Sent")},
    {"failed", N_("mail state|Not sent")},
    {"bounced", N_("mail state|Came back")},
    {NULL, NULL},
};

#define ITEM(m) API_AT(struct mail_item_row, m)
static const struct api_field item_fields[] = {
    {ITEM(id), .label = N_("Number")},
    {ITEM(at), .type = API_TIME, .label = N_("Queued")},
    {ITEM(sent_at), .type = API_TIME, .label = N_("Sent")},
    {API_AT_AS(struct mail_item_row, to_list, "to"), .label = N_("To"), .wide = true},
    {ITEM(kind), .label = N_("Kind")},
    {ITEM(code), .null = true, .label = N_("Code"), .about = N_("Of the incident or report")},
    {ITEM(state), .label = N_("State"), .choices = mail_states},
    {ITEM(attempts), .label = N_("Attempts")},
    {ITEM(answer), .label = N_("Answer"), .wide = true},
};
static const struct api_resource item_resource =
    API_RESOURCE("SentMailItem", struct mail_item_row, item_fields,
                 N_("The envelope of a mail; subject and text are for those who work on the case"));

static const struct api_field attempt_fields[] = {
    {API_AT(struct post_attempts_row, at), .type = API_TIME, .label = N_("When")},
    {API_AT(struct post_attempts_row, good), .label = N_("mail|Taken by the server")},
    {API_AT(struct post_attempts_row, answer), .label = N_("Answer")},
};
static const struct api_resource attempt_resource =
    API_RESOURCE("MailAttempt", struct post_attempts_row, attempt_fields,
                 N_("One attempt to hand a mail over, and what the server said"));

struct mail_record {
    struct post_mail_row mail;
    struct post_attempts_rows attempts;
};
#define MAIL(m) API_AT_AS(struct mail_record, mail.m, #m)
static const struct api_field mail_fields[] = {
    {MAIL(id), .label = N_("Number")},
    {MAIL(message_id), .label = N_("Message identifier")},
    {MAIL(kind), .label = N_("Kind")},
    {MAIL(state), .label = N_("State"), .choices = mail_states},
    {API_AT_AS(struct mail_record, mail.to_list, "to"), .label = N_("To")},
    {MAIL(code), .null = true, .label = N_("Code"), .about = N_("Of the incident or report")},
    {MAIL(at), .type = API_TIME, .label = N_("Queued")},
    {MAIL(sent_at), .type = API_TIME, .label = N_("Sent")},
    {API_AT(struct mail_record, attempts), .type = API_LIST, .label = N_("Attempts"),
     .of = &attempt_resource},
};
static const struct api_resource mail_resource =
    API_RESOURCE("SentMail", struct mail_record, mail_fields,
                 N_("The envelope of a mail with every attempt to send it"));

static int give(void *sink, const struct mail_item_row *row, struct err *err)
{
    return api_take(sink, row, err);
}

static int walk(struct http_request *req, struct db *db, const struct api_walk *w, void *sink,
                struct err *err)
{
    return post_mail_walk(db, post_mails_state(req), post_mails_pattern(req), w->after, w->number,
                          w->id, w->limit, give, sink, err);
}

static const char *const sorts[] = {"-at", NULL};
const struct api_list post_mails = {
    .name = "mails",
    .kind = "setting",
    .title = N_("Mails sent"),
    .item = &item_resource,
    .sorts = sorts,
    API_PLACE(struct mail_item_row, number, place, id),
    .walk = walk,
};

static int mails_get(struct http_request *req, struct http_response *res, struct err *err)
{
    return api_list_page(req, res, &post_mails, err);
}

static int answer_mail(struct http_request *req, struct http_response *res, struct db *db,
                       int64_t id, struct err *err)
{
    struct mail_record v = {0};
    int r = post_mail(db, req->arena, id, &v.mail, err);

    if (r == 0 || (r > 0 && str_is(v.mail.state, "received")))
        return err_set(err, ERR_NOT_FOUND, "there is no sent mail %" PRId64, id);
    if (r < 0 || (r = post_attempts(db, req->arena, id, &v.attempts, err)) < 0)
        return r;
    return api_send(req, res, &mail_resource, &v, 0);
}

static int mail_get(struct http_request *req, struct http_response *res, struct err *err)
{
    struct db *db;
    int64_t id;
    int r = web_db(req, &db, err);

    if (r < 0 || (r = api_part_int(req, "mail", &id, err)) < 0)
        return r;
    return answer_mail(req, res, db, id, err);
}

static int again_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct db *db;
    int64_t id;
    int r = web_db(req, &db, err);

    if (r < 0 || (r = api_part_int(req, "mail", &id, err)) < 0 ||
        (r = post_mail_again(req, db, id, err)) < 0)
        return r;
    return answer_mail(req, res, db, id, err);
}

/* ---- jobs --------------------------------------------------------------------------------------
 */

#define JOB(m) API_AT(struct job_listed, m)
static const struct api_field job_fields[] = {
    {JOB(id), .label = N_("Number")},
    {JOB(kind), .label = N_("Job")},
    {JOB(state), .label = N_("State"), .about = N_("ready, running, failed or done")},
    {JOB(attempts), .label = N_("Attempts")},
    {JOB(created_at), .type = API_TIME, .label = N_("Queued")},
    {JOB(due_at), .type = API_TIME, .label = N_("Due")},
    {JOB(started_at), .type = API_TIME, .label = N_("Begun")},
    {JOB(finished_at), .type = API_TIME, .label = N_("Ended")},
    {JOB(error), .label = N_("Trouble"), .wide = true},
};
const struct api_resource post_job_resource = API_RESOURCE(
    "Job", struct job_listed, job_fields, N_("Something that the program does by itself"));

static int jobs_get(struct http_request *req, struct http_response *res, struct err *err)
{
    struct job_list rows;
    struct db *db;
    int r = web_db(req, &db, err);

    if (r < 0 || (r = job_listing(db, req->arena, post_jobs_state(req), JOBS_MOST, &rows, err)) < 0)
        return r;
    return api_send_list(req, res, &post_job_resource, &rows);
}

static int change_job(struct http_request *req, struct http_response *res, bool retry,
                      struct err *err)
{
    struct db *db;
    int64_t id;
    int r = web_db(req, &db, err);

    if (r < 0 || (r = api_part_int(req, "job", &id, err)) < 0 ||
        (r = post_job_change(req, db, id, retry, err)) < 0)
        return r;
    return api_send_done(res);
}

static int job_retry_post(struct http_request *req, struct http_response *res, struct err *err)
{
    return change_job(req, res, true, err);
}

static int job_delete(struct http_request *req, struct http_response *res, struct err *err)
{
    return change_job(req, res, false, err);
}

/* ---- routes ------------------------------------------------------------------------------------
 */

static const struct api_param mail_filters[] = {
    {"state", NULL, mail_states, false},
    {"q", N_("Part of the address it goes to"), NULL, false},
    {NULL, NULL, NULL, false},
};
static const struct form_choice job_states[] = {
    {"failed", N_("jobs|Given up")},
    {"waiting", N_("jobs|Waiting or running")},
    {"done", N_("jobs|Done")},
    {NULL, NULL},
};
static const struct api_param job_filters[] = {
    {"state", N_("failed unless asked for otherwise; the newest 200"), job_states, false},
    {NULL, NULL, NULL, false},
};

#define BASE "/api/v1/settings"
#define ADMIN(method, pattern, whose, handler, ...)                                                \
    {                                                                                              \
        method, pattern, "site.manage", handler,                                                   \
            .body = method == HTTP_GET ? HTTP_BODY_NONE : HTTP_BODY_RAW, .scope = whose,           \
            .api = &(const struct api_operation)                                                   \
        {                                                                                          \
            .tag = "settings", __VA_ARGS__                                                         \
        }                                                                                          \
    }

const struct http_route post_admin_api_routes[] = {
    ADMIN(HTTP_GET, BASE "/mail", "none", settings_get, .id = "getMailSettings",
          .summary = N_("Settings of mail"), .answer = &settings_resource),
    ADMIN(HTTP_PATCH, BASE "/mail", "site", settings_patch, .id = "changeMailSettings",
          .summary = N_("Change settings of mail"),
          .about =
              N_("Only the members that are sent are changed; null empties one. A password is "
                 "kept until another one or an empty user is sent, and must be sent again with "
                 "another server. For administrators of the organisation at the top."),
          .body = &post_settings_form, .answer = &settings_resource,
          .flags = API_VERSIONED | API_PARTIAL),
    ADMIN(HTTP_POST, BASE "/mail/test", "none", test_post, .id = "sendTestMail",
          .summary = N_("Send a test mail"),
          .about = N_("With the settings as they are kept; waits for the server, 20 s at most."),
          .body = &test_body, .answer = &result_resource),
    ADMIN(HTTP_GET, BASE "/sent", "none", mails_get, .id = "listSentMails",
          .summary = N_("Mails sent, newest first"), .answer = &item_resource,
          .flags = API_IS_LIST | API_PAGED, .params = mail_filters),
    ADMIN(HTTP_GET, BASE "/sent/{mail}", "none", mail_get, .id = "getSentMail",
          .summary = N_("One mail with its attempts"), .answer = &mail_resource),
    ADMIN(HTTP_POST, BASE "/sent/{mail}/again", "none", again_post, .id = "sendMailAgain",
          .summary = N_("Send a mail again that failed or came back"), .answer = &mail_resource),
    ADMIN(HTTP_GET, BASE "/jobs", "none", jobs_get, .id = "listJobs", .summary = N_("Jobs"),
          .answer = &post_job_resource, .flags = API_IS_LIST, .params = job_filters),
    ADMIN(HTTP_POST, BASE "/jobs/{job}/retry", "none", job_retry_post, .id = "retryJob",
          .summary = N_("Begin a job again that failed, or at once one that waits")),
    ADMIN(HTTP_DELETE, BASE "/jobs/{job}", "none", job_delete, .id = "removeJob",
          .summary = N_("Remove a job that failed")),
};
const size_t post_admin_api_routes_len = ARRAY_LEN(post_admin_api_routes);
