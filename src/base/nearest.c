#include "base/nearest.h"

enum { LONGEST = 40 };

/* Optimal string alignment distance, case ignored. */
static size_t distance(struct str a, struct str b)
{
    size_t rows[3][LONGEST + 1];
    size_t *before = rows[0], *last = rows[1], *now = rows[2];

    for (size_t j = 0; j <= b.len; j++)
        last[j] = before[j] = j;
    for (size_t i = 1; i <= a.len; i++) {
        size_t *next = before;

        now[0] = i;
        for (size_t j = 1; j <= b.len; j++) {
            int ca = tolower((unsigned char)a.ptr[i - 1]),
                cb = tolower((unsigned char)b.ptr[j - 1]);

            now[j] = MIN(MIN(now[j - 1], last[j]) + 1, last[j - 1] + (ca != cb));
            if (i > 1 && j > 1 && ca == tolower((unsigned char)b.ptr[j - 2]) &&
                cb == tolower((unsigned char)a.ptr[i - 2]))
                now[j] = MIN(now[j], before[j - 2] + 1);
        }
        before = last;
        last = now;
        now = next;
    }
    return last[b.len];
}

const char *nearest_name(struct str word, const char *const *names)
{
    const char *best = NULL;
    size_t least = SIZE_MAX;

    if (word.len == 0 || word.len > LONGEST)
        return NULL;
    for (; *names != NULL; names++) {
        struct str name = str_c(*names);
        size_t d;

        if (name.len == 0 || name.len > LONGEST)
            continue;
        /* The beginning of a name is nearer than any misspelling. */
        d = word.len >= 3 && str_starts_nocase(name, word) ? 0 : distance(word, name);
        if (d < least) {
            least = d;
            best = *names;
        }
    }
    return least <= MAX(word.len / 3, (size_t)1) ? best : NULL;
}
