#include "app/filter/inner.h"

#include "app/undo/undo.h"
#include "base/json.h"
#include "base/text.h"

enum { VALUE_MAX = 200 }; /* bytes of one argument */

static const struct filter_list lists[] = {
    {.name = "incidents",
     .path = "/incidents",
     .label = N_("Incidents"),
     .permission = PERM_INCIDENT_READ,
     .args = {"state", "severity", "kind", "who", "late", "org", "q", "sort"}},
    {.name = "reports",
     .path = "/reports",
     .label = N_("Reports"),
     .permission = PERM_REPORT_READ,
     .args = {"state", "channel", "who", "q", "sort"}},
    {.name = "systems",
     .path = "/systems",
     .label = N_("Information systems"),
     .permission = PERM_SYSTEM_READ,
     .args = {"level", "state", "owner", "q", "sort"}},
    {.name = "orgs",
     .path = "/orgs",
     .label = N_("Organisations"),
     .permission = PERM_ORG_READ,
     .args = {"kind", "ended", "q", "sort"}},
    {.name = "observables",
     .path = "/observables",
     .label = N_("Observables"),
     .permission = PERM_INCIDENT_READ,
     .args = {"kind", "tlp", "open", "org", "first_from", "first_to", "last_from", "last_to", "q",
              "sort"}},
    {.name = "search", .path = "/search", .label = N_("Search"), .all = true, .args = {"q", "in"}},
};
const struct filter_lists filter_lists = {lists, ARRAY_LEN(lists)};

const struct form_choice filter_list_choices[] = {
    {"incidents", N_("Incidents")},
    {"reports", N_("Reports")},
    {"systems", N_("Information systems")},
    {"orgs", N_("Organisations")},
    {"observables", N_("Observables")},
    {"search", N_("Search")},
    {NULL, NULL},
};

const struct filter_list *filter_list_find(struct str name)
{
    for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
        if (str_is(name, lists[i].name))
            return &lists[i];
    }
    return NULL;
}

bool filter_list_open_to(const struct filter_list *list, const struct actor *actor)
{
    return list->all || actor_can(actor, list->permission);
}

static int invalid(struct err *err, const char *field, const char *what)
{
    err_set(err, ERR_INVALID, "%s", what);
    err_field(err, field);
    return ERR_INVALID;
}

/* What belongs to a page of the list and not to what it shows. */
static bool is_passing(struct str name)
{
    return str_is(name, "page") || str_is(name, "n") || str_is(name, "view");
}

static bool is_known(const struct filter_list *list, struct str name)
{
    for (size_t i = 0; i < ARRAY_LEN(list->args) && list->args[i] != NULL; i++) {
        if (str_is(name, list->args[i]))
            return true;
    }
    return false;
}

static struct str value_of(const struct http_pair *args, size_t len, const char *name)
{
    for (size_t i = 0; i < len; i++) {
        if (str_is(args[i].name, name))
            return str_trim(args[i].value);
    }
    return STR_EMPTY;
}

int filter_query(struct arena *a, const struct filter_list *list, const struct http_pair *args,
                 size_t len, bool strict, struct str *out, struct err *err)
{
    struct buf b = buf_make(a);

    for (size_t i = 0; i < len && strict; i++) {
        if (!is_known(list, args[i].name) && !is_passing(args[i].name))
            return invalid(err, "query", "the list has no such filter");
    }
    for (size_t i = 0; i < ARRAY_LEN(list->args) && list->args[i] != NULL; i++) {
        struct str value = value_of(args, len, list->args[i]);

        if (value.len == 0)
            continue;
        if (value.len > VALUE_MAX)
            return invalid(err, "query", "a filter is longer than 200 bytes");
        buf_printf(&b, "%s%s=", b.len > 0 ? "&" : "", list->args[i]);
        html_url_part(&b, value);
    }
    *out = b.len > 0 ? buf_str(&b) : STR("");
    return 0;
}

