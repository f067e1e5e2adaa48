#include "app/incident/case.h"
#include "base/json.h"

/* One incident among many: what it was, and whether it is changed at all. */
struct item {
    struct incident_change c;
    struct case_facts_row was;
    int64_t member, watcher; /* accounts that came in with the change, 0: none */
    bool changed;
};

/* Of the undo of one step forward; of closing and reopening it is that of closing many. */
#define UNDO_MOVE "incident.move"

static const struct {
    const char *name; /* of the undo */
    const char *action;
    enum permission needed;
    bool versioned; /* makes a new version of the incident */
} kinds[] = {
    [BULK_LEAD] = {"incident.lead", "incident.lead", PERM_INCIDENT_MANAGE, true},
    [BULK_SEVERITY] = {"incident.severity", "incident.edit", PERM_INCIDENT_WRITE, true},
    [BULK_TLP] = {"incident.tlp", "incident.edit", PERM_INCIDENT_MANAGE, true},
    [BULK_WATCH] = {"incident.watch", "incident.watch", PERM_INCIDENT_READ, false},
    [BULK_WATCHER] = {"incident.watcher", "incident.watch", PERM_INCIDENT_MANAGE, false},
    [BULK_FOLLOW_UP] = {"incident.follow_up", "incident.follow_up", PERM_INCIDENT_WRITE, true},
    [BULK_CLOSE] = {"incident.close", "incident.state", PERM_INCIDENT_MANAGE, true},
};

/* ---- the changes, one incident each ------------------------------------------------------------
 */

static int change_lead(struct item *it, const struct incident_bulk *b, struct case_facts_row *is,
                       struct err *err)
{
    struct incident_candidate_row account;
    int64_t r;

    if (it->was.lead_id.has && it->was.lead_id.v == b->account_id)
        return 0;
    r = incident_candidate(it->c.db, it->c.arena, it->c.id, it->c.by->id, it->c.now, b->account_id,
                           &account, err);
    if (r <= 0)
        return (int)r; /* not somebody to lead this one */
    if ((r = incident_member_put(it->c.db, it->c.id, b->account_id, it->c.now, err)) < 0)
        return (int)r;
    it->member = r > 0 ? b->account_id : 0;
    is->lead_id = opt_int(b->account_id);
    if ((r = incident_change_event(&it->c, "lead", account.name, 0, 0, err)) < 0 ||
        (r = incident_change_tell(&it->c, NOTICE_INCIDENT_ASSIGNED, b->account_id, STR("lead"),
                                  err)) < 0)
        return (int)r;
    return 1;
}

static int change_severity(struct item *it, const struct incident_bulk *b,
                           struct case_facts_row *is, struct err *err)
{
    int r;

    if (b->severity == it->was.severity)
        return 0;
    is->severity = b->severity;
    r = incident_change_event(&it->c, "edited", STR(""), 0, 0, err);
    return r < 0 ? r : 1;
}

static int change_tlp(struct item *it, const struct incident_bulk *b, struct case_facts_row *is,
                      struct err *err)
{
    int64_t r;

    if (str_eq(b->tlp, it->was.tlp))
        return 0;
    is->tlp = b->tlp;
    /* TLP:RED is for named people: whoever sets it is one of them, or nobody could undo it. */
    if (str_is(b->tlp, "red")) {
        r = incident_member_put(it->c.db, it->c.id, it->c.by->id, it->c.now, err);
        if (r < 0)
            return (int)r;
        it->member = r > 0 ? it->c.by->id : 0;
    }
    r = incident_change_event(&it->c, "edited", STR(""), 0, 0, err);
    return r < 0 ? (int)r : 1;
}

static int change_watcher(struct item *it, const struct incident_bulk *b,
                          _unused_ struct case_facts_row *is, struct err *err)
{
    int64_t account = b->what == BULK_WATCH ? it->c.by->id : b->account_id;
    struct case_reader_row reader;
    int64_t r = case_reader(it->c.db, it->c.arena, it->c.id, it->c.now, account, &reader, err);

    if (r <= 0 || (r = case_watcher_put(it->c.db, it->c.id, account, it->c.now, err)) <= 0)
        return (int)r;
    it->watcher = account;
    return 1;
}

static int change_follow_up(struct item *it, const struct incident_bulk *b,
                            struct case_facts_row *is, struct err *err)
{
    int r;

