#ifndef APP_UPKEEP_UPKEEP_H
#define APP_UPKEEP_UPKEEP_H

#include "base/base.h"
#include "base/vec.h"
#include "sys/config/config.h"
#include "sys/db/db.h"
#include "sys/http/http.h"
#include "sys/i18n/i18n.h"

/*
 * Looking after a site: the doctor, which the command line and the page /settings/health share, and
 * the administrator's pages of retention rules and of personal data (the work itself is in
 * app/care).
 */

/* What the doctor finds: a fact that is well, advice, or something that must be mended. */
enum finding_level { FINDING_WELL, FINDING_ADVICE, FINDING_BAD };

struct finding {
    enum finding_level level;
    const char *check; /* "disk": short, for programs */
    struct str what;   /* with the place and the figure */
    struct str mend;   /* what to do; empty when all is well */
};

struct doctor {
    struct arena *arena;
    struct str dir; /* data directory, absolute */
    const struct config *config;
    struct db_pool *pool;
    struct db *db; /* NULL: the database is out of reach */
    enum lang lang;
    bool full;       /* every index, reference, stored file and audit entry */
    bool servers;    /* ask the mail servers too: waits for them, 20 s each at most */
    struct str send; /* address that gets a test mail, or empty: none is sent */
    int64_t now;
    VEC(struct finding) findings;
};

/* Changes nothing. Errors become findings. seal_start comes first when the site has a key. */
void upkeep_look(struct doctor *d);
/* "Database"; of a check's name. */
struct str upkeep_check_label(enum lang lang, const char *check);

extern const struct http_route upkeep_routes[];
extern const size_t upkeep_routes_len;

/* The same over /api/v1. */
extern const struct http_route upkeep_api_routes[];
extern const size_t upkeep_api_routes_len;

#endif
