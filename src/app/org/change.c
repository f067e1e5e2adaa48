#include "app/audit/tell.h"
#include "app/org/inner.h"

/* Contacts and networks: what stands beside the facts of an organisation. */

static int commit(struct db *db, struct arena *a, int64_t id, struct str code, const char *action,
                  struct str detail, const struct actor *by, int64_t now, struct err *err)
{
    int r = org_audit(db, a, id, code, action, detail, by, now, err);

    return r < 0 ? r : db_commit(db, err);
}

int org_contact_add(struct db *db, struct arena *a, int64_t id, const struct org_contact_values *in,
                    const struct actor *by, int64_t now, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    struct org_contact_new new_ = {in->kind,   in->name,  in->position, in->phone,
                                   in->mobile, in->email, in->other,    in->is_public};
    struct org_lock_row was;
    int r = org_change_begin(db, a, id, 0, PERM_ORG_CONTACT, by, now, &was, err);

    if (r < 0 || (r = org_add_contact(db, a, id, &new_, err)) < 0)
        return r;
    /* Who the contact is stays out of the log, which nobody may edit. */
    return commit(db, a, id, was.code, "org.contact", audit_detail(a, "contact_added", in->kind),
                  by, now, err);
}

int org_contact_remove(struct db *db, struct arena *a, int64_t id, int64_t contact,
                       const struct actor *by, int64_t now, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    struct org_contact_delete_row gone;
    struct org_lock_row was;
    int r = org_change_begin(db, a, id, 0, PERM_ORG_CONTACT, by, now, &was, err);

    if (r < 0 || (r = org_contact_delete(db, a, id, contact, &gone, err)) < 0)
        return r;
    if (r == 0)
        return err_set(err, ERR_NOT_FOUND, "no contact %" PRId64 " of " STR_FMT, contact,
                       STR_ARG(was.code));
    return commit(db, a, id, was.code, "org.contact", audit_detail(a, "contact_removed", gone.kind),
                  by, now, err);
}

/* "AS64500", "192.0.2.0/24" or "example.vn": what was typed tells what it is. */
static int64_t change_network(struct db *db, struct arena *a, int64_t id, struct str value,
                              bool remove, struct err *err)
{
    int64_t asn;

    if (str_starts_nocase(value, STR("AS")) && str_to_int(str_from(value, 2), &asn))
        return remove ? org_asn_delete(db, id, asn, err) : org_add_asn(db, a, id, asn, err);
    if (str_find_char(value, '/') >= 0 || str_find_char(value, ':') >= 0 ||
        (value.len > 0 && isdigit((unsigned char)value.ptr[value.len - 1])))
        return remove ? org_range_delete(db, id, value, err) : org_add_range(db, a, id, value, err);
    return remove ? org_domain_delete(db, id, value, err) : org_add_domain(db, a, id, value, err);
}

int org_network_change(struct db *db, struct arena *a, int64_t id, struct str value, bool remove,
                       const struct actor *by, int64_t now, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    struct org_lock_row was;
    int64_t r = org_change_begin(db, a, id, 0, PERM_ORG_CONTACT, by, now, &was, err);

    if (r < 0 || (r = change_network(db, a, id, str_trim(value), remove, err)) < 0)
        return (int)r;
    /* Removing what is not there changes nothing, so nothing is told. */
    return commit(db, a, id, was.code, "org.network",
                  remove && r == 0 ? STR("")
                                   : audit_detail(a, remove ? "removed" : "added", str_trim(value)),
                  by, now, err);
}