struct str filter_href(struct arena *a, const char *path, struct str query)
{
    return query.len > 0 ? str_printf(a, "%s?" STR_FMT, path, STR_ARG(query)) : str_c(path);
}

/* ---- operations --------------------------------------------------------------------------------
 */

static int record(struct db *db, struct arena *a, const char *action, int64_t id, struct str list,
                  const struct filter_values *v, const struct actor *by, int64_t now,
                  struct err *err)
{
    struct buf detail = buf_make(a);
    struct json_writer w;

    json_w_init(&w, &detail);
    json_w_object(&w);
    json_w_kstr(&w, "list", list);
    if (v != NULL && v->shared)
        json_w_kint(&w, "org", by->home_org);
    json_w_end(&w);
    return actor_audit(db, a, by, now, action, "filter", id, v != NULL ? v->name : STR(""),
                       buf_str(&detail), err);
}

/* What both a new one and a changed one must be; *query is what is kept. */
static int check(struct db *db, struct arena *a, const struct filter_list *list, int64_t id,
                 const struct filter_values *in, const struct actor *by, struct str *query,
                 struct err *err)
{
    struct filter_beside_row beside;
    struct http_pair *args;
    struct str text = in->query;
    size_t len;
    int r;

    if (list == NULL)
        return invalid(err, "list", "no such list");
    if (!filter_list_open_to(list, by))
        return err_set(err, ERR_FORBIDDEN, "account %" PRId64 " may not open %s", by->id,
                       list->path);
    if (str_trim(in->name).len == 0)
        return invalid(err, "name", "a filter needs a name");
    if (in->shared && by->home_org == 0)
        return invalid(err, "shared", "without a role there is no organisation to share with");
    if (str_starts(text, STR("?")))
        text = str_from(text, 1);
    if ((r = http_pairs(a, text, &args, &len, err)) < 0) {
        err_field(err, "query");
        return r;
    }
    if ((r = filter_query(a, list, args, len, true, query, err)) < 0)
        return r;
    if (query->len == 0)
        return invalid(err, "query", "there is no filter to keep");
    if ((r = filter_beside(db, a, by->id, str_c(list->name), text_fold(a, in->name), id, &beside,
                           err)) < 0)
        return r;
    if (beside.same > 0) {
        err_set(err, ERR_EXISTS, "a filter of this name exists");
        err_field(err, "name");
        return ERR_EXISTS;
    }
    if (id == 0 && beside.total >= FILTERS_MAX)
        return err_set(err, ERR_LIMIT, "%d filters of a list are as many as one may keep",
                       FILTERS_MAX);
    return 0;
}

static int set_default(struct db *db, int64_t id, struct str list, bool on, const struct actor *by,
                       struct err *err)
{
    int64_t r = on ? filter_default_put(db, by->id, list, id, err)
                   : filter_default_drop(db, by->id, id, err);

    return (int)MIN(r, 0);
}

static struct opt_int org_of(const struct filter_values *in, const struct actor *by)
{
    return in->shared ? opt_int(by->home_org) : NO_INT;
}

static int sweep(struct db *db, const struct actor *by, int64_t now, struct err *err)
{
    int64_t r = filter_sweep_default(db, by->id, now - UNDO_LIFE, err);

    if (r >= 0)
        r = filter_sweep(db, by->id, now - UNDO_LIFE, err);
    return (int)MIN(r, 0);
}

int filter_save(struct db *db, struct arena *a, const struct filter_values *in,
                const struct actor *by, int64_t now, int64_t *id, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    const struct filter_list *list = filter_list_find(in->list);
    struct filter_insert_row made;
    struct str query;
    int r;

    if ((r = db_begin(db, err)) < 0 || (r = check(db, a, list, 0, in, by, &query, err)) < 0 ||
        (r = sweep(db, by, now, err)) < 0 ||
        (r = filter_insert(db, a, by->id, org_of(in, by), in->list, in->name,
                           text_fold(a, in->name), query, now, &made, err)) < 0 ||
        (in->standard && (r = set_default(db, made.id, in->list, true, by, err)) < 0) ||
        (r = record(db, a, "filter.save", made.id, in->list, in, by, now, err)) < 0)
        return r;
    *id = made.id;
    return db_commit(db, err);
}

