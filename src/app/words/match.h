#ifndef APP_WORDS_MATCH_H
#define APP_WORDS_MATCH_H

#include "app/words/words.h"

/* How the index is asked for an unfinished word. */
enum words_how {
    WORDS_AS_TYPED, /* whatever begins like it; the engine reads all of it before the first row */
    WORDS_WHOLE,    /* as if it were finished */
    WORDS_CUT       /* by its first WORDS_PREFIX_MAX letters, of which the index has a list */
};
enum { WORDS_PREFIX_MAX = 3 };

struct str words_match_as(struct arena *a, enum db_engine engine, const struct words *w,
                          enum words_how how);
/* Length of the last word of a term. */
size_t words_last(const struct words_term *t);

#endif
