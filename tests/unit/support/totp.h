#ifndef SUPPORT_TOTP_H
#define SUPPORT_TOTP_H

#include "base/base.h"
#include "base/clock.h"

#include <liboath/oath.h>

/* The six digits that a telephone with this key (base 32) shows at a time. */
static _unused_ struct str totp_shown(struct arena *a, struct str base32, int64_t now)
{
    char *secret = NULL, digits[7] = {0};
    size_t len = 0;

    if (oath_base32_decode(base32.ptr, base32.len, &secret, &len) != OATH_OK ||
        oath_totp_generate(secret, len, now / SECOND_MS, 30, 0, 6, digits) != OATH_OK)
        return STR_EMPTY;
    free(secret);
    return str_dup(a, str_c(digits));
}

#endif
