#include "app/incident/incident.h"
#include "app/report/pages/follow.html.h"
#include "app/report/view.h"
#include "base/clock.h"
#include "base/text.h"
#include "sys/http/limit.h"
#include "sys/i18n/i18n.h"

/* What the reporter sees: the report behind its secret, and the way there. */

/* The same report is not written to without end; a key that is wrong is not tried without end. What
 * is right is never counted, so that one office may look as often as it likes. */
static struct limit answers = LIMIT(10, 30 * SECOND_MS);
static struct limit wrong_from = LIMIT(30, 10 * SECOND_MS);
static struct limit wrong_keys = LIMIT(5, MINUTE_MS);

enum { KEY_LETTERS = 20, ORIGINALS_MAX = 8 };

bool report_limit_take(struct limit *l, struct str key, const struct http_request *req,
                       struct http_response *res, int64_t *wait)
{
    if (limit_take(l, key, req->now, wait))
        return true;
    res->status = err_http_status(ERR_LIMIT);
    http_add_header(res, STR("Retry-After"),
                    str_printf(req->arena, "%" PRId64, (*wait + SECOND_MS - 1) / SECOND_MS));
    return false;
}

/* The report behind the secret of the URL. */
int report_find_secret(struct http_request *req, struct db **db, int64_t *id, struct err *err)
{
    struct report_by_secret_row row;
    int r = web_db(req, db, err);

    if (r < 0)
        return r;
    r = report_by_secret(*db, req->arena, report_secret_hash(req->arena, http_param(req, "secret")),
                         &row, err);
    if (r < 0)
        return r;
    if (r == 0)
        return err_set(err, ERR_NOT_FOUND, "no report has this secret");
    *id = row.id;
    return 0;
}

/* The site's own address as configured, else as the visitor reached it. */
static struct str base_url(const struct http_request *req)
{
    return site.base_url.len > 0
               ? site.base_url
               : str_printf(req->arena, "%s://" STR_FMT, req->secure ? "https" : "http",
                            STR_ARG(http_header(req, "Host")));
}

struct str report_link(struct http_request *req, struct str secret)
{
    return str_printf(req->arena, STR_FMT "/r/" STR_FMT, STR_ARG(base_url(req)), STR_ARG(secret));
}

/* A duplicate is handled where the first report of the same is. */
static int find_original(struct db *db, struct arena *a, struct report_follow_view *v,
                         struct err *err)
{
    struct report_original_row row = {.state = v->r.state, .incident_id = v->r.incident_id};
    int64_t id = v->r.id;
    int r = 1;

    for (int i = 0; i < ORIGINALS_MAX && str_is(row.state, "duplicate") && r == 1; i++) {
        if ((r = report_original(db, a, id, &row, err)) == 1)
            id = row.id;
    }
    v->state = row.state;
    v->has_incident = row.incident_id.has;
    if (r >= 0 && v->has_incident)
        r = incident_public(db, a, row.incident_id.v, &v->incident, err);
    return MIN(r, 0);
}

/* What was said, in order, each with the files that the reporter sent along. */
static int load_thread(struct db *db, struct arena *a, struct report_follow_view *v,
                       struct err *err)
{
    struct report_messages_rows rows;
    struct attachments files;
    int r;

    if ((r = report_messages(db, a, v->r.id, &rows, err)) < 0 ||
        (r = evidence_of_report(db, a, v->r.id, &files, err)) < 0)
        return r;
    *vec_push(&v->thread, a) =
        (struct follow_message){.mine = true, .at = v->r.received_at, .body = v->r.body};
    for (size_t i = 0; i < rows.len; i++) {
        *vec_push(&v->thread, a) = (struct follow_message){
            .mine = rows.at[i].from_reporter, .at = rows.at[i].at, .body = rows.at[i].body};
        v->read_by_us |= !rows.at[i].from_reporter;
    }
    for (size_t i = 0; i < files.len; i++) {
        const struct attachment *f = &files.at[i];
        struct follow_message *to = &v->thread.at[0];

        if (f->added_name.len > 0 && !str_eq(f->added_name, v->r.reporter_name))
            continue;
        for (size_t m = 1; m < v->thread.len; m++) {
            if (v->thread.at[m].mine && v->thread.at[m].at <= f->added_at)
                to = &v->thread.at[m];
        }
        *vec_push(&to->files, a) = *f;
    }
    return 0;
}

