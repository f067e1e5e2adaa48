#include "app/system/system.h"

#include "app/audit/audit.h"
#include "app/audit/tell.h"
#include "app/code/code.h"
#include "app/system/view.h"
#include "base/net.h"
#include "base/random.h"
#include "base/text.h"
#include "sys/i18n/i18n.h"

const struct form_choice system_states[] = {
    {"planned", N_("system state|Being built")},
    {"live", N_("system state|In operation")},
    {"retired", N_("system state|Retired")},
    {NULL, NULL},
};

/* Decree 331/2026: security levels 1 to 5. */
const struct form_choice system_levels[] = {
    {"1", N_("Level 1")}, {"2", N_("Level 2")}, {"3", N_("Level 3")},
    {"4", N_("Level 4")}, {"5", N_("Level 5")}, {NULL, NULL},
};

int system_log(struct db *db, struct arena *a, int64_t id, struct str code, const char *action,
               struct str detail, const struct actor *by, int64_t now, struct err *err)
{
    return actor_audit(db, a, by, now, action, "system", id, code, detail, err);
}

struct str system_fold(struct arena *a, struct str code, struct str name, struct str purpose)
{
    return text_fold(a, str_printf(a, STR_FMT " " STR_FMT " " STR_FMT, STR_ARG(name), STR_ARG(code),
                                   STR_ARG(purpose)));
}

int system_change_begin(struct db *db, struct arena *a, int64_t id, int64_t version,
                        const struct actor *by, int64_t now, struct system_lock_row *was,
                        struct err *err)
{
    struct system_may_write_row may;
    int r = db_begin(db, err);

    if (r < 0)
        return r;
    r = system_may_write(db, a, by->id, now, id, &may, err);
    if (r == 0 && !may.may_write)
        r = err_set(err, ERR_FORBIDDEN, "account %" PRId64 " may not change system %" PRId64,
                    by->id, id);
    if (r == 0 && (r = system_lock(db, a, id, was, err)) == 0)
        r = err_set(err, ERR_NOT_FOUND, "no system %" PRId64, id);
    if (r == 1 && version != 0 && version != was->version)
        r = err_set(err, ERR_CONFLICT, STR_FMT " was changed meanwhile", STR_ARG(was->code));
    if (r < 0)
        db_rollback(db);
    return MIN(r, 0);
}

int system_change_commit(struct db *db, struct arena *a, int64_t id, struct str code,
                         const char *action, struct str detail, const struct actor *by, int64_t now,
                         struct err *err)
{
    int r = system_log(db, a, id, code, action, detail, by, now, err);

    if (r < 0) {
        db_rollback(db);
        return r;
    }
    return db_commit(db, err);
}

static struct opt_int opt_of(struct str s)
{
    int64_t n;

    return str_to_int(s, &n) ? opt_int(n) : NO_INT;
}

struct str system_difference(struct arena *a, const struct system_get_row *was,
                             const struct system_get_row *is)
{
    struct audit_difference d;

    audit_difference_begin(&d, a);
    audit_changed(&d.w, "name", was->name, is->name);
    audit_changed(&d.w, "purpose", was->purpose, is->purpose);
    audit_changed(&d.w, "owner", was->owner_name, is->owner_name);
    audit_changed(&d.w, "operator", was->operator_name, is->operator_name);
    audit_changed_int(&d.w, "level", was->level, is->level);
    audit_changed(&d.w, "decision_no", was->decision_no, is->decision_no);
    audit_changed_int(&d.w, "decision_date", was->decision_date, is->decision_date);
    audit_changed(&d.w, "state", was->state, is->state);
    audit_changed_quietly(&d.w, "responsible", was->responsible, is->responsible);
    audit_changed_quietly(&d.w, "phone", was->phone, is->phone);
    audit_changed_quietly(&d.w, "email", was->email, is->email);
    return audit_difference_end(&d);
}

int system_save(struct db *db, struct arena *a, int64_t id, int64_t version,
                const struct system_values *in, const struct actor *by, int64_t now,
                struct err *err)
{
    struct system_get_row was, is;
    struct system_lock_row lock;
    struct opt_int level = opt_of(in->level);
    struct opt_int owner = opt_of(in->owner);
    int64_t r = system_change_begin(db, a, id, version, by, now, &lock, err);