/* One that the actor may use; `own`: only their own may be changed. */
int filter_find(struct db *db, struct arena *a, int64_t id, bool own, const struct actor *by,
                int64_t now, struct filter_row *out, struct err *err)
{
    int r = filter_get(db, a, by->id, now, id, out, err);

    if (r == 0)
        return err_set(err, ERR_NOT_FOUND, "no filter %" PRId64 " in reach", id);
    if (r == 1 && own && !out->mine)
        return err_set(err, ERR_FORBIDDEN, "filter %" PRId64 " is somebody else's", id);
    return MIN(r, 0);
}

int filter_change(struct db *db, struct arena *a, int64_t id, const struct filter_values *in,
                  const struct actor *by, int64_t now, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    struct filter_row row;
    struct str query;
    int64_t r;

    if ((r = db_begin(db, err)) < 0 || (r = filter_find(db, a, id, true, by, now, &row, err)) < 0 ||
        (r = check(db, a, filter_list_find(row.list), id, in, by, &query, err)) < 0 ||
        (r = filter_update(db, id, by->id, org_of(in, by), in->name, text_fold(a, in->name), query,
                           now, err)) < 0 ||
        (r = set_default(db, id, row.list, in->standard, by, err)) < 0 ||
        (r = record(db, a, "filter.save", id, row.list, in, by, now, err)) < 0)
        return (int)r;
    return db_commit(db, err);
}

int filter_remove(struct db *db, struct arena *a, int64_t id, const struct actor *by, int64_t now,
                  struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    struct filter_row row;
    int64_t r;

    if ((r = db_begin(db, err)) < 0 || (r = filter_find(db, a, id, true, by, now, &row, err)) < 0 ||
        (r = sweep(db, by, now, err)) < 0 ||
        (r = filter_remove_row(db, id, by->id, now, err)) < 0 ||
        (r = record(db, a, "filter.remove", id, row.list, &(struct filter_values){.name = row.name},
                    by, now, err)) < 0)
        return (int)r;
    return db_commit(db, err);
}

int filter_restore(struct db *db, struct arena *a, int64_t id, const struct actor *by, int64_t now,
                   struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    struct filter_removed_row row;
    struct filter_beside_row beside;
    int64_t r;

    if ((r = db_begin(db, err)) < 0 ||
        (r = filter_removed(db, a, id, by->id, now - UNDO_LIFE, &row, err)) < 0)
        return (int)r;
    if (r == 0)
        return err_set(err, ERR_STATE, "filter %" PRId64 " cannot be brought back", id);
    if ((r = filter_beside(db, a, by->id, row.list, row.fold, id, &beside, err)) < 0)
        return (int)r;
    if (beside.same > 0)
        return err_set(err, ERR_EXISTS, "another filter has this name now");
    if ((r = filter_restore_row(db, id, by->id, err)) < 0 ||
        (r = record(db, a, "filter.restore", id, row.list,
                    &(struct filter_values){.name = row.name}, by, now, err)) < 0)
        return (int)r;
    return db_commit(db, err);
}

int filter_set_default(struct db *db, struct arena *a, int64_t id, bool on, const struct actor *by,
                       int64_t now, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    struct filter_row row;
    int r;

    if ((r = db_begin(db, err)) < 0 ||
        (r = filter_find(db, a, id, false, by, now, &row, err)) < 0 ||
        (r = set_default(db, id, row.list, on, by, err)) < 0 ||
        (r = record(db, a, "filter.default", on ? id : 0, row.list,
                    &(struct filter_values){.name = on ? row.name : STR("")}, by, now, err)) < 0)
        return r;
    return db_commit(db, err);
}