static int follow_page(struct http_request *req, struct http_response *res, struct db *db,
                       int64_t id, struct report_follow_view *v, struct err *err)
{
    struct html_page p;
    int r;

    v->req = req;
    v->secret = http_param(req, "secret");
    v->fresh = str_is(http_arg(req, "new"), "1");
    v->sent = str_is(http_arg(req, "sent"), "1") && v->form.errors.len == 0;
    v->link = report_link(req, v->secret);
    if ((r = report_get(db, req->arena, id, &v->r, err)) < 0 ||
        (r = load_thread(db, req->arena, v, err)) < 0 ||
        (r = find_original(db, req->arena, v, err)) < 0)
        return r;
    web_page(req, res, &p,
             &(struct web_frame){.title = v->r.code, .public_frame = true, .narrow = true});
    report_follow_html(&p, v);
    web_page_end(&p);
    return 0;
}

static int track_page(struct http_request *req, struct http_response *res, struct str typed,
                      struct str problem)
{
    struct html_page p;

    web_page(req, res, &p,
             &(struct web_frame){
                 .title = T(req->lang, "Follow a report"), .public_frame = true, .narrow = true});
    /* The form leads to /track, wherever it is shown: a visitor's token is of the page it is for.
     */
    if (actor_of(req)->id == 0)
        p.csrf = account_form_token(req->arena, "/track", req->now);
    report_track_html(&p, typed, problem);
    web_page_end(&p);
    return 0;
}

int report_web_follow(struct http_request *req, struct http_response *res, struct err *err)
{
    struct report_follow_view v = {0};
    struct db *db;
    int64_t id = 0;
    int r = report_find_secret(req, &db, &id, err);

    if (r != ERR_NOT_FOUND)
        return r < 0 ? r : follow_page(req, res, db, id, &v, err);
    /* A link that lost its end in a message: the key may be typed instead. */
    err_clear(err);
    res->status = 404;
    return track_page(req, res, STR(""),
                      T(req->lang,
                        "There is no report behind this link. It may be cut off: open the "
                        "whole link, or type the key from your receipt."));
}

/* Names of the files that came with the form; empty when there are none. */
static struct str file_names(const struct http_request *req)
{
    struct buf out = buf_make(req->arena);

    for (const struct http_file *f = req->files; f != NULL; f = f->next) {
        if (f->size == 0 && f->name.len == 0)
            continue;
        buf_printf(&out, "%s" STR_FMT, out.len > 0 ? ", " : "", STR_ARG(f->name));
    }
    return buf_str(&out);
}

int report_web_follow_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct report_follow_view v = {0};
    struct report_answer_values in = {0};
    struct str names = file_names(req);
    struct db *db;
    int64_t id = 0, files, wait;
    int r = report_find_secret(req, &db, &id, err);

    if (r < 0)
        return r;
    r = form_parse(&report_reply_form, req, &in, &v.form, err);
    if (r == 0 && in.body.len == 0 && names.len == 0)
        r = form_reject(&v.form, req->arena, "body",
                        T(req->lang, "Write a message or choose a file"), err);
    if (r == ERR_INVALID)
        res->status = 400;
    if (r == 0 &&
        !report_limit_take(&answers, str_printf(req->arena, "%" PRId64, id), req, res, &wait))
        r = form_reject(&v.form, req->arena, "body", report_wait_words(req, wait), err);
    if (r == ERR_INVALID) {
        err_clear(err);
        return follow_page(req, res, db, id, &v, err);
    }
    if (r < 0 || (r = db_begin(db, err)) < 0)
        return r;
    if ((r = report_answer(db, req->arena, id, in.body, names, req->address, req->now, err)) < 0 ||
        (r = evidence_attach_uploads(db, req, id, 0, NULL, NULL, false, &files, err)) < 0) {
        db_rollback(db);
        return r;
    }
    if ((r = db_commit(db, err)) < 0)
        return r;
    http_redirect(
        res, str_printf(req->arena, "/r/" STR_FMT "?sent=1", STR_ARG(http_param(req, "secret"))));
    return 0;
}

/* ---- /track ------------------------------------------------------------------------------------
 */

int report_web_track(struct http_request *req, struct http_response *res, struct err *err)
{
    return track_page(req, res, STR(""), STR_EMPTY);
}

/* Letters and figures up to the end of the key: "ABCDE 12345", "abcde-12345?new=1". A key has no i,
 * l and o, which are read for 1 and 0. */
