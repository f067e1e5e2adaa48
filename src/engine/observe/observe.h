#ifndef ENGINE_OBSERVE_OBSERVE_H
#define ENGINE_OBSERVE_OBSERVE_H

#include "base/base.h"

/*
 * Recognises observables in text that a person pasted or a mail carried: addresses, domains, URLs,
 * hashes, e-mail addresses, CVE numbers, phone numbers and bank accounts, also in the defanged
 * forms people use (hxxp://, [.], (at), ...). Pure: no database, no network.
 */
enum observe_kind {
    OBSERVE_IPV4,
    OBSERVE_IPV6,
    OBSERVE_CIDR,
    OBSERVE_DOMAIN,
    OBSERVE_URL,
    OBSERVE_EMAIL,
    OBSERVE_MD5,
    OBSERVE_SHA1,
    OBSERVE_SHA256,
    OBSERVE_CVE,
    OBSERVE_PHONE,
    OBSERVE_BANK_ACCOUNT,
    OBSERVE_KIND_COUNT
};

struct observe_hit {
    enum observe_kind kind;
    struct str value; /* normalised: lower case, refanged, IDN as punycode, phone as +84... */
    size_t at, len;   /* where in the text */
    bool internal;    /* a private or reserved address, a local name */
};

/* Each (kind, value) once, in the order of first appearance. */
struct observe_hits {
    struct observe_hit *items;
    size_t len;
};

void observe_extract(struct str text, struct arena *a, struct observe_hits *out);

const char *observe_kind_name(enum observe_kind kind); /* "ipv4", "domain", "bank-account" */
bool observe_kind_from_name(struct str name, enum observe_kind *out);

/* Made harmless to click: hxxps://evil[.]example. */
struct str observe_defang(struct arena *a, enum observe_kind kind, struct str value);

#endif
