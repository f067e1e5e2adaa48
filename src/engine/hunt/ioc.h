#ifndef ENGINE_HUNT_IOC_H
#define ENGINE_HUNT_IOC_H

#include "engine/hunt/hunt.h"

/*
 * Indicators: values that should not be met. Lists are read from text (one a line, # begins a
 * comment), CSV with a header, STIX 2.1 bundles, MISP events, or an index made by ioc_write, told
 * apart by content. Defanged spellings (hxxp, [.], [@]) are understood.
 *
 *     struct ioc *set = ioc_new();
 *     ioc_load(set, "indicators.csv", &err);      once or more
 *     ioc_finish(set);
 *     struct hunt_detector d = ioc_detector(set);
 */
enum ioc_type {
    IOC_MD5,
    IOC_SHA1,
    IOC_SHA256,
    IOC_IP,     /* one address, IPv4 or IPv6 */
    IOC_CIDR,   /* any address of a block */
    IOC_DOMAIN, /* and all its sub-domains; in Unicode or as xn-- */
    IOC_URL,
    IOC_EMAIL,
    IOC_FILE_NAME,
    IOC_FILE_PATH,
    IOC_USER_AGENT,
    IOC_TYPES,
};

const char *ioc_type_name(enum ioc_type t); /* "sha256", "ip", "domain" ... */

struct ioc;

struct ioc *ioc_new(void);
void ioc_free(struct ioc *set);

/* A file. Lines and objects that are not indicators become notices; fails when the file cannot be
 * read or has no known form. */
int ioc_load(struct ioc *set, const char *path, struct err *err);
int ioc_load_text(struct ioc *set, struct str name, struct str text, struct err *err);

struct ioc_notice {
    struct str file;
    uint64_t line; /* 0: not a matter of lines */
    struct str reason;
    uint64_t count; /* of the same reason in this file; line is the first */
};

const struct ioc_notice *ioc_notices(const struct ioc *set, size_t *len);
uint64_t ioc_count(const struct ioc *set, enum ioc_type t);
uint64_t ioc_total(const struct ioc *set); /* each once, after ioc_finish */

/* Builds the tables. Nothing is loaded afterwards. */
void ioc_finish(struct ioc *set);

/* Writes a finished set as an index: it loads by mapping. */
int ioc_write(const struct ioc *set, const char *path, struct err *err);

/* Calls hit for every indicator in the text: its number, and the part of the text that is it. A
 * number may come several times. Safe from any number of threads. */
void ioc_sweep(const struct ioc *set, struct str text,
               void (*hit)(void *ctx, uint32_t indicator, struct str part), void *ctx);

/*
 * Whether there may be an indicator in the text of one or more records, before it is known what
 * their values are. Every part of the text that will become a value stands in it as it is, between
 * bytes that belong to no word; `json`: but for the escapes of JSON. NONE: ioc_sweep would find
 * nothing in any value. UNSURE: there are escapes in words, the text has to be looked at without.
 */
enum ioc_skim { IOC_SKIM_NONE, IOC_SKIM_SOME, IOC_SKIM_UNSURE };
enum ioc_skim ioc_skim(const struct ioc *set, struct str text, bool json);

/* Of an indicator: its type, and its value as in the list. */
enum ioc_type ioc_type_of(const struct ioc *set, uint32_t indicator);
struct str ioc_value_of(const struct ioc *set, uint32_t indicator);

/* Sweeps all values of events, and the hashes of files that are not logs (of text, CSV, XML and
 * unknown form). */
struct hunt_detector ioc_detector(struct ioc *set);

#endif
