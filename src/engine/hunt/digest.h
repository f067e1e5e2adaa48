#ifndef ENGINE_HUNT_DIGEST_H
#define ENGINE_HUNT_DIGEST_H

#include "base/base.h"

/* Digests that lists of indicators name files by. Not for security: MD5 and SHA-1 are broken. */
void digest_md5(struct str data, uint8_t out[16]);    /* RFC 1321 */
void digest_sha1(struct str data, uint8_t out[20]);   /* RFC 3174 */
void digest_sha256(struct str data, uint8_t out[32]); /* FIPS 180-4 */

#endif
