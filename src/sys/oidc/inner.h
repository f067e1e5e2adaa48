#ifndef SYS_OIDC_INNER_H
#define SYS_OIDC_INNER_H

#include "base/clock.h"
#include "sys/crypto/jose.h"
#include "sys/oidc/oidc.h"

/* A JSON answer of the provider; other statuses than 200 are ERR_UNAVAILABLE. */
int oidc_get(struct arena *a, struct str url, struct str *body, struct err *err);
/* Its keys, from memory for an hour; `fresh`: read anew, but at most once a minute. */
int oidc_keys(struct arena *a, const struct oidc_client *client,
              const struct oidc_provider *provider, int64_t now, bool fresh, struct jwk_set *out,
              struct err *err);
/* The text value of a name at the top of a JSON object, "" when it is not there. False when it is
 * no object. */
bool oidc_member(struct arena *a, struct str json, const char *name, struct str *out);

#endif
