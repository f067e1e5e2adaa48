#include "app/org/org.h"

#include "app/audit/audit.h"
#include "app/audit/tell.h"
#include "app/code/code.h"
#include "app/org/inner.h"
#include "base/net.h"
#include "base/random.h"
#include "base/text.h"
#include "sys/i18n/i18n.h"

const struct form_choice org_kinds[] = {
    {"province", N_("org kind|Province, city")},
    {"department", N_("org kind|Department, agency")},
    {"district", N_("org kind|District (until 2025)")},
    {"commune", N_("org kind|Commune")},
    {"ward", N_("org kind|Ward")},
    {"police", N_("org kind|Police")},
    {"military", N_("org kind|Military")},
    {"party", N_("org kind|Party, front, union")},
    {"telecom", N_("org kind|Telecom provider")},
    {"isp", N_("org kind|Internet provider")},
    {"it_provider", N_("org kind|IT provider")},
    {"school", N_("org kind|School, university")},
    {"hospital", N_("org kind|Hospital, clinic")},
    {"press", N_("org kind|Press, broadcasting")},
    {"bank", N_("org kind|Bank, finance")},
    {"enterprise", N_("org kind|Enterprise")},
    {"team", N_("org kind|Response team")},
    {"other", N_("org kind|Other")},
    {NULL, NULL},
};

int org_audit(struct db *db, struct arena *a, int64_t id, struct str code, const char *action,
              struct str detail, const struct actor *by, int64_t now, struct err *err)
{
    return actor_audit(db, a, by, now, action, "org", id, code, detail, err);
}

struct str org_fold(struct arena *a, struct str code, struct str name, struct str short_name,
                    struct str unit_code)
{
    return text_fold(a, str_printf(a, STR_FMT " " STR_FMT " " STR_FMT " " STR_FMT, STR_ARG(name),
                                   STR_ARG(short_name), STR_ARG(code), STR_ARG(unit_code)));
}

int org_create(struct db *db, struct arena *a, const struct org_new *new_, const struct actor *by,
               int64_t now, int64_t *id, struct err *err)
{
    struct str code = new_->code;
    struct org_insert_row row;
    struct str fold;
    int64_t r;

    if (form_choice_find(org_kinds, new_->kind) < 0) {
        r = err_set(err, ERR_INVALID, "unknown kind of organisation \"" STR_FMT "\"",
                    STR_ARG(new_->kind));
        err_field(err, "kind");
        return (int)r;
    }
    if (code.len == 0 && (r = code_next_plain(db, a, "DV", &code, err)) < 0)
        return (int)r;
    fold = org_fold(a, code, new_->name, new_->short_name, new_->unit_code);
    r = org_insert(db, a, code, random_uuid7(a, now), new_->kind, new_->name, new_->short_name,
                   new_->parent_id != 0 ? opt_int(new_->parent_id) : NO_INT, new_->valid_from,
                   new_->valid_to, new_->address, new_->phone, new_->email, new_->website,
                   new_->unit_code, now, fold, text_sort_key(a, new_->name), &row, err);
    if (r < 0)
        return (int)r;
    *id = row.id;
    if ((r = org_closure_self(db, *id, err)) < 0 ||
        (new_->parent_id != 0 && (r = org_closure_above(db, *id, new_->parent_id, err)) < 0) ||
        (r = org_name_insert(db, *id, new_->name, new_->valid_from, new_->valid_to, STR(""), err)) <
            0)
        return (int)r;
    return org_audit(db, a, *id, code, "org.create", STR(""), by, now, err);
}

int org_change_begin(struct db *db, struct arena *a, int64_t id, int64_t version, enum permission p,
                     const struct actor *by, int64_t now, struct org_lock_row *was, struct err *err)
{
    int r = db_begin(db, err);

    if (r < 0)
        return r;
    if ((r = actor_require(db, by, p, id, now, err)) == 0) {
        r = org_lock(db, a, id, was, err);
        if (r == 0)
            r = err_set(err, ERR_NOT_FOUND, "no organisation %" PRId64, id);
        else if (r == 1 && version != 0 && version != was->version)
            r = err_set(err, ERR_CONFLICT, STR_FMT " was changed meanwhile", STR_ARG(was->code));
    }
    if (r < 0)
        db_rollback(db);
    return MIN(r, 0);
}

struct str org_difference(struct arena *a, const struct org_get_row *was,
                          const struct org_get_row *is)
{
    struct audit_difference d;

    audit_difference_begin(&d, a);
    audit_changed(&d.w, "name", was->name, is->name);
    audit_changed(&d.w, "short_name", was->short_name, is->short_name);
    audit_changed(&d.w, "kind", was->kind, is->kind);
    audit_changed(&d.w, "address", was->address, is->address);
    audit_changed(&d.w, "website", was->website, is->website);
    audit_changed(&d.w, "unit_code", was->unit_code, is->unit_code);
    audit_changed_quietly(&d.w, "phone", was->phone, is->phone);
    audit_changed_quietly(&d.w, "email", was->email, is->email);
    return audit_difference_end(&d);
}