    if (it->was.closed_at.has || (!b->at.has && !it->was.follow_up_at.has))
        return 0;
    is->follow_up_at = b->at;
    is->follow_up_note = b->at.has ? b->text : STR("");
    r = incident_change_event(
        &it->c, b->at.has ? "follow-up" : "follow-up-done",
        b->at.has ? incident_follow_text(it->c.arena, b->at.v, b->text) : STR(""), 0, 0, err);
    return r < 0 ? r : 1;
}

static int change_close(struct item *it, const struct incident_bulk *b, struct case_facts_row *is,
                        struct err *err)
{
    int r;

    if (it->was.closed_at.has)
        return 0;
    is->state = STR("closed");
    is->state_at = it->c.now;
    is->closed_at = opt_int(it->c.now);
    is->outcome = b->text;
    is->follow_up_at = NO_INT;
    r = incident_change_event(
        &it->c, "state", str_printf(it->c.arena, "closed: " STR_FMT, STR_ARG(b->text)), 0, 0, err);
    if (r >= 0)
        r = incident_change_tell(&it->c, NOTICE_INCIDENT_STATE, 0, is->state, err);
    return r < 0 ? r : 1;
}

typedef int change_fn(struct item *, const struct incident_bulk *, struct case_facts_row *,
                      struct err *);
static change_fn *const changes[] = {
    [BULK_LEAD] = change_lead,       [BULK_SEVERITY] = change_severity,
    [BULK_TLP] = change_tlp,         [BULK_WATCH] = change_watcher,
    [BULK_WATCHER] = change_watcher, [BULK_FOLLOW_UP] = change_follow_up,
    [BULK_CLOSE] = change_close,
};

static int put_facts(struct db *db, int64_t id, int64_t now, const struct case_facts_row *f,
                     struct err *err)
{
    int64_t r = case_facts_put(db, id, now, f->severity, f->tlp, f->state, f->state_at,
                               f->contained_at, f->closed_at, f->outcome, f->lead_id,
                               f->follow_up_at, f->follow_up_note, err);

    return r < 0 ? (int)r : 0;
}

/* 1: changed; 0: left alone. */
static int change_one(struct item *it, const struct incident_bulk *b, struct db *db,
                      struct arena *a, int64_t id, const struct actor *by, int64_t now,
                      struct err *err)
{
    struct case_facts_row is;
    int r = incident_change_join(&it->c, db, a, id, 0, kinds[b->what].needed, by, now, err);

    if (r == ERR_FORBIDDEN || r == ERR_STATE) {
        err_clear(err);
        return 0;
    }
    if (r < 0 || (r = case_facts(db, a, id, &it->was, err)) < 0)
        return r;
    is = it->was;
    if ((r = changes[b->what](it, b, &is, err)) <= 0)
        return r;
    it->changed = true;
    if (kinds[b->what].versioned && (r = put_facts(db, id, now, &is, err)) < 0)
        return r;
    return 1;
}

/* ---- what is kept for taking it back -----------------------------------------------------------
 */

static void write_opt(struct json_writer *w, const char *key, struct opt_int n)
{
    if (n.has)
        json_w_kint(w, key, n.v);
}

static struct str was_json(const struct item *it)
{
    struct buf b = buf_make(it->c.arena);
    struct json_writer w;

    json_w_init(&w, &b);
    json_w_object(&w);
    json_w_kint(&w, "severity", it->was.severity);
    json_w_kstr(&w, "tlp", it->was.tlp);
    json_w_kstr(&w, "state", it->was.state);
    json_w_kint(&w, "state_at", it->was.state_at);
    write_opt(&w, "contained_at", it->was.contained_at);
    write_opt(&w, "closed_at", it->was.closed_at);
    json_w_kstr(&w, "outcome", it->was.outcome);
    write_opt(&w, "lead_id", it->was.lead_id);
    write_opt(&w, "follow_up_at", it->was.follow_up_at);
    json_w_kstr(&w, "follow_up_note", it->was.follow_up_note);
    json_w_kint(&w, "member", it->member);
    json_w_kint(&w, "watcher", it->watcher);
    json_w_end(&w);
    return buf_str(&b);
}

