#include "app/care/care.h"

#include "app/audit/audit.h"
#include "app/care/inner.h"
#include "app/care/queries.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/text.h"
#include "sys/i18n/i18n.h"

/* A shorter text would be found in the middle of words. */
enum { NEEDLE_MIN = 5, NEEDLES = 4 };

#define ERASED STR("[đã xóa]")

/* ---- finding ------------------------------------------------------------------------------- */

static int count_entry(void *ctx, const struct person_entries_row *row, struct err *err)
{
    ++*(int64_t *)ctx;
    return 0;
}

static void needles_of(const struct care_person *p, struct str out[NEEDLES])
{
    const struct str all[NEEDLES] = {p->account ? p->key : STR_EMPTY, p->name, p->email, p->phone};

    for (int i = 0; i < NEEDLES; i++)
        out[i] = all[i].len >= NEEDLE_MIN ? all[i] : STR_EMPTY;
}

/* A label in the log must not stop the person from being found, nor be found itself. */
static int each_entry(struct db *db, struct arena *a, const struct care_person *p,
                      int (*row)(void *, const struct person_entries_row *, struct err *),
                      void *ctx, struct err *err)
{
    struct str needles[NEEDLES], like[NEEDLES];

    needles_of(p, needles);
    for (int i = 0; i < NEEDLES; i++)
        like[i] = needles[i].len > 0 ? db_like(a, needles[i]) : STR_EMPTY;
    return person_entries(db, p->account ? opt_int(p->id) : NO_INT,
                          p->account ? STR("account") : STR("report"), p->id, like[0], like[1],
                          like[2], like[3], row, ctx, err);
}

static int find_account(struct db *db, struct arena *a, struct str key, struct care_person *p,
                        struct err *err)
{
    struct person_account_row row;
    struct person_counts_row n;
    struct person_open_work_row open;
    int r = person_account(db, a, key, &row, err);

    if (r <= 0)
        return r;
    *p = (struct care_person){.account = true,
                              .id = row.id,
                              .key = row.login,
                              .name = row.name,
                              .email = row.email,
                              .phone = row.phone,
                              .label = str_printf(a, "account-%" PRId64, row.id)};
    if ((r = person_counts(db, a, p->id, &n, err)) < 0 ||
        (r = person_open_work(db, a, p->id, &open, err)) < 0)
        return r;
    p->sessions = n.sessions;
    p->tokens = n.tokens;
    p->comments = n.comments;
    p->events = n.events;
    p->files = n.files;
    p->messages = n.messages;
    p->mails = n.mails;
    p->drafts = n.drafts;
    p->filters = n.filters;
    p->notices = n.notices;
    if (str_eq(p->key, p->label))
        p->held = CARE_ERASED;
    else if (open.n > 0) {
        p->held = CARE_WORK;
        p->held_by = str_printf(a, "%" PRId64, open.n);
    }
    return 1;
}

static int find_reporter(struct db *db, struct arena *a, struct str key, struct care_person *p,
                         struct err *err)
{
    struct person_report_row row;
    int r = person_report(db, a, key, &row, err);

    if (r <= 0)
        return r;
    *p = (struct care_person){.id = row.id,
                              .key = row.code,
                              .name = row.reporter_name,
                              .email = row.reporter_email,
                              .phone = row.reporter_phone,
                              .label = ERASED};
    if (row.incident_code.len > 0 && !str_is(row.incident_state, "closed")) {
        p->held = CARE_INCIDENT;
        p->held_by = row.incident_code;
    }
    return 1;
}

int care_person_find(struct db *db, struct arena *a, struct str key, struct care_person *out,
                     struct err *err)
{
    int r = find_account(db, a, key, out, err);

    if (r == 0)
        r = find_reporter(db, a, key, out, err);
    if (r == 0) {
        err_set(err, ERR_NOT_FOUND, "there is no account and no report \"" STR_FMT "\"",
                STR_ARG(key));
        err_hint(err, "give a login, or the code of a report for whoever sent it");
        return ERR_NOT_FOUND;
    }
    return r < 0 ? r : each_entry(db, a, out, count_entry, &out->entries, err);
}

