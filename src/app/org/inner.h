#ifndef APP_ORG_INNER_H
#define APP_ORG_INNER_H

#include "app/org/org.h"
#include "app/org/queries.h"
#include "sys/api/api.h"
#include "sys/i18n/i18n.h"

/* What the files of this room share. */

/* Writes the audit entry of a change to an organisation, inside the caller's transaction. */
int org_audit(struct db *db, struct arena *a, int64_t id, struct str code, const char *action,
              struct str detail, const struct actor *by, int64_t now, struct err *err);

/* A change: transaction open, row locked, right checked (ORG_WRITE or ORG_CONTACT). Nothing is left
 * open on failure. version 0: whatever it is. */
int org_change_begin(struct db *db, struct arena *a, int64_t id, int64_t version, enum permission p,
                     const struct actor *by, int64_t now, struct org_lock_row *was,
                     struct err *err);

/* Search text of a row. */
struct str org_fold(struct arena *a, struct str code, struct str name, struct str short_name,
                    struct str unit_code);

/* What was changed, for the entry of the log; empty: nothing of the facts. Not the place in the
 * tree, which org_move tells. */
struct str org_difference(struct arena *a, const struct org_get_row *was,
                          const struct org_get_row *is);

/* The kind for a word in a table: "ward", "Phường", "Sở, ban, ngành"; NULL for none of them. */
const char *org_kind_from_word(struct arena *a, struct str word);
struct str org_kind_label(enum lang lang, struct str kind);
struct str org_contact_label(enum lang lang, struct str kind);

struct org_values {
    struct str kind, name, short_name, parent, address, phone, email, website, unit_code, version;
};
extern const struct form org_form;

struct org_contact_values {
    struct str kind, name, position, phone, mobile, email, other;
    bool is_public;
};
extern const struct form org_contact_form;

struct org_succession_values {
    struct str kind, to, document;
    struct opt_int at;
    bool lives_on, move_systems, move_networks, under;
};
extern const struct form org_succession_form;

/* An entry made and taken back as a person asks for it: rights over both, a transaction of its own.
 * version: of `from`, 0: whatever it is. */
int org_succession_record(struct db *db, struct arena *a, const struct org_succession *s,
                          int64_t version, const struct actor *by, int64_t now, struct err *err);
int org_succession_take_back(struct db *db, struct arena *a, int64_t from, struct str to,
                             int64_t version, const struct actor *by, int64_t now, struct err *err);
/* What was refused with ERR_INVALID, in words, and the field it is about ("": none). The words may
 * lie in `err`. */
struct str org_succession_refusal(enum lang lang, const struct err *err, const char **field);

int org_save(struct db *db, struct arena *a, int64_t id, int64_t version,
             const struct org_values *in, const struct actor *by, int64_t now, struct err *err);

/* Contacts and networks, each in a transaction of its own; they ask for org.contact. A network is a
 * domain, an address block or an AS number (ERR_INVALID: none of them). */
int org_contact_add(struct db *db, struct arena *a, int64_t id, const struct org_contact_values *in,
                    const struct actor *by, int64_t now, struct err *err);
int org_contact_remove(struct db *db, struct arena *a, int64_t id, int64_t contact,
                       const struct actor *by, int64_t now, struct err *err);
int org_network_change(struct db *db, struct arena *a, int64_t id, struct str value, bool remove,
                       const struct actor *by, int64_t now, struct err *err);

/* Makes it small letters; ERR_INVALID when it is no name of a domain. */
int org_check_domain(struct arena *a, struct str *domain, struct err *err);
#define ORG_ASN_MAX 4294967295 /* RFC 6793: four octets */

/* The columns of an import. */
struct sheet_table org_import_table(struct arena *a, enum lang lang);

typedef int org_handler(struct http_request *, struct http_response *, struct err *);
org_handler org_web_directory, org_web_directory_file, org_api_directory, org_web_succession,
    org_web_succession_post;

/* What the pages of one organisation share: it by the code in the path, ERR_NOT_FOUND when it is
 * out of reach; and the way back to it with a message. */
int org_web_find(struct http_request *req, struct db **db, int64_t *id, struct err *err);
int org_web_back(struct http_request *req, struct http_response *res, struct str code,
                 struct str message);

/* What the files of the API share: the record as it stands in an answer (api.c). */
extern const struct api_resource org_resource, org_succession_resource, org_directory_resource;
int org_api_answer(struct http_request *req, struct http_response *res, struct db *db, int64_t id,
                   struct err *err);
/* A change that was refused because another one overtook it; `r` is what it was refused with. */
int org_api_refused(struct http_request *req, struct db *db, int r, int64_t id, int64_t version,
                    struct err *err);
/* api_succession.c */
org_handler org_api_successions, org_api_succeed, org_api_unsucceed, org_api_belongings;
extern const struct api_resource org_belongings_resource;

#endif
