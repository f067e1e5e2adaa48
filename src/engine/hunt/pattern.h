#ifndef ENGINE_HUNT_PATTERN_H
#define ENGINE_HUNT_PATTERN_H

#include "base/base.h"

/*
 * A Sigma string value (rules specification, "String Wildcard" and "Escaping"): text in which *
 * stands for any run of characters and ? for one character; \*, \? and \\ stand for themselves, any
 * other backslash is plain. Each element is a byte and its kind.
 */
enum pattern_kind {
    PATTERN_BYTE,
    PATTERN_ONE,     /* ? */
    PATTERN_ANY,     /* * */
    PATTERN_DASH,    /* any of - / and the three long dashes (modifier windash) */
    PATTERN_PERCENT, /* a % that may begin or end a placeholder (modifier expand) */
};

struct pattern {
    char *bytes;
    uint8_t *kinds;
    size_t len;
};

/* `expand`: % has a meaning, and \% is a plain one. */
struct pattern pattern_parse(struct arena *a, struct str s, bool expand);
struct pattern pattern_plain(struct arena *a, struct str s); /* every byte stands for itself */
struct pattern pattern_concat(struct arena *a, struct pattern x, struct pattern y);
struct pattern pattern_sub(struct pattern p, size_t from, size_t len); /* shares memory */

bool pattern_is_plain(const struct pattern *p);
/* Has no element that is not a byte or percent sign: usable where text is wanted. */
struct str pattern_text(const struct pattern *p);

struct pattern pattern_any(struct arena *a);             /* "*" */
void pattern_dashes(struct arena *a, struct pattern *p); /* makes every dash PATTERN_DASH */

/* Plain bytes folded (fold.h); everything else as it is. */
struct pattern pattern_fold(struct arena *a, struct pattern p);

/* The whole of `s` against the pattern, byte by byte (fold both before for no case). Steps are
 * bounded by len x s.len. */
bool pattern_match(const struct pattern *p, struct str s);

/* As one reads it in a rule. */
struct str pattern_show(struct arena *a, const struct pattern *p);

#endif