struct str care_held_text(struct arena *a, enum lang lang, const struct care_person *p)
{
    static const char *const texts[] = {
        [CARE_FREE] = NULL,
        [CARE_ERASED] = N_("it was erased already"),
        [CARE_WORK] = N_("{0} open incidents and tasks are theirs: hand them on first"),
        [CARE_INCIDENT] = N_("it is evidence of the open incident {0}"),
    };

    return texts[p->held] == NULL ? STR("") : i18n_format(a, lang, texts[p->held], &p->held_by, 1);
}

/* The index of words of a report covers its texts too: only who is named as the reporter counts. */
static bool is_reporter(struct arena *a, const struct person_search_reports_row *row, struct str q,
                        struct str fold)
{
    struct str who =
        text_fold(a, str_printf(a, STR_FMT " " STR_FMT " " STR_FMT, STR_ARG(row->reporter_name),
                                STR_ARG(row->reporter_email), STR_ARG(row->reporter_phone)));

    return str_eq(row->code, q) || str_find(who, fold) >= 0;
}

int care_person_search(struct db *db, struct arena *a, struct str q, struct care_hits *out,
                       struct err *err)
{
    struct str fold = text_fold(a, q), like = db_like(a, fold);
    struct person_search_accounts_rows accounts;
    struct person_search_reports_rows reports;
    int r;

    *out = (struct care_hits){0};
    if (fold.len == 0)
        return 0;
    if ((r = person_search_accounts(db, a, q, like, &accounts, err)) < 0 ||
        (r = person_search_reports(db, a, q, like, &reports, err)) < 0)
        return r;
    for (size_t i = 0; i < accounts.len; i++) {
        const struct person_search_accounts_row *row = &accounts.at[i];

        *vec_push(out, a) =
            (struct care_hit){true, row->login, row->name, row->email, row->phone, row->created_at};
    }
    for (size_t i = 0; i < reports.len; i++) {
        const struct person_search_reports_row *row = &reports.at[i];

        if (is_reporter(a, row, q, fold))
            *vec_push(out, a) = (struct care_hit){false,
                                                  row->code,
                                                  row->reporter_name,
                                                  row->reporter_email,
                                                  row->reporter_phone,
                                                  row->received_at};
    }
    return 0;
}

static struct audit_entry entry_of(const struct care_person *p, const struct care_by *by,
                                   int64_t now)
{
    return (struct audit_entry){.at = now,
                                .actor_id = by != NULL ? by->id : 0,
                                .actor_name = by != NULL ? by->name : STR(AUDIT_COMMAND_LINE),
                                .object_kind = p->account ? "account" : "report",
                                .object_id = p->id,
                                .object_code = p->key,
                                .address = by != NULL ? by->address : STR("")};
}

int care_person_note(struct db *db, struct arena *a, const struct care_person *p,
                     const char *action, const struct care_by *by, int64_t now, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    struct audit_entry entry = entry_of(p, by, now);
    int r;

    entry.action = action;
    entry.detail = STR("");
    if ((r = db_begin(db, err)) < 0 || (r = audit_write(db, a, &entry, err)) < 0)
        return r;
    return db_commit(db, err);
}

/* ---- export -------------------------------------------------------------------------------- */

struct writing {
    struct json_writer w;
    struct arena *arena;
    char list[40]; /* that is being written, of several in one statement */
};

static void add_time(struct writing *x, const char *key, int64_t at)
{
    json_w_kstr(&x->w, key, clock_rfc3339(x->arena, at, 0));
}

static int add_role(void *ctx, const struct person_roles_row *row, struct err *err)
{
    struct writing *x = ctx;

    json_w_object(&x->w);
    json_w_kstr(&x->w, "role", row->role);
    json_w_kstr(&x->w, "org", row->org);
    add_time(x, "from", row->valid_from);
    if (row->valid_to.has)
        add_time(x, "to", row->valid_to.v);
    json_w_end(&x->w);
    return 0;
}

