#ifndef APP_AUDIT_INNER_H
#define APP_AUDIT_INNER_H

#include "app/audit/audit.h"
#include "app/audit/queries.h"

#include <sodium.h>

enum { AUDIT_SALT = 16, AUDIT_HASH_HEX = 2 * crypto_hash_sha256_BYTES + 1 };

/* The end of the chain as the open transaction sees it, which alone may add to it. */
struct audit_chain {
    int64_t seq;
    char hash[AUDIT_HASH_HEX];
    bool locked, moved;
};
_Static_assert(sizeof(struct audit_chain) <= DB_LAST,
               "the chain fits where a transaction keeps it");

/* Takes the turn of this transaction unless it has it already; *out lasts as long as it. */
int audit_chain_lock(struct db *db, struct arena *a, struct audit_chain **out, struct err *err);

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
