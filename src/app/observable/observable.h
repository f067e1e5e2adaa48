#ifndef APP_OBSERVABLE_OBSERVABLE_H
#define APP_OBSERVABLE_OBSERVABLE_H

#include "app/account/account.h"
#include "base/base.h"
#include "engine/observe/observe.h"
#include "sys/db/db.h"
#include "sys/form/form.h"
#include "sys/http/http.h"

/*
 * Observables: addresses, domains, hashes and so on, each once in the database whatever it was
 * written like, linked to the reports and incidents in which it was seen.
 */
struct observable_seen {
    struct str kind, value; /* normalised */
    int64_t observable_id;  /* 0: never seen before */
    struct str codes; /* codes of incidents the actor may see, newest first: "SC-2026-0031, ..." */
    int64_t others;   /* further incidents and reports, seen or not: only their number */
    struct str file_uuid, file_name; /* a stored file with this hash, that the actor may see */
    bool here;                       /* already on the incident or report that was asked about */
    bool part; /* the domain of an e-mail address in the text: often a provider of mail for all */
};
VEC_TYPE(observables_seen, struct observable_seen);

/* Inside the caller's transaction: the row for (kind, value), made when new. Several at once are
 * put by observable_put_all. */
int observable_put(struct db *db, struct str kind, struct str value, int64_t now, int64_t *id,
                   struct err *err);

/* What was recognised in a text, with where else it was seen. incident_id 0: none. */
int observable_look_up(struct db *db, struct arena *a, const struct observe_hits *hits,
                       const struct actor *actor, int64_t incident_id, int64_t now,
                       struct observables_seen *out, struct err *err);

/* Inside the caller's transaction: the rows for all of them, in their order. They are made and
 * locked in another, the same for everybody: two who bring the same ones wait for each other,
 * never both. */
struct observable_ids {
    int64_t *at;
    size_t len;
};
int observable_put_all(struct db *db, struct arena *a, const struct observe_hits *hits, int64_t now,
                       struct observable_ids *out, struct err *err);
/* The same for all that is recognised in a text. */
int observable_put_text(struct db *db, struct arena *a, struct str text, int64_t now,
                        struct observable_ids *out, struct err *err);
/* Links them to a report; links that are there stay. */
int observable_link_report(struct db *db, int64_t report_id, const struct observable_ids *ids,
                           struct err *err);

/* The reverse of the next: those that were copied at this time, as long as nobody wrote on them and
 * no other report or event of the incident has them. */
int observable_report_from_incident(struct db *db, int64_t report_id, int64_t incident_id,
                                    int64_t copied_at, struct err *err);

/* Copies a report's observables to an incident, inside the caller's transaction. */
int observable_report_to_incident(struct db *db, int64_t report_id, int64_t incident_id, int64_t by,
                                  int64_t now, struct err *err);

/* Words for a kind; the value made harmless to click. Both as stored when the kind is unknown. */
extern const struct form_choice observable_kinds[];
struct str observable_kind_label(enum lang lang, struct str kind);
struct str observable_defang_text(struct arena *a, struct str kind, struct str value);

/* A text with every address, domain, link and e-mail address in it made harmless. */
struct str observable_defang_all(struct arena *a, struct str text);

/* GET /observables/{kind}/{value...}: everything the actor may see about one. */
extern const struct http_route observable_routes[];
extern const size_t observable_routes_len;

/* The same over /api/v1. */
extern const struct http_route observable_api_routes[];
extern const size_t observable_api_routes_len;

#endif