static int add_session(void *ctx, const struct person_sessions_row *row, struct err *err)
{
    struct writing *x = ctx;

    json_w_object(&x->w);
    add_time(x, "at", row->created_at);
    json_w_kstr(&x->w, "address", row->address);
    json_w_kstr(&x->w, "agent", row->agent);
    json_w_end(&x->w);
    return 0;
}

static int add_comment(void *ctx, const struct person_comments_row *row, struct err *err)
{
    struct writing *x = ctx;

    json_w_object(&x->w);
    add_time(x, "at", row->at);
    json_w_kstr(&x->w, "incident", row->incident);
    json_w_kstr(&x->w, "text", row->body);
    json_w_end(&x->w);
    return 0;
}

static int add_message(void *ctx, const struct person_messages_row *row, struct err *err)
{
    struct writing *x = ctx;

    json_w_object(&x->w);
    add_time(x, "at", row->at);
    json_w_kstr(&x->w, "text", row->body);
    json_w_end(&x->w);
    return 0;
}

static int add_entry(void *ctx, const struct person_entries_row *row, struct err *err)
{
    struct writing *x = ctx;

    json_w_object(&x->w);
    add_time(x, "at", row->at);
    json_w_kstr(&x->w, "action", row->action);
    json_w_kstr(&x->w, "object", row->object_code);
    json_w_kstr(&x->w, "address", row->address);
    json_w_end(&x->w);
    return 0;
}

static void begin_list(struct writing *x, const char *key)
{
    json_w_key(&x->w, str_c(key));
    json_w_array(&x->w);
}

/* They come by list; one begins where its name does. */
static int add_belonging(void *ctx, const struct person_belongings_row *row, struct err *err)
{
    struct writing *x = ctx;

    if (!str_is(row->list, x->list)) {
        if (x->list[0] != '\0')
            json_w_end(&x->w);
        snprintf(x->list, sizeof(x->list), STR_FMT, STR_ARG(row->list));
        begin_list(x, x->list);
    }
    json_w_object(&x->w);
    if (row->at.has)
        add_time(x, "at", row->at.v);
    if (row->record.len > 0)
        json_w_kstr(&x->w, "record", row->record);
    if (row->what.len > 0)
        json_w_kstr(&x->w, "text", row->what);
    json_w_end(&x->w);
    return 0;
}

static int export_account(struct db *db, struct writing *x, const struct care_person *p,
                          struct err *err)
{
    struct person_account_row row;
    int r = person_account(db, x->arena, p->key, &row, err);

    if (r < 0)
        return r;
    json_w_kstr(&x->w, "position", row.position);
    add_time(x, "created", row.created_at);
    if (row.last_login_at.has)
        add_time(x, "last_sign_in", row.last_login_at.v);
    begin_list(x, "roles");
    if ((r = person_roles(db, p->id, add_role, x, err)) < 0)
        return r;
    json_w_end(&x->w);
    begin_list(x, "sessions");
    if ((r = person_sessions(db, p->id, add_session, x, err)) < 0)
        return r;
    json_w_end(&x->w);
    begin_list(x, "comments");
    if ((r = person_comments(db, p->id, add_comment, x, err)) < 0)
        return r;
    json_w_end(&x->w);
    if ((r = person_belongings(db, p->id, add_belonging, x, err)) < 0)
        return r;
    if (x->list[0] != '\0')
        json_w_end(&x->w);
    return 0;
}

static int export_reporter(struct db *db, struct writing *x, const struct care_person *p,
                           struct err *err)
{
    struct person_report_row row;
    int r = person_report(db, x->arena, p->key, &row, err);