static void read_was(struct str text, struct arena *a, struct case_facts_row *out, int64_t *member,
                     int64_t *watcher)
{
    const struct {
        const char *key;
        struct str *text;
        struct opt_int *opt;
        int64_t *number;
    } parts[] = {
        {"severity", .number = &out->severity},
        {"tlp", .text = &out->tlp},
        {"state", .text = &out->state},
        {"state_at", .number = &out->state_at},
        {"contained_at", .opt = &out->contained_at},
        {"closed_at", .opt = &out->closed_at},
        {"outcome", .text = &out->outcome},
        {"lead_id", .opt = &out->lead_id},
        {"follow_up_at", .opt = &out->follow_up_at},
        {"follow_up_note", .text = &out->follow_up_note},
        {"member", .number = member},
        {"watcher", .number = watcher},
    };
    struct json j;

    *out = (struct case_facts_row){
        .tlp = STR(""), .state = STR(""), .outcome = STR(""), .follow_up_note = STR("")};
    *member = *watcher = 0;
    json_init(&j, text);
    while (json_next(&j) != JSON_END && j.type != JSON_ERROR) {
        struct str key;
        int64_t n = 0;

        if (j.type != JSON_KEY)
            continue;
        key = json_string(&j, a);
        json_next(&j);
        for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
            if (!str_is(key, parts[i].key))
                continue;
            if (parts[i].text != NULL)
                *parts[i].text = json_string(&j, a);
            else if (json_int(&j, &n) && parts[i].opt != NULL)
                *parts[i].opt = opt_int(n);
            else if (parts[i].number != NULL)
                *parts[i].number = n;
        }
    }
}

int incident_undo_keep(struct incident_change *c, bool closing, const struct case_facts_row *was,
                       int64_t *undo_id, struct err *err)
{
    const struct item it = {.c = *c, .was = *was};
    struct undo_items items = {0};
    struct case_facts_row is;
    int r = case_facts(c->db, c->arena, c->id, &is, err);

    if (r < 0)
        return r;
    *vec_push(&items, c->arena) = (struct undo_item){c->id, c->was.code, is.version, was_json(&it)};
    return undo_keep(c->db, c->arena, closing ? kinds[BULK_CLOSE].name : UNDO_MOVE, &items, c->by,
                     c->now, undo_id, err);
}

/* ---- all of them -------------------------------------------------------------------------------
 */

/* Ids in order, so that two who change many at once wait for each other instead of blocking. */
static int find_all(struct db *db, struct arena *a, const struct form_values *codes,
                    const struct actor *by, int64_t now, int64_t **ids, size_t *len,
                    struct err *err)
{
    *ids = arena_array(a, int64_t, codes->len + 1);
    *len = 0;
    for (size_t i = 0; i < codes->len; i++) {
        int64_t id;
        size_t at;
        int r = incident_find(db, a, codes->at[i], by, now, &id, err);

        if (r == ERR_NOT_FOUND) {
            err_clear(err);
            continue;
        }
        if (r < 0)
            return r;
        for (at = *len; at > 0 && (*ids)[at - 1] > id; at--)
            (*ids)[at] = (*ids)[at - 1];
        if (at > 0 && (*ids)[at - 1] == id) { /* named twice */
            memmove(&(*ids)[at], &(*ids)[at + 1], (*len - at) * sizeof(int64_t));
            continue;
        }
        (*ids)[at] = id;
        *len += 1;
    }
    return 0;
}

static struct str audit_detail(struct arena *a, const struct incident_bulk *b,
                               const struct item *it)
{
    struct buf out = buf_make(a);
    struct json_writer w;

    json_w_init(&w, &out);
    json_w_object(&w);
    json_w_kbool(&w, "bulk", true);
    if (b->what == BULK_SEVERITY || b->what == BULK_TLP) {
        json_w_key(&w, b->what == BULK_TLP ? STR("tlp") : STR("severity"));
        json_w_array(&w);
        if (b->what == BULK_TLP) {
            json_w_str(&w, it->was.tlp);
            json_w_str(&w, b->tlp);
        } else {
            json_w_int(&w, it->was.severity);
            json_w_int(&w, b->severity);
        }
        json_w_end(&w);
    } else if (b->what == BULK_CLOSE) {
        json_w_kstr(&w, "from", it->was.state);
        json_w_kstr(&w, "to", STR("closed"));
        json_w_kstr(&w, "reason", b->text);
    } else if (b->what == BULK_FOLLOW_UP) {
        write_opt(&w, "at", b->at);
    } else {
        json_w_kint(&w, "account", b->what == BULK_WATCH ? it->c.by->id : b->account_id);
    }
    json_w_end(&w);
    return buf_str(&out);
}

