#include "app/incident/case.h"
#include "base/clock.h"
#include "sys/i18n/i18n.h"

int incident_watchers_of(struct db *db, struct arena *a, int64_t id, int64_t now,
                         struct incident_watchers *out, struct err *err)
{
    struct case_watchers_rows rows;
    int r = case_watchers(db, a, id, now, &rows, err);

    *out = (struct incident_watchers){0};
    for (size_t i = 0; r == 0 && i < rows.len; i++) {
        const struct case_watchers_row *row = &rows.at[i];

        *vec_push(out, a) = (struct incident_watcher){row->account_id, row->login, row->name,
                                                      row->email, row->lang};
    }
    return r;
}

int incident_watch(struct db *db, struct arena *a, int64_t id, int64_t account_id, bool on,
                   const struct actor *by, int64_t now, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    enum permission needed = account_id == by->id ? PERM_INCIDENT_READ : PERM_INCIDENT_MANAGE;
    struct case_reader_row reader = {0};
    struct incident_account_row account;
    struct incident_change c;
    int64_t r = incident_change_begin(&c, db, a, id, 0, needed, by, now, err);

    if (r < 0)
        return (int)r;
    if (on && (r = case_reader(db, a, id, now, account_id, &reader, err)) == 0)
        return err_set(err, ERR_INVALID, "account %" PRId64 " may not see this incident",
                       account_id);
    if (r < 0 || (r = incident_account(db, a, account_id, &account, err)) < 0)
        return (int)r;
    if (r == 0)
        return err_set(err, ERR_INVALID, "no account %" PRId64, account_id);
    r = on ? case_watcher_put(db, id, account_id, now, err)
           : case_watcher_remove(db, id, account_id, err);
    if (r <= 0)
        return r < 0 ? (int)r : db_commit(db, err); /* pressed twice: nothing to record */
    return incident_change_commit(&c, on ? "incident.watch" : "incident.unwatch",
                                  incident_detail(a, "login", account.login), false, err);
}

int incident_follow_up(struct db *db, struct arena *a, int64_t id, struct opt_int at,
                       struct str note, const struct actor *by, int64_t now, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    struct incident_change c;
    int64_t r;

    if (at.has && at.v <= now) {
        r = err_set(err, ERR_INVALID, "the time to follow up lies in the past");
        err_field(err, "at");
        return (int)r;
    }
    r = incident_change_begin(&c, db, a, id, 0, PERM_INCIDENT_WRITE, by, now, err);
    if (r < 0)
        return (int)r;
    if (at.has && c.was.closed_at.has)
        return err_set(err, ERR_STATE, STR_FMT " is closed", STR_ARG(c.was.code));
    note = at.has ? str_trim(note) : STR("");
    if ((r = case_follow_up_put(db, id, at, note, now, err)) < 0 ||
        (r = incident_change_event(&c, at.has ? "follow-up" : "follow-up-done",
                                   at.has ? incident_follow_text(a, at.v, note) : STR(""), 0, 0,
                                   err)) < 0)
        return (int)r;
    return incident_change_commit(
        &c, "incident.follow_up",
        at.has ? str_printf(a, "{\"at\":%" PRId64 "}", at.v) : STR("{\"at\":null}"), false, err);
}

struct str incident_follow_text(struct arena *a, int64_t at, struct str note)
{
    struct civil c = civil_from_ms(at, i18n_zone());

    return str_printf(a, "%02d/%02d/%04d %02d:%02d%s" STR_FMT, c.day, c.month, c.year, c.hour,
                      c.minute, note.len > 0 ? ": " : "", STR_ARG(note));
}