    if (r < 0)
        return r;
    json_w_kstr(&x->w, "organisation", row.reporter_org);
    json_w_kstr(&x->w, "address", row.address);
    add_time(x, "received", row.received_at);
    json_w_kstr(&x->w, "title", row.title);
    json_w_kstr(&x->w, "text", row.body);
    begin_list(x, "messages");
    if ((r = person_messages(db, p->id, add_message, x, err)) < 0)
        return r;
    json_w_end(&x->w);
    return 0;
}

int care_person_export(struct db *db, struct arena *a, const struct care_person *p, struct buf *out,
                       struct err *err)
{
    struct writing x = {.arena = a};
    int r;

    json_w_init(&x.w, out);
    json_w_object(&x.w);
    json_w_kstr(&x.w, p->account ? "login" : "report", p->key);
    json_w_kstr(&x.w, "name", p->name);
    json_w_kstr(&x.w, "email", p->email);
    json_w_kstr(&x.w, "phone", p->phone);
    r = p->account ? export_account(db, &x, p, err) : export_reporter(db, &x, p, err);
    if (r < 0)
        return r;
    begin_list(&x, "log");
    if ((r = each_entry(db, a, p, add_entry, &x, err)) < 0)
        return r;
    json_w_end(&x.w);
    json_w_end(&x.w);
    return 0;
}

/* ---- erasing ------------------------------------------------------------------------------- */

struct erasing {
    struct arena *arena;
    const struct care_person *person;
    struct str needles[NEEDLES]; /* as they are */
    struct str quoted[NEEDLES];  /* as they stand in JSON */
    VEC(struct audit_texts) rows;
};

static struct str replace(struct arena *a, struct str text, struct str what, struct str by)
{
    struct buf out = buf_make(a);
    ptrdiff_t at;

    if (what.len == 0 || str_find(text, what) < 0)
        return text;
    while ((at = str_find(text, what)) >= 0) {
        buf_add(&out, str_sub(text, 0, (size_t)at));
        buf_add(&out, by);
        text = str_from(text, (size_t)at + what.len);
    }
    buf_add(&out, text);
    return buf_str(&out);
}

static struct str without(const struct erasing *e, struct str text)
{
    for (int i = 0; i < NEEDLES; i++) {
        text = replace(e->arena, text, e->quoted[i], e->person->label);
        text = replace(e->arena, text, e->needles[i], e->person->label);
    }
    return text;
}

static int erase_entry(void *ctx, const struct person_entries_row *row, struct err *err)
{
    struct erasing *e = ctx;
    const struct care_person *p = e->person;
    bool theirs = p->account && row->actor_id.has && row->actor_id.v == p->id;
    bool about = str_is(row->object_kind, p->account ? "account" : "report") &&
                 row->object_id.has && row->object_id.v == p->id;
    struct audit_texts t = {.seq = row->seq};

    t.actor_name = str_dup(e->arena, theirs ? p->label : without(e, row->actor_name));
    t.object_code =
        str_dup(e->arena, about && p->account ? p->label : without(e, row->object_code));
    /* A visitor's own entries bear the address they came from. */
    t.address = str_dup(e->arena, theirs || (about && !row->actor_id.has) ? STR("") : row->address);
    t.detail = str_dup(e->arena, without(e, row->detail));
    if (!str_eq(t.actor_name, row->actor_name) || !str_eq(t.object_code, row->object_code) ||
        !str_eq(t.address, row->address) || !str_eq(t.detail, row->detail))
        *vec_push(&e->rows, e->arena) = t;
    return 0;
}

static struct str quote(struct arena *a, struct str text)
{
    struct buf out = buf_make(a);
    struct json_writer w;

    json_w_init(&w, &out);
    json_w_str(&w, text);
    return str_sub(buf_str(&out), 1, out.len - 2);
}

