#ifndef APP_AUDIT_INNER_H
#define APP_AUDIT_INNER_H

#include "app/audit/audit.h"
#include "app/audit/queries.h"

enum { AUDIT_SALT = 16 };

/* Hexadecimal random bytes. */
void audit_salt(char out[2 * AUDIT_SALT + 1]);

/* Are the texts of a row with an erasure those that its erasure attests? */
bool audit_is_as_attested(const struct audit_row *row);

/* The entries that attest erasures, gathered on the way, then held to the list. */
struct audit_attest {
    int64_t seq, rows;
    struct str digest;
};
struct audit_attested {
    struct arena *arena;
    VEC(struct audit_attest) entries;
};
void audit_attested_note(struct audit_attested *a, const struct audit_row *row);
int audit_attested_check(struct db *db, const struct audit_attested *a, struct err *err);

#endif