    if (r < 0)
        return (int)r;
    /* The new owner must be in the actor's reach too. */
    r = owner.has ? actor_require(db, by, PERM_SYSTEM_WRITE, owner.v, now, err)
                  : err_set(err, ERR_INVALID, "no owner");
    if (r >= 0 && (r = system_get(db, a, id, &was, err)) >= 0)
        r = system_update(db, id, in->name, in->purpose, owner.v, opt_of(in->operator_), level,
                          in->decision_no, in->decision_date, in->state, in->responsible, in->phone,
                          in->email, now, system_fold(a, lock.code, in->name, in->purpose),
                          text_sort_key(a, in->name), err);
    if (r < 0 || (r = system_get(db, a, id, &is, err)) < 0) {
        db_rollback(db);
        return (int)r;
    }
    return system_change_commit(db, a, id, lock.code, "system.edit",
                                system_difference(a, &was, &is), by, now, err);
}

int system_create(struct db *db, struct arena *a, const struct system_new *new_,
                  const struct actor *by, int64_t now, int64_t *id, struct err *err)
{
    struct str code = new_->code;
    struct system_insert_row row;
    struct str fold;
    int r;

    if (new_->level.has && (new_->level.v < 1 || new_->level.v > 5)) {
        r = err_set(err, ERR_INVALID, "security level %" PRId64 " is not 1 to 5", new_->level.v);
        err_field(err, "level");
        return r;
    }
    if (code.len == 0 && (r = code_next_plain(db, a, "HT", &code, err)) < 0)
        return r;
    fold = system_fold(a, code, new_->name, new_->purpose);
    r = system_insert(db, a, code, random_uuid7(a, now), new_->name, new_->purpose, new_->owner_id,
                      new_->operator_id != 0 ? opt_int(new_->operator_id) : NO_INT, new_->level,
                      new_->decision_no, new_->decision_date, new_->state, new_->responsible,
                      new_->phone, new_->email, now, fold, text_sort_key(a, new_->name), &row, err);
    if (r < 0)
        return r;
    *id = row.id;
    return system_log(db, a, row.id, code, "system.create", STR(""), by, now, err);
}

int system_add_domain(struct db *db, struct arena *a, int64_t id, struct str domain,
                      struct err *err)
{
    int64_t r = system_domain_put(db, id, str_lower(a, str_trim(domain)), err);

    return r < 0 ? (int)r : 0;
}

int system_add_range(struct db *db, struct arena *a, int64_t id, struct str cidr, struct err *err)
{
    uint8_t first[NET_IP], last[NET_IP];
    int64_t r;

    if (!net_parse_cidr(str_trim(cidr), first, last)) {
        r = err_set(err, ERR_INVALID,
                    "\"" STR_FMT "\" is not an address block such as 192.0.2.0/24", STR_ARG(cidr));
        err_field(err, "ranges");
        return (int)r;
    }
    r = system_range_put(db, id, str_trim(cidr), str_make((const char *)first, NET_IP),
                         str_make((const char *)last, NET_IP), err);
    return r < 0 ? (int)r : 0;
}

int system_add_product(struct db *db, struct arena *a, int64_t id, struct str vendor,
                       struct str product, struct str version, struct str cpe, struct err *err)
{
    int64_t r = system_product_insert(db, id, vendor, product, version, cpe, err);

    return r < 0 ? (int)r : 0;
}

int system_options(struct db *db, struct arena *a, const struct actor *actor, int64_t now,
                   struct form_option **out, size_t *len, struct err *err)
{
    struct system_choices_rows rows;
    int r = system_choices(db, a, actor->id, now, actor->home_org, &rows, err);

    if (r < 0)
        return r;
    *out = arena_array(a, struct form_option, rows.len + 1);
    *len = rows.len;
    for (size_t i = 0; i < rows.len; i++)
        (*out)[i] = (struct form_option){.value = str_printf(a, "%" PRId64, rows.at[i].id),
                                         .label = rows.at[i].name};
    return 0;
}
