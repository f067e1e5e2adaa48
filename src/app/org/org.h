#ifndef APP_ORG_ORG_H
#define APP_ORG_ORG_H

#include "app/account/account.h"
#include "app/import/import.h"
#include "base/base.h"
#include "sys/db/db.h"
#include "sys/form/form.h"
#include "sys/http/http.h"
#include "sys/sheet/table.h"

/*
 * Organisations: a tree with kinds, dated names and predecessors (a merger keeps its history),
 * their contacts, and the domains, address ranges and AS numbers they answer for.
 */
struct org_new {
    struct str code; /* "" makes one: DV-0001 */
    struct str kind; /* a value of org_kinds */
    struct str name, short_name;
    int64_t parent_id; /* 0: a root */
    struct opt_int valid_from, valid_to;
    struct str address, phone, email, website;
    struct str unit_code; /* official code of the administrative unit, or "" */
};

extern const struct form_choice
    org_kinds[]; /* department, commune, ward, police, military, telecom, isp,
                    it_provider, school, hospital, press, enterprise, ... */

/* Inside the caller's transaction. Fills the closure table, writes the audit entry. `by` NULL: the
 * command line. */
int org_create(struct db *db, struct arena *a, const struct org_new *new_, const struct actor *by,
               int64_t now, int64_t *id, struct err *err);

/* Moves under another parent; refuses a cycle. Recomputes closure and incident_reach below it. */
int org_move(struct db *db, struct arena *a, int64_t id, int64_t parent_id, const struct actor *by,
             int64_t now, struct err *err);

/*
 * `from` was merged into, split into or replaced by `to` at a time, by a document. Both stay: the
 * former organisation keeps its records and its name. Inside the caller's transaction.
 */
struct org_succession {
    int64_t from, to;
    struct str kind; /* a value of org_succession_kinds */
    int64_t at;
    struct str document;
    bool lives_on;      /* a part was split off; `from` goes on */
    bool move_systems;  /* its information systems go over, as owner and as operator */
    bool move_networks; /* so do its domains, address ranges and AS numbers */
    bool under;         /* `from` then stands under `to`, whose people see its records */
};
extern const struct form_choice org_succession_kinds[]; /* merge, split, replace */
int org_succeed(struct db *db, struct arena *a, const struct org_succession *s,
                const struct actor *by, int64_t now, struct err *err);

/* Takes back an entry made by mistake. When no successor is left, `from` lives again. What went
 * over to the successor stays there. ERR_NOT_FOUND without such an entry. */
int org_unsucceed(struct db *db, struct arena *a, int64_t from, int64_t to, const struct actor *by,
                  int64_t now, struct err *err);

int org_add_domain(struct db *db, struct arena *a, int64_t id, struct str domain, struct err *err);
int org_add_range(struct db *db, struct arena *a, int64_t id, struct str cidr, struct err *err);
struct org_contact_new {
    struct str kind; /* primary, backup, leader, after_hours */
    struct str name, position, phone, mobile, email, other;
    bool is_public; /* shown in the public directory */
};
int org_add_contact(struct db *db, struct arena *a, int64_t id, const struct org_contact_new *new_,
                    struct err *err);
int org_add_asn(struct db *db, struct arena *a, int64_t id, int64_t asn, struct err *err);

/*
 * Who answers for what is named in a text: the systems and organisations that are called by their
 * name (of three words or more; case, diacritics and "UBND" for "Ủy ban nhân dân" do not matter),
 * whose domain or a parent domain of one is among the observables, or whose address range (the
 * narrowest first) holds one of them. Best first: a name that is told counts for more than an
 * address, which may be the attacker's. Of the organisation that comes first, its system if one
 * was named at all.
 */
struct org_match {
    int64_t org_id;
    int64_t system_id; /* 0: the organisation only */
    struct str org_name, system_name;
    struct str why_kind;  /* "domain", "name", "address" */
    struct str why_value; /* the observable that matched, or the name as registered */
    bool provider;        /* an address of a provider, whose customer it may be: no owner */
};
struct org_matches {
    struct org_match *at;
    size_t len;
};
int org_match(struct db *db, struct arena *a, struct str text, struct org_matches *out,
              struct err *err);

/* Choices for a form: organisations within the actor's reach for a permission. */
int org_options(struct db *db, struct arena *a, const struct actor *actor, enum permission p,
                int64_t now, struct form_option **out, size_t *len, struct err *err);

/*
 * Import of XLSX or CSV. A header line names the columns, in any order:
 *   code, kind (or type), name (or full_name), short_name, parent_code, valid_from, valid_to,
 * address, phone, email, website, unit_code, domains, ranges, asns (lists separated by spaces),
 * predecessors (codes, separated by spaces), predecessors_text (names, separated by commas, remarks
 * in parentheses); or the three levels of the administrative units before July 2025, each row a
 * ward: province_code, province, district_code, district, ward_code, ward. A row without
 * parent_code stands under `parent_id`. A known code is brought up to date. All rows go in or none
 * does; every bad row is in `errors`. `notes` lists predecessors named in words that fit no
 * organisation or more than one: the row goes in without that link.
 */
int org_import(const struct import_task *task, struct import_result *out, struct err *err);
/* The same for CSV that is at hand. */
int org_import_csv(struct db *db, struct arena *a, struct str csv, int64_t parent_id,
                   const struct actor *by, enum lang lang, int64_t now, struct import_result *out,
                   struct err *err);
extern const struct job_kind org_import_job;
extern const struct http_route org_import_routes[];
extern const size_t org_import_routes_len;

extern const struct http_route org_routes[];
extern const size_t org_routes_len;

/* The same over /api/v1, and the exports of the list. */
extern const struct http_route org_api_routes[];
extern const size_t org_api_routes_len;

#endif