int incident_bulk_do(struct db *db, struct arena *a, const struct form_values *codes,
                     const struct incident_bulk *change, const struct actor *by, int64_t now,
                     struct incident_bulk_result *out, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    struct buf skipped = buf_make(a);
    struct undo_items items = {0};
    struct item *all;
    int64_t *ids;
    size_t len;
    int r;

    *out = (struct incident_bulk_result){0};
    if ((r = db_begin(db, err)) < 0 || (r = find_all(db, a, codes, by, now, &ids, &len, err)) < 0)
        return r;
    all = arena_array(a, struct item, len + 1);
    for (size_t i = 0; i < len; i++) {
        struct case_facts_row is;
        struct incident_get_row row;

        if ((r = change_one(&all[i], change, db, a, ids[i], by, now, err)) < 0)
            return r;
        if (r == 0) {
            if ((r = incident_get(db, a, ids[i], &row, err)) < 0)
                return r;
            buf_printf(&skipped, "%s" STR_FMT, skipped.len > 0 ? ", " : "", STR_ARG(row.code));
            continue;
        }
        if ((r = case_facts(db, a, ids[i], &is, err)) < 0)
            return r;
        *vec_push(&items, a) =
            (struct undo_item){ids[i], all[i].c.was.code,
                               kinds[change->what].versioned ? is.version : 0, was_json(&all[i])};
    }
    out->skipped = buf_str(&skipped);
    out->changed = (int64_t)items.len;
    if (items.len == 0)
        return 0; /* nothing to keep: rolled back */
    if ((r = undo_keep(db, a, kinds[change->what].name, &items, by, now, &out->undo_id, err)) < 0)
        return r;
    for (size_t i = 0; i < len; i++) {
        if (all[i].changed &&
            (r = incident_change_audit(&all[i].c, kinds[change->what].action,
                                       audit_detail(a, change, &all[i]), err)) < 0)
            return r;
    }
    return db_commit(db, err);
}

/* ---- taking it back ----------------------------------------------------------------------------
 */

static int restore_one(struct incident_change *c, const struct undo_item *item, struct err *err)
{
    struct case_facts_row was;
    int64_t member, watcher;
    int64_t r = 0;

    read_was(item->was, c->arena, &was, &member, &watcher);
    if (watcher != 0)
        r = case_watcher_remove(c->db, c->id, watcher, err);
    if (r >= 0 && member != 0)
        r = incident_member_remove(c->db, c->id, member, err);
    if (r >= 0 && item->version != 0 && (r = put_facts(c->db, c->id, c->now, &was, err)) == 0)
        r = incident_change_event(c, "undone", STR(""), 0, 0, err);
    return r < 0 ? (int)r : 0;
}

int incident_bulk_undo(struct db *db, struct arena *a, int64_t undo_id, const struct actor *by,
                       int64_t now, int64_t *restored, struct str *changed, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    struct buf codes = buf_make(a);
    struct undo_items items;
    enum permission needed;
    struct incident_change *all;
    struct str what;
    int r;

    if ((r = db_begin(db, err)) < 0 ||
        (r = undo_take(db, a, undo_id, STR("incident."), by, now, &what, &items, err)) < 0)
        return r;
    needed = str_is(what, UNDO_MOVE) ? PERM_INCIDENT_WRITE : PERM_INCIDENT_MANAGE;
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        if (str_is(what, kinds[i].name))
            needed = kinds[i].needed;
    }
    all = arena_array(a, struct incident_change, items.len + 1);
    for (size_t i = 0; i < items.len; i++) {
        r = incident_change_join(&all[i], db, a, items.at[i].id, items.at[i].version, needed, by,
                                 now, err);
        if (r == ERR_CONFLICT || r == ERR_STATE || r == ERR_NOT_FOUND) {
            buf_printf(&codes, "%s" STR_FMT, codes.len > 0 ? ", " : "", STR_ARG(items.at[i].code));
            err_clear(err);
        } else if (r < 0) {
            return r;
        }
    }
    *changed = buf_str(&codes);
    if (codes.len > 0)
        return err_set(err, ERR_CONFLICT, "changed since: " STR_FMT, STR_ARG(*changed));
    for (size_t i = 0; i < items.len; i++) {
        if ((r = restore_one(&all[i], &items.at[i], err)) < 0)
            return r;
    }
    for (size_t i = 0; i < items.len; i++) {
        if ((r = incident_change_audit(&all[i], "incident.undo", STR(""), err)) < 0)
            return r;
    }
    *restored = (int64_t)items.len;
    return db_commit(db, err);
}
