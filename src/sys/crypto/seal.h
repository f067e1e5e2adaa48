#ifndef SYS_CRYPTO_SEAL_H
#define SYS_CRYPTO_SEAL_H

#include "base/base.h"

/*
 * Secrets that the site must be able to read again (those of one-time codes) are sealed with the
 * site's key before they go into the database: a copy of the database alone gives none of them
 * away. The key is DIR/site.key, 32 random bytes in hexadecimal, mode 0600. A site on several
 * machines has the same file on each; it belongs into the backup, kept apart from the database.
 */

/* Reads the key, or makes it when there is none. ERR_INVALID when others may read the file,
 * ERR_CORRUPT when it is no key. Once at start. */
int seal_start(struct arena *a, struct str dir, struct err *err);

/* XChaCha20-Poly1305 with a random nonce, as hexadecimal. `purpose` ("second factor 42") must be
 * the same for opening: what was sealed for one row is worth nothing in another. */
struct str seal_close(struct arena *a, struct str secret, struct str purpose);
/* False when it was not sealed with this key for this purpose, or before seal_start. */
bool seal_open(struct arena *a, struct str sealed, struct str purpose, struct str *secret);

/* A keyed hash (BLAKE2b, 32 bytes as hexadecimal) of something too short to be hashed without. */
struct str seal_mac(struct arena *a, struct str text, struct str purpose);

#endif
