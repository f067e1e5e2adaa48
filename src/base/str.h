#ifndef BASE_STR_H
#define BASE_STR_H

/*
 * A slice of bytes, usually UTF-8: a pointer and a length, no terminator. It owns nothing; whoever
 * made the bytes (an arena, an input buffer, a literal) outlives it. The empty slice may have a
 * NULL pointer. Passed and returned by value.
 */
struct str {
    const char *ptr;
    size_t len;
};

/* A literal: STR("abc"). */
#define STR(lit) ((struct str){"" lit, sizeof(lit) - 1})
#define STR_INIT(lit)                                                                              \
    {                                                                                              \
        "" lit, sizeof(lit) - 1                                                                    \
    }
#define STR_EMPTY ((struct str){0})

/* printf: ("%.*s", STR_ARG(s)). */
#define STR_FMT    "%.*s"
#define STR_ARG(s) (int)(s).len, (s).ptr

struct arena;

static inline struct str str_make(const char *ptr, size_t len)
{
    return (struct str){ptr, len};
}

/* A C string, or the empty slice for NULL. */
static inline struct str str_c(const char *c)
{
    return (struct str){c, c != NULL ? strlen(c) : 0};
}

static inline bool str_eq(struct str a, struct str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

static inline bool str_is(struct str a, const char *c)
{
    return str_eq(a, str_c(c));
}

/* From `from` up to the end; from `from`, at most `len` bytes. Positions past the end are clamped.
 */
static inline struct str str_from(struct str s, size_t from)
{
    if (from > s.len)
        from = s.len;
    return from == 0 ? s : (struct str){s.ptr + from, s.len - from};
}

static inline struct str str_sub(struct str s, size_t from, size_t len)
{
    s = str_from(s, from);
    return (struct str){s.ptr, len < s.len ? len : s.len};
}

/* Byte order, a shorter prefix first. */
int str_cmp(struct str a, struct str b);

/* ASCII letters compare equal in either case; other bytes as they are. */
bool str_eq_nocase(struct str a, struct str b);
bool str_starts(struct str s, struct str prefix);
bool str_starts_nocase(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);

/* Position of the first occurrence, or -1. */
ptrdiff_t str_find(struct str s, struct str what);
ptrdiff_t str_find_char(struct str s, char c);
ptrdiff_t str_rfind_char(struct str s, char c);

/* Without ASCII white space at both ends. */
struct str str_trim(struct str s);

/* Takes the part before the first `sep` off the front of *rest; false when *rest is used up.
 * "a,,b" gives "a", "", "b"; "" gives one empty part; STR_EMPTY (a NULL pointer) gives none. */
bool str_split(struct str *rest, char sep, struct str *part);

/* The next line without its \n or \r\n. */
bool str_line(struct str *rest, struct str *line);

/* Copies into the arena; str_dup and str_printf add a NUL behind, which is not counted. */
struct str str_dup(struct arena *a, struct str s);
char *str_cdup(struct arena *a, struct str s);
struct str str_printf(struct arena *a, const char *fmt, ...) _printf_(2, 3);
struct str str_lower(struct arena *a, struct str s); /* ASCII only */

/* Whole slice as a decimal number; false on anything else, overflow included. */
bool str_to_int(struct str s, int64_t *out);
bool str_to_uint(struct str s, uint64_t *out);
bool str_to_double(struct str s, double *out);

/* The value of a hexadecimal digit of either case, or -1. */
static inline int str_hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Lower-case hexadecimal; from_hex wants an even number of digits of either case. */
struct str str_hex(struct arena *a, const void *bytes, size_t n);
bool str_from_hex(struct str hex, void *out, size_t n);

/* A fast hash for tables in memory (not for anything an attacker can choose freely: use the keyed
 * map of base/map.h there). */
uint64_t str_hash(struct str s);

#endif
