#ifndef ENGINE_OBSERVE_PARTS_H
#define ENGINE_OBSERVE_PARTS_H

#include "base/map.h"
#include "engine/observe/observe.h"

/*
 * Inside of the extractor. The text is read in segments; each is refanged first (refang.c), so the
 * recognisers see plain addresses and remember positions of the refanged segment, which
 * refang_origin() turns into positions of the text.
 */

/* From position `out` of the refanged segment on, its bytes are those from `in` of the segment. */
struct refang_edit {
    size_t out, in;
};

struct refanged {
    struct str text;
    char *room; /* for a segment with marks in it */
    VEC(struct refang_edit) edits;
};

void refang(struct refanged *r, struct arena *a, struct str segment);
size_t refang_origin(const struct refanged *r, size_t out);

struct scan {
    struct arena *a;
    struct arena scratch; /* emptied after each use */
    struct refanged fang;
    struct str s;     /* fang.text */
    size_t base;      /* of the segment in the text */
    struct buf value; /* being built */
    struct map seen[OBSERVE_KIND_COUNT];
    VEC(struct observe_hit) hits;
};

/* Notes s->s[from, to) as a hit, unless the value was seen before. */
void scan_hit(struct scan *s, enum observe_kind kind, struct str value, size_t from, size_t to,
              bool internal);

/* Whether [from, to) was written defanged. */
bool scan_was_defanged(const struct scan *s, size_t from, size_t to);

/* The byte at a position, 0 outside. */
static inline unsigned char scan_at(const struct scan *s, size_t i)
{
    return i < s->s.len ? (unsigned char)s->s.ptr[i] : 0;
}

static inline unsigned char scan_before(const struct scan *s, size_t i)
{
    return i > 0 ? (unsigned char)s->s.ptr[i - 1] : 0;
}

enum { CLASS_DIGIT = 1, CLASS_HEX = 2, CLASS_ALNUM = 4, CLASS_LABEL = 8, CLASS_LOCAL = 16 };

extern const unsigned char char_class[256]; /* of ASCII; 0 above */

static inline bool is_class(unsigned char c, int class)
{
    return (char_class[c] & class) != 0;
}

/* Length of the label character at i: a letter, digit, hyphen or underscore, or a letter beyond
 * ASCII of the alphabets of Europe and Viet Nam; 0 when there is none. */
size_t label_char_wide(struct str s, size_t i);

static inline size_t label_char(struct str s, size_t i)
{
    if (i >= s.len)
        return 0;
    return (unsigned char)s.ptr[i] < 0x80 ? is_class((unsigned char)s.ptr[i], CLASS_LABEL)
                                          : label_char_wide(s, i);
}

size_t label_end(struct str s, size_t i);
/* Labels joined by single dots. */
size_t dotted_end(struct str s, size_t i);

/*
 * Recognisers. Each looks at what begins at i, notes what it found and returns where to go on, or 0
 * when it is something else.
 */
size_t scan_ipv4(struct scan *s, size_t i);
size_t scan_ipv6(struct scan *s, size_t i);
size_t scan_url(struct scan *s, size_t i, size_t colon);
size_t scan_email(struct scan *s, size_t i);
size_t scan_domain(struct scan *s, size_t i, size_t end);
size_t scan_word(struct scan *s, size_t i, size_t end); /* hash, CVE */
size_t scan_number(struct scan *s, size_t i);           /* phone, bank account */

/* The name in lower case, letters beyond ASCII as punycode, in s->value; false when it has none. */
bool ascii_name(struct scan *s, struct str name);

/* The same, and false also when it is not a name under a top-level domain in use or a well-known
 * local one (*internal). */
bool domain_value(struct scan *s, struct str name, bool *internal);

/* Text [from, to) folded, in s->scratch: the caller resets it with arena_clear. */
struct str scan_fold(struct scan *s, size_t from, size_t to);

#endif
