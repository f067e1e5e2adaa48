#include "app/incident/inner.h"
#include "app/incident/playbook.h"
#include "base/json.h"

int incident_tasks_from_playbook(struct db *db, int64_t id, bool serious, int64_t now,
                                 enum lang lang, struct err *err)
{
    const struct playbook *playbook = playbook_for(serious);
    struct incident_task_last_row last;
    struct incident_task_insert_row row;
    struct arena scratch = {0};
    int r = incident_task_last(db, &scratch, id, &last, err);

    for (size_t i = 0; r >= 0 && i < playbook->steps.len; i++) {
        const struct playbook_step *step = &playbook->steps.at[i];

        r = incident_task_insert(db, &scratch, id, last.position + (int64_t)i + 1, (int64_t)i + 1,
                                 step->title[lang], step->body[lang], NO_INT,
                                 opt_int(now + step->due_ms), &row, err);
    }
    arena_release(&scratch);
    return r < 0 ? r : 0;
}

/* Somebody who may work on the incident already, or ERR_INVALID: giving work is not a way to share.
 */
static int take_worker(struct incident_change *c, int64_t account_id,
                       struct incident_worker_row *out, struct err *err)
{
    int r = incident_worker(c->db, c->arena, c->id, c->now, account_id, out, err);

    return r == 0 ? err_set(err, ERR_INVALID, "account %" PRId64 " may not work on this incident",
                            account_id)
                  : MIN(r, 0);
}

int incident_task_add(struct db *db, struct arena *a, int64_t id,
                      const struct incident_task_new *new_, const struct actor *by, int64_t now,
                      struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    struct incident_task_last_row last;
    struct incident_task_insert_row row;
    struct incident_worker_row assignee;
    struct incident_change c;
    int64_t r = incident_change_begin(&c, db, a, id, 0, PERM_INCIDENT_WRITE, by, now, err);

    if (r < 0 ||
        (new_->assignee_id != 0 && (r = take_worker(&c, new_->assignee_id, &assignee, err)) < 0) ||
        (r = incident_task_last(db, a, id, &last, err)) < 0 ||
        (r = incident_task_insert(db, a, id, last.position + 1, MAX(last.step, 1), new_->title,
                                  new_->body,
                                  new_->assignee_id != 0 ? opt_int(new_->assignee_id) : NO_INT,
                                  new_->due_at, &row, err)) < 0 ||
        (r = incident_due_refresh(db, id, err)) < 0 ||
        (r = incident_change_event(&c, "task", new_->title, 0, 0, err)) < 0)
        return (int)r;
    if (new_->assignee_id != 0 &&
        (r = incident_change_tell(&c, NOTICE_TASK_ASSIGNED, new_->assignee_id, new_->title, err)) <
            0)
        return (int)r;
    return incident_change_commit(&c, "incident.task_add", STR(""), true, err);
}

/* Locks the task of this incident. */
static int lock_task(struct incident_change *c, int64_t task_id, int64_t version,
                     struct incident_task_lock_row *out, struct err *err)
{
    int r = incident_task_lock(c->db, c->arena, c->id, task_id, out, err);

    if (r == 0)
        return err_set(err, ERR_NOT_FOUND, "no task %" PRId64 " in this incident", task_id);
    if (r == 1 && version != 0 && version != out->version)
        return err_set(err, ERR_CONFLICT, "task %" PRId64 " was changed meanwhile", task_id);
    return MIN(r, 0);
}

int incident_task_set(struct db *db, struct arena *a, int64_t id, int64_t task_id, struct str state,
                      struct str reason, const struct actor *by, int64_t now, struct err *err)
{
    return incident_task_change(db, a, id, task_id, 0, state, reason, by, now, err);
}

int incident_task_change(struct db *db, struct arena *a, int64_t id, int64_t task_id,
                         int64_t version, struct str state, struct str reason,
                         const struct actor *by, int64_t now, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    static const struct {
        const char *state, *event;
    } known[] = {{"open", "task-open"},
                 {"doing", "task-doing"},
                 {"done", "task-done"},
                 {"skipped", "task-skipped"}};
    struct incident_task_lock_row task;
    struct incident_change c;
    const char *event = NULL;
    int64_t r;

    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        if (str_is(state, known[i].state))
            event = known[i].event;
    }
    reason = str_trim(reason);
    if (event == NULL)
        return err_set(err, ERR_INVALID, "unknown state of a task \"" STR_FMT "\"", STR_ARG(state));
    if (str_is(state, "skipped") && reason.len == 0) {
        r = err_set(err, ERR_INVALID, "skipping a step needs a reason");
        err_field(err, "reason");
        return (int)r;
    }
    r = incident_change_begin(&c, db, a, id, 0, PERM_INCIDENT_WRITE, by, now, err);
    if (r < 0 || (r = lock_task(&c, task_id, 0, &task, err)) < 0)
        return (int)r;
    if (str_eq(task.state, state))
        return db_commit(db, err); /* pressed twice: nothing to record */
    if (version != 0 && version != task.version)
        return err_set(err, ERR_CONFLICT, "task %" PRId64 " was changed meanwhile", task_id);
    if ((r = incident_task_state(db, task_id, state, now, opt_int(by->id), reason, err)) < 0 ||
        (r = incident_due_refresh(db, id, err)) < 0 ||
        (r = incident_change_event(&c, event,
                                   reason.len > 0 ? str_printf(a, STR_FMT " (" STR_FMT ")",
                                                               STR_ARG(task.title), STR_ARG(reason))
                                                  : task.title,
                                   0, 0, err)) < 0)
        return (int)r;
    return incident_change_commit(
        &c, "incident.task",
        str_printf(a, "{\"task\":%" PRId64 ",\"state\":\"" STR_FMT "\"}", task_id, STR_ARG(state)),
        true, err);
}

int incident_task_give(struct db *db, struct arena *a, int64_t id, int64_t task_id, int64_t version,
                       int64_t assignee_id, struct opt_int due_at, const struct actor *by,
                       int64_t now, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    struct incident_worker_row account = {0};
    struct incident_task_lock_row task;
    struct incident_change c;
    int64_t r = incident_change_begin(&c, db, a, id, 0, PERM_INCIDENT_WRITE, by, now, err);

    if (r < 0 || (r = lock_task(&c, task_id, version, &task, err)) < 0)
        return (int)r;
    if (assignee_id != 0) {
        if ((r = take_worker(&c, assignee_id, &account, err)) < 0)
            return (int)r;
        /* Whoever is given work must be able to see it. */
        if ((r = incident_member_put(db, id, assignee_id, now, err)) < 0)
            return (int)r;
    }
    if ((r = incident_task_assign(db, task_id, assignee_id != 0 ? opt_int(assignee_id) : NO_INT,
                                  due_at, err)) < 0 ||
        (r = incident_due_refresh(db, id, err)) < 0 ||
        (r = incident_change_event(
             &c, "task-assigned",
             str_printf(a, STR_FMT " - " STR_FMT, STR_ARG(task.title), STR_ARG(account.name)), 0, 0,
             err)) < 0)
        return (int)r;
    if (assignee_id != 0 && !(task.assignee_id.has && task.assignee_id.v == assignee_id) &&
        (r = incident_change_tell(&c, NOTICE_TASK_ASSIGNED, assignee_id, task.title, err)) < 0)
        return (int)r;
    return incident_change_commit(
        &c, "incident.task_assign",
        str_printf(a, "{\"task\":%" PRId64 ",\"assignee\":%" PRId64 "}", task_id, assignee_id),
        true, err);
}
