#ifndef SYS_CRYPTO_DIGEST_H
#define SYS_CRYPTO_DIGEST_H

#include "base/base.h"

/*
 * The two digests that name a file, computed in one pass: SHA-256 (FIPS 180-4), which everybody can
 * check, and BLAKE2b with 256 bits (RFC 7693), so that a weakness of one does not unmake old
 * evidence. SHA-256 comes from OpenSSL, which uses the processor's own instructions for it.
 */
enum { DIGEST_BYTES = 32 };

struct digest;

struct digest *digest_new(void); /* to be ended with digest_free */
void digest_update(struct digest *d, struct str data);
/* Either result may be NULL. The digest begins anew. */
void digest_final(struct digest *d, uint8_t sha256[DIGEST_BYTES], uint8_t blake2b[DIGEST_BYTES]);
void digest_free(struct digest *d);   /* harmless for NULL */
void digest_freep(struct digest **d); /* for _cleanup_ */

#endif