int org_save(struct db *db, struct arena *a, int64_t id, int64_t version,
             const struct org_values *in, const struct actor *by, int64_t now, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    struct org_get_row before, after;
    struct org_lock_row was;
    int64_t parent, r;

    if ((r = org_change_begin(db, a, id, version, PERM_ORG_WRITE, by, now, &was, err)) < 0 ||
        (r = org_get(db, a, id, &before, err)) < 0)
        return (int)r;
    if (!str_eq(was.name, in->name) &&
        ((r = org_name_close(db, id, now, err)) < 0 ||
         (r = org_name_insert(db, id, in->name, opt_int(now), NO_INT, STR(""), err)) < 0))
        return (int)r;
    if ((r = org_update(db, id, in->kind, in->name, in->short_name, in->address, in->phone,
                        in->email, in->website, in->unit_code, now,
                        org_fold(a, was.code, in->name, in->short_name, in->unit_code),
                        text_sort_key(a, in->name), err)) < 0 ||
        (r = org_get(db, a, id, &after, err)) < 0)
        return (int)r;
    if (str_to_int(in->parent, &parent) && (!was.parent_id.has || was.parent_id.v != parent)) {
        if ((r = actor_require(db, by, PERM_ORG_WRITE, parent, now, err)) < 0 ||
            (r = org_move(db, a, id, parent, by, now, err)) < 0)
            return (int)r;
    }
    if ((r = org_audit(db, a, id, was.code, "org.edit", org_difference(a, &before, &after), by, now,
                       err)) < 0)
        return (int)r;
    return db_commit(db, err);
}

static struct str move_detail(struct arena *a, const struct org_get_row *was,
                              const struct org_get_row *is)
{
    struct buf b = buf_make(a);
    struct json_writer w;

    json_w_init(&w, &b);
    json_w_object(&w);
    audit_changed(&w, "parent", was->parent_name, is->parent_name);
    json_w_end(&w);
    return buf_str(&b);
}

int org_move(struct db *db, struct arena *a, int64_t id, int64_t parent_id, const struct actor *by,
             int64_t now, struct err *err)
{
    struct org_is_below_row below;
    struct org_short_row org;
    struct org_get_row was, is;
    int64_t r = org_short(db, a, id, &org, err);

    if (r == 0)
        return err_set(err, ERR_NOT_FOUND, "no organisation %" PRId64, id);
    if (r < 0 || (r = org_is_below(db, a, id, parent_id, &below, err)) < 0)
        return (int)r;
    if (r == 1) {
        r = err_set(err, ERR_INVALID, STR_FMT " cannot stand below itself", STR_ARG(org.code));
        err_field(err, "parent");
        return (int)r;
    }
    if ((r = org_get(db, a, id, &was, err)) < 0 ||
        (r = org_parent_update(db, id, parent_id, now, err)) < 0 ||
        (r = org_closure_cut(db, id, err)) < 0 ||
        (r = org_closure_hang(db, id, parent_id, err)) < 0 ||
        (r = org_reach_trim(db, id, err)) < 0 || (r = org_reach_fill(db, id, err)) < 0 ||
        (r = org_get(db, a, id, &is, err)) < 0)
        return (int)r;
    return org_audit(db, a, id, org.code, "org.move", move_detail(a, &was, &is), by, now, err);
}

int org_check_domain(struct arena *a, struct str *domain, struct err *err)
{
    int r;

    *domain = str_lower(a, str_trim(*domain));
    if (domain->len > 0 && domain->len <= 253 && str_find_char(*domain, '.') > 0 &&
        str_find_char(*domain, ' ') < 0 && str_find_char(*domain, '/') < 0)
        return 0;
    r = err_set(err, ERR_INVALID, "\"" STR_FMT "\" is not a domain name", STR_ARG(*domain));
    err_field(err, "domains");
    return r;
}

int org_add_domain(struct db *db, struct arena *a, int64_t id, struct str domain, struct err *err)
{
    int64_t r = org_check_domain(a, &domain, err);

    if (r == 0)
        r = org_domain_put(db, id, domain, err);
    return r < 0 ? (int)r : 0;
}

int org_add_range(struct db *db, struct arena *a, int64_t id, struct str cidr, struct err *err)
{
    uint8_t first[NET_IP], last[NET_IP];
    int64_t r;

    if (!net_parse_cidr(str_trim(cidr), first, last)) {
        r = err_set(err, ERR_INVALID,
                    "\"" STR_FMT "\" is not an address block such as 192.0.2.0/24", STR_ARG(cidr));
        err_field(err, "ranges");
        return (int)r;
    }
    r = org_range_put(db, id, str_trim(cidr), str_make((const char *)first, NET_IP),
                      str_make((const char *)last, NET_IP), err);
    return r < 0 ? (int)r : 0;
}

int org_add_asn(struct db *db, struct arena *a, int64_t id, int64_t asn, struct err *err)
{
    int64_t r;

    if (asn < 1 || asn > ORG_ASN_MAX) {
        r = err_set(err, ERR_INVALID, "%" PRId64 " is not an AS number", asn);
        err_field(err, "asns");
        return (int)r;
    }
    r = org_asn_put(db, id, asn, err);
    return r < 0 ? (int)r : 0;
}

int org_add_contact(struct db *db, struct arena *a, int64_t id, const struct org_contact_new *new_,
                    struct err *err)
{
    int64_t r = org_contact_insert(db, id, new_->kind, new_->name, new_->position, new_->phone,
                                   new_->mobile, new_->email, new_->other, new_->is_public, err);

    return r < 0 ? (int)r : 0;
}

int org_options(struct db *db, struct arena *a, const struct actor *actor, enum permission p,
                int64_t now, struct form_option **out, size_t *len, struct err *err)
{
    struct org_choices_rows rows;
    int r = org_choices(db, a, actor->id, now, str_c(permission_name(p)), &rows, err);

    if (r < 0)
        return r;
    *out = arena_array(a, struct form_option, rows.len + 1);
    *len = rows.len;
    for (size_t i = 0; i < rows.len; i++)
        (*out)[i] = (struct form_option){.value = str_printf(a, "%" PRId64, rows.at[i].id),
                                         .label = rows.at[i].name};
    return 0;
}
