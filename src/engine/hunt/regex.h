#ifndef ENGINE_HUNT_REGEX_H
#define ENGINE_HUNT_REGEX_H

#include "base/base.h"

/*
 * Regular expressions of rules (modifiers appendix, "Regular Expression"): PCRE2 with JIT, on
 * UTF-8, unanchored. Work per match is limited; what exceeds the limit counts as no match and is
 * counted.
 */
enum regex_flags {
    REGEX_CASELESS = 1,  /* i */
    REGEX_MULTILINE = 2, /* m: ^ and $ at line breaks */
    REGEX_DOTALL = 4,    /* s: . takes line breaks */
};

struct regex;
struct regex_scratch; /* of one thread */

/* NULL and ERR_INVALID with the place in the pattern when it cannot be compiled. */
struct regex *regex_compile(struct str pattern, unsigned flags, struct err *err);
void regex_free(struct regex *r);

struct regex_scratch *regex_scratch_new(void);
void regex_scratch_free(struct regex_scratch *s);
uint64_t regex_scratch_exceeded(const struct regex_scratch *s); /* matches given up */

bool regex_match(const struct regex *r, struct regex_scratch *s, struct str subject);

/*
 * A text, folded (fold.h), that every subject in which the pattern matches contains when folded:
 * the longest found, or empty. Errs towards empty: constructs it does not know yield nothing.
 */
struct str regex_literal(struct arena *a, struct str pattern);

#endif
