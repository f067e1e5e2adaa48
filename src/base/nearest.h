#ifndef BASE_NEAREST_H
#define BASE_NEAREST_H

#include "base/base.h"

/* Of the names (NULL at the end of the list) the one that `word` was most likely meant to be: the
 * fewest letters inserted, left out, changed or swapped; NULL when none is close enough to suggest.
 */
const char *nearest_name(struct str word, const char *const *names);

#endif