static int erase_account_rows(struct db *db, struct arena *a, const struct care_person *p,
                              struct err *err)
{
    static int64_t (*const removed[])(struct db *, int64_t, struct err *) = {
        erase_sessions, erase_tokens,          erase_factor,  erase_recovery, erase_steps,
        erase_links,    erase_filter_defaults, erase_filters, erase_drafts,   erase_identities,
        erase_notices,  erase_choices,         erase_stop,    erase_mails,
    };
    static int64_t (*const renamed[])(struct db *, int64_t, struct str, struct err *) = {
        erase_mail_names, erase_comment_names, erase_event_names, erase_message_names,
        erase_file_names, erase_share_names,   erase_merge_names, erase_notice_names,
    };
    int64_t r =
        erase_account(db, p->id, p->label, text_fold(a, p->label), text_sort_key(a, p->label), err);

    for (size_t i = 0; i < ARRAY_LEN(removed) && r >= 0; i++)
        r = removed[i](db, p->id, err);
    for (size_t i = 0; i < ARRAY_LEN(renamed) && r >= 0; i++)
        r = renamed[i](db, p->id, p->label, err);
    if (r >= 0)
        r = erase_revoke_names(db, p->name, p->label, err);
    return (int)MIN(r, 0);
}

/* Without the name, search must not find the report by it either. */
static int forget_reporter(struct db *db, struct arena *a, const struct person_report_row *row,
                           struct str text, struct err *err)
{
    struct str fold = text_fold(
        a, str_printf(a, STR_FMT " " STR_FMT, STR_ARG(row->code), STR_ARG(str_sub(text, 0, 4000))));
    int64_t r = erase_reporter(db, row->id, fold, err);

    return (int)MIN(r, 0);
}

static struct str texts_of(struct arena *a, const struct person_report_row *row)
{
    return str_printf(a, STR_FMT "\n" STR_FMT, STR_ARG(row->title), STR_ARG(row->body));
}

int care_report_forget(struct db *db, struct arena *a, struct str code, struct err *err)
{
    struct person_report_row row;
    int64_t r;

    if ((r = person_report(db, a, code, &row, err)) <= 0 ||
        (r = forget_reporter(db, a, &row, texts_of(a, &row), err)) < 0)
        return (int)r;
    r = erase_report_mails(db, row.id, ERASED, false, err);
    return (int)MIN(r, 0);
}

static int erase_report_rows(struct db *db, struct arena *a, const struct care_erasure *e,
                             struct err *err)
{
    const struct care_person *p = e->person;
    struct person_report_row row;
    int64_t r;

    if ((r = person_report(db, a, p->key, &row, err)) < 0 ||
        (r = forget_reporter(db, a, &row, e->texts ? p->label : texts_of(a, &row), err)) < 0 ||
        (r = erase_report_mails(db, p->id, p->label, e->texts, err)) < 0)
        return (int)r;
    if (e->texts && (r = erase_report_texts(db, p->id, p->label, err)) >= 0)
        r = erase_report_messages(db, p->id, p->label, err);
    return (int)MIN(r, 0);
}

int care_person_erase(struct db *db, struct arena *a, const struct care_erasure *e, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    const struct care_person *p = e->person;
    struct erasing x = {.arena = a, .person = p};
    struct care_person now;
    struct audit_entry entry = entry_of(p, e->by, e->now);
    int r;

    if (p->account)
        entry.object_code = p->label;
    needles_of(p, x.needles);
    for (int i = 0; i < NEEDLES; i++)
        x.quoted[i] = x.needles[i].len > 0 ? quote(a, x.needles[i]) : STR_EMPTY;
    if ((r = db_begin(db, err)) < 0 || (r = care_person_find(db, a, p->key, &now, err)) < 0)
        return r;
    if (now.held != CARE_FREE)
        return err_set(err, ERR_STATE, STR_FMT " stays: " STR_FMT, STR_ARG(p->key),
                       STR_ARG(care_held_text(a, LANG_EN, &now)));
    if ((r = each_entry(db, a, p, erase_entry, &x, err)) < 0 ||
        (r = p->account ? erase_account_rows(db, a, p, err) : erase_report_rows(db, a, e, err)) <
            0 ||
        (r = audit_erase(db, a, x.rows.at, x.rows.len, &entry, e->reason, err)) < 0)
        return r;
    return db_commit(db, err);
}
