#include "app/org/inner.h"
#include "sys/i18n/i18n.h"

const struct form_choice org_succession_kinds[] = {
    {"merge", N_("succession|Merged into another")},
    {"split", N_("succession|Split, a part went to another")},
    {"replace", N_("succession|Replaced or reorganised as another")},
    {NULL, NULL},
};

static int refuse(struct err *err, const char *field, const char *what, struct str code)
{
    err_set(err, ERR_INVALID, "%s (" STR_FMT ")", what, STR_ARG(code));
    err_field(err, field);
    return ERR_INVALID;
}

static int check(struct db *db, struct arena *a, const struct org_succession *s,
                 struct org_short_row *from, struct org_short_row *to, struct err *err)
{
    struct org_succeeds_row later;
    int r;

    if ((r = org_short(db, a, s->from, from, err)) < 0)
        return r;
    if (r == 0)
        return err_set(err, ERR_NOT_FOUND, "no organisation %" PRId64, s->from);
    if ((r = org_short(db, a, s->to, to, err)) < 0)
        return r;
    if (r == 0 || s->from == s->to)
        return refuse(err, "to", "an organisation cannot succeed itself", from->code);
    if (form_choice_find(org_succession_kinds, s->kind) < 0)
        return refuse(err, "kind", "unknown kind of succession", s->kind);
    if (s->lives_on && !str_is(s->kind, "split"))
        return refuse(err, "lives_on", "only who is split can go on existing", from->code);
    if ((r = org_succeeds(db, a, s->to, s->from, &later, err)) < 0)
        return r;
    return r > 0 ? refuse(err, "to", "this would go in a circle", to->code) : 0;
}

static int hand_over(struct db *db, struct arena *a, const struct org_succession *s,
                     const struct actor *by, int64_t now, struct err *err)
{
    int64_t r = 0;

    if (s->move_systems && ((r = org_systems_owner_move(db, s->from, s->to, now, err)) < 0 ||
                            (r = org_systems_operator_move(db, s->from, s->to, now, err)) < 0))
        return (int)r;
    if (s->move_networks && ((r = org_domains_copy(db, s->from, s->to, err)) < 0 ||
                             (r = org_domains_clear(db, s->from, err)) < 0 ||
                             (r = org_ranges_copy(db, s->from, s->to, err)) < 0 ||
                             (r = org_ranges_clear(db, s->from, err)) < 0 ||
                             (r = org_asns_copy(db, s->from, s->to, err)) < 0 ||
                             (r = org_asns_clear(db, s->from, err)) < 0))
        return (int)r;
    if (s->under && (r = org_move(db, a, s->from, s->to, by, now, err)) < 0) {
        /* The message is about the tree; the field that was filled in is another. */
        if (r == ERR_INVALID)
            err_field(err, "under");
        return (int)r;
    }
    return 0;
}

int org_succeed(struct db *db, struct arena *a, const struct org_succession *s,
                const struct actor *by, int64_t now, struct err *err)
{
    struct org_short_row from, to;
    int64_t r = check(db, a, s, &from, &to, err);

    if (r < 0 || (r = org_succession_put(db, s->from, s->to, s->kind, s->at, s->document, err)) < 0)
        return (int)r;
    if (!s->lives_on && ((r = org_end(db, s->from, s->at, now, err)) < 0 ||
                         (r = org_name_close(db, s->from, s->at, err)) < 0))
        return (int)r;
    if ((r = hand_over(db, a, s, by, now, err)) < 0)
        return (int)r;
    return org_audit(db, a, s->from, from.code, "org.succeed",
                     str_printf(a,
                                "{\"to\":\"" STR_FMT "\",\"kind\":\"" STR_FMT
                                "\",\"systems\":%s,\"networks\":%s,\"under\":%s}",
                                STR_ARG(to.code), STR_ARG(s->kind),
                                s->move_systems ? "true" : "false",
                                s->move_networks ? "true" : "false", s->under ? "true" : "false"),
                     by, now, err);
}

int org_unsucceed(struct db *db, struct arena *a, int64_t from, int64_t to, const struct actor *by,
                  int64_t now, struct err *err)
{
    struct org_short_row org, other;
    int64_t r;

    if ((r = org_short(db, a, from, &org, err)) < 0 || (r = org_short(db, a, to, &other, err)) < 0)
        return (int)r;
    r = org_succession_delete(db, from, to, err);
    if (r == 0)
        return err_set(err, ERR_NOT_FOUND, "no succession from %" PRId64 " to %" PRId64, from, to);
    if (r < 0 || (r = org_name_reopen(db, from, err)) < 0 ||
        (r = org_revive(db, from, now, err)) < 0)
        return (int)r;
    return org_audit(db, a, from, org.code, "org.unsucceed",
                     str_printf(a, "{\"to\":\"" STR_FMT "\"}", STR_ARG(other.code)), by, now, err);
}

/* ---- as a page or a program asks for it: rights, transaction, words ----------------------------
 */

int org_succession_record(struct db *db, struct arena *a, const struct org_succession *s,
                          int64_t version, const struct actor *by, int64_t now, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    struct org_lock_row was;
    int r;

    if ((r = org_change_begin(db, a, s->from, version, PERM_ORG_WRITE, by, now, &was, err)) < 0 ||
        (r = actor_require(db, by, PERM_ORG_WRITE, s->to, now, err)) < 0 ||
        (r = org_succeed(db, a, s, by, now, err)) < 0)
        return r;
    return db_commit(db, err);
}

int org_succession_take_back(struct db *db, struct arena *a, int64_t from, struct str to,
                             int64_t version, const struct actor *by, int64_t now, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    struct org_id_by_code_row other;
    struct org_lock_row was;
    int r;

    if ((r = org_change_begin(db, a, from, version, PERM_ORG_WRITE, by, now, &was, err)) < 0 ||
        (r = org_id_by_code(db, a, to, &other, err)) < 0)
        return r;
    if (r == 0)
        return err_set(err, ERR_NOT_FOUND, "no organisation of that code");
    if ((r = org_unsucceed(db, a, from, other.id, by, now, err)) < 0)
        return r;
    return db_commit(db, err);
}

struct str org_succession_refusal(enum lang lang, const struct err *err, const char **field)
{
    static const struct {
        const char *field, *message;
    } known[] = {
        {"to", N_("Choose another organisation: this one already goes back to it")},
        {"lives_on", N_("Only an organisation that is split can go on existing")},
        {"under", N_("The successor stands below this organisation: move it elsewhere first, or "
                     "leave this unticked")},
    };

    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        if (strcmp(err->field, known[i].field) == 0) {
            *field = known[i].field;
            return i18n_text(lang, known[i].message);
        }
    }
    *field = "";
    return str_c(err->what);
}