static struct str bare_key(struct arena *a, struct str typed)
{
    struct buf out = buf_make(a);

    for (size_t i = 0; i < typed.len && typed.ptr[i] != '?' && typed.ptr[i] != '#'; i++) {
        char c = (char)tolower((unsigned char)typed.ptr[i]);

        if (isalnum((unsigned char)c))
            buf_add_char(&out, c == 'o' ? '0' : c == 'i' || c == 'l' ? '1' : c);
    }
    return buf_str(&out);
}

static bool all_digits(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (!isdigit((unsigned char)s.ptr[i]))
            return false;
    }
    return s.len > 0;
}

/* What was typed in place of a key, told by its form alone: whether such a record exists is
 * nobody's business here. */
static struct str other_than_key(const struct http_request *req, struct str typed, struct str bare)
{
    static const struct {
        const char *prefix, *key;
    } codes[] = {
        {"TB",
         N_("{0} is the code of a report: read it out when you call. To see the report here, the "
            "key is needed, which stands on the receipt below the code.")},
        {"SC",
         N_("{0} is the code of an incident, for those who handle it. With it they find it after "
            "signing in. To follow your report, type the key from your receipt.")},
        {"HT", N_("{0} is the code of an information system, for those who run it. To follow your "
                  "report, type the key from your receipt.")},
    };
    struct str shown = text_ellipsis(req->arena, typed, 40), count;

    for (size_t i = 0; i < ARRAY_LEN(codes); i++) {
        if (str_starts_nocase(typed, str_c(codes[i].prefix)) && bare.len < KEY_LETTERS &&
            all_digits(str_from(bare, 2)))
            return i18n_format(req->arena, req->lang, codes[i].key, &shown, 1);
    }
    if (bare.len == 0)
        return T(req->lang, "Type the key from your receipt, or paste the whole link.");
    if (bare.len >= 9 && bare.len <= 12 && all_digits(bare))
        return T(req->lang,
                 "A report is not found by a phone number, so that nobody else can look for "
                 "yours. Type the key from your receipt.");
    count = i18n_int(req->arena, req->lang, (int64_t)bare.len);
    return i18n_format(req->arena, req->lang,
                       N_("A key has 20 letters and digits, in four groups of five; this has {0}."),
                       &count, 1);
}

/* ERR_LIMIT with the time to wait, when too many wrong keys came from here or this one too often.
 */
static bool may_try(struct http_request *req, struct http_response *res, struct str address,
                    struct str key, int64_t *wait)
{
    return (limit_left(&wrong_from, address, req->now) ||
            report_limit_take(&wrong_from, address, req, res, wait)) &&
           (limit_left(&wrong_keys, key, req->now) ||
            report_limit_take(&wrong_keys, key, req, res, wait));
}

int report_web_track_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct str typed = str_trim(http_field(req, "secret")), key = typed, words;
    struct str address = limit_address(req->arena, req->address);
    struct report_by_secret_row row;
    ptrdiff_t at = str_find(typed, STR("/r/"));
    struct db *db;
    int64_t wait;
    int r;

    /* The whole link works as well as the key alone, however it is grouped. */
    key = bare_key(req->arena, at >= 0 ? str_from(typed, (size_t)at + 3) : typed);
    if (key.len != KEY_LETTERS) {
        res->status = 400;
        return track_page(req, res, typed, other_than_key(req, typed, key));
    }
    if (!may_try(req, res, address, key, &wait)) {
        words = i18n_duration(req->arena, req->lang, MAX(wait, SECOND_MS));
        return track_page(
            req, res, typed,
            i18n_format(req->arena, req->lang,
                        N_("Too many wrong keys were typed. Please wait {0}, check each "
                           "letter and try again."),
                        &words, 1));
    }
    if ((r = web_db(req, &db, err)) < 0 ||
        (r = report_by_secret(db, req->arena, report_secret_hash(req->arena, key), &row, err)) < 0)
        return r;
    if (r == 0) {
        limit_take(&wrong_from, address, req->now, NULL);
        limit_take(&wrong_keys, key, req->now, NULL);
        res->status = 404;
        return track_page(req, res, typed,
                          T(req->lang,
                            "No report has this key. Check each letter; a lost key cannot "
                            "be shown again."));
    }
    http_redirect(res, str_printf(req->arena, "/r/" STR_FMT, STR_ARG(key)));
    return 0;
}
