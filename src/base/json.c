#include "base/json.h"

#include "base/utf8.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* What may come next. After a value the state says which container it stands in, so that the common
 * step (comma, next key) looks at nothing but the state and one byte. */
enum state {
    AT_VALUE,         /* a value must follow: start of the document, after ':', after ',' in [] */
    AT_FIRST_ELEMENT, /* after '[' */
    AT_FIRST_KEY,     /* after '{' */
    AFTER_MEMBER,     /* after a value in an object */
    AFTER_ELEMENT,    /* after a value in an array */
    AFTER_DOCUMENT,   /* after the outermost value */
    AT_END,
    FAILED,
};

#define ONES  0x0101010101010101u
#define HIGHS 0x8080808080808080u

void json_init(struct json *j, struct str document)
{
    const char *start = document.len > 0 ? document.ptr : "";

    *j = (struct json){
        .start = start,
        .pos = start,
        .end = start + document.len,
        .state = AT_VALUE,
    };
}

static __attribute__((noinline, cold)) enum json_type fail(struct json *j, const char *pos,
                                                           const char *error)
{
    j->pos = pos;
    j->error = error;
    j->state = FAILED;
    j->text = STR_EMPTY;
    return j->type = JSON_ERROR;
}

static inline bool is_space(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

static __attribute__((noinline)) const char *skip_long_space(const char *p, const char *end)
{
#ifdef __SSE2__
    while (end - p >= 16) {
        __m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
        __m128i space = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8(' ')),
                                                  _mm_cmpeq_epi8(v, _mm_set1_epi8('\n'))),
                                     _mm_or_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8('\r')),
                                                  _mm_cmpeq_epi8(v, _mm_set1_epi8('\t'))));
        unsigned other = (unsigned)_mm_movemask_epi8(space) ^ 0xffffu;

        if (other != 0)
            return p + __builtin_ctz(other);
        p += 16;
    }
#endif
    while (p < end && is_space(*p))
        p++;
    return p;
}

static inline const char *skip_space(const char *p, const char *end)
{
    if (p < end && (unsigned char)*p > ' ')
        return p;
    if (p < end && *p == ' ' && end - p > 1 && (unsigned char)p[1] > ' ')
        return p + 1;
    return skip_long_space(p, end);
}

/* The first byte from p on that is not plain text in a string: '"', '\\', a control character or a
 * byte of a UTF-8 sequence; `end` when there is none. */
static inline const char *plain_end(const char *p, const char *end)
{
#ifdef __SSE2__
    while (end - p >= 16) {
        __m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
        /* The comparison is signed: bytes from 0x80 up are "less than space" too. */
        __m128i stop = _mm_or_si128(_mm_cmplt_epi8(v, _mm_set1_epi8(' ')),
                                    _mm_or_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8('"')),
                                                 _mm_cmpeq_epi8(v, _mm_set1_epi8('\\'))));
        unsigned mask = (unsigned)_mm_movemask_epi8(stop);

        if (mask != 0)
            return p + __builtin_ctz(mask);
        p += 16;
    }
#endif
    while (end - p >= 8) {
        uint64_t w, quote, slash;

        memcpy(&w, p, 8);
        quote = w ^ ONES * '"';
        slash = w ^ ONES * '\\';
        if (((w | (w - ONES * ' ') | (quote - ONES) | (slash - ONES)) & HIGHS) != 0)
            break;
        p += 8;
    }
    while (p < end && *p >= ' ' && *p != '"' && *p != '\\' && (unsigned char)*p < 0x80)
        p++;
    return p;
}

/* The four digits behind \u; -1 when they are not there. */
static int32_t hex4(const char *p, const char *end)
{
    int32_t n = 0;

    if (end - p < 4)
        return -1;
    for (int i = 0; i < 4; i++) {
        int d = str_hex_digit(p[i]);

        if (d < 0)
            return -1;
        n = n << 4 | d;
    }
    return n;
}

static bool is_high_surrogate(int32_t c)
{
    return c >= 0xd800 && c <= 0xdbff;
}

static bool is_low_surrogate(int32_t c)
{
    return c >= 0xdc00 && c <= 0xdfff;
}

/* What the letter behind a backslash stands for; 0: it stands for nothing. */
static const char escape_meaning[256] = {
    ['"'] = '"',  ['\\'] = '\\', ['/'] = '/',  ['b'] = '\b',
    ['f'] = '\f', ['n'] = '\n',  ['r'] = '\r', ['t'] = '\t',
};

/* Length of the escape at p (which is a backslash), 0 when it is malformed. */
static size_t escape_length(const struct json *j, const char *p)
{
    int32_t c;

    if (j->end - p < 2)
        return 0;
    if (p[1] != 'u')
        return escape_meaning[(unsigned char)p[1]] != 0 ? 2 : 0;
    c = hex4(p + 2, j->end);
    if (c < 0)
        return 0;
    if (is_high_surrogate(c) && j->end - p >= 12 && p[6] == '\\' && p[7] == 'u' &&
        is_low_surrogate(hex4(p + 8, j->end)))
        return 12;
    if ((is_high_surrogate(c) || is_low_surrogate(c)) && !j->lenient)
        return 0;
    return 6;
}

/* A string with something in it that is not plain: p stands on the first such byte. Returns the
 * place of the closing quote, NULL after having failed. */
static __attribute__((noinline)) const char *scan_rest(struct json *j, const char *p)
{
    const char *end = j->end;

    for (;;) {
        size_t n;

        if (p == end)
            return fail(j, p, "the string does not end"), NULL;
        if ((unsigned char)*p >= 0x80) {
            do {
                n = utf8_sequence(p, end);
                if (n == 0)
                    return fail(j, p, "the text is not valid UTF-8"), NULL;
                p += n;
            } while (p < end && (unsigned char)*p >= 0x80);
        } else if (*p == '"') {
            return p;
        } else if (*p == '\\') {
            n = escape_length(j, p);
            if (n == 0)
                return fail(j, p, "malformed escape"), NULL;
            j->escaped = true;
            p += n;
        } else {
            return fail(j, p, "control character in a string"), NULL;
        }
        p = plain_end(p, end);
    }
}

/* p stands behind the opening quote; the place behind the closing one, NULL after having failed. */
static inline const char *scan_string(struct json *j, const char *p)
{
    const char *q = plain_end(p, j->end);

    j->escaped = false;
    if (__builtin_expect(q == j->end || *q != '"', 0)) {
        q = scan_rest(j, q);
        if (q == NULL)
            return NULL;
    }
    j->text = str_make(p, (size_t)(q - p));
    return q + 1;
}

static inline bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* number = [ "-" ] int [ frac ] [ exp ] (RFC 8259 section 6); NULL when it is malformed. */
static const char *number_end(const char *p, const char *end)
{
    if (*p == '-')
        p++;
    if (p == end || !is_digit(*p))
        return NULL;
    if (*p++ == '0') {
        if (p < end && is_digit(*p))
            return NULL;
    } else {
        while (p < end && is_digit(*p))
            p++;
    }
    if (p < end && *p == '.') {
        if (++p == end || !is_digit(*p))
            return NULL;
        while (p < end && is_digit(*p))
            p++;
    }
    if (p < end && (*p | 0x20) == 'e') {
        p++;
        if (p < end && (*p == '+' || *p == '-'))
            p++;
        if (p == end || !is_digit(*p))
            return NULL;
        while (p < end && is_digit(*p))
            p++;
    }
    return p;
}

static inline bool in_object(const struct json *j)
{
    unsigned level = (unsigned)j->depth - 1;

    return (j->in_object[level / 64] >> (level % 64) & 1) != 0;
}

static inline int after_value(const struct json *j)
{
    if (j->depth == 0)
        return AFTER_DOCUMENT;
    return in_object(j) ? AFTER_MEMBER : AFTER_ELEMENT;
}

static inline enum json_type open_container(struct json *j, const char *p, bool object)
{
    unsigned level = (unsigned)j->depth;
    uint64_t bit = (uint64_t)1 << (level % 64);

    if (j->depth == JSON_DEPTH)
        return fail(j, p, "nested too deeply");
    if (object)
        j->in_object[level / 64] |= bit;
    else
        j->in_object[level / 64] &= ~bit;
    j->depth++;
    j->pos = p + 1;
    j->state = object ? AT_FIRST_KEY : AT_FIRST_ELEMENT;
    return j->type = object ? JSON_OBJECT : JSON_ARRAY;
}

static inline enum json_type close_container(struct json *j, const char *p, enum json_type type)
{
    j->depth--;
    j->pos = p + 1;
    j->state = after_value(j);
    return j->type = type;
}

static inline enum json_type read_word(struct json *j, const char *p, struct str word,
                                       enum json_type type)
{
    if ((size_t)(j->end - p) < word.len || memcmp(p, word.ptr, word.len) != 0)
        return fail(j, p, "expected a value");
    j->pos = p + word.len;
    j->state = after_value(j);
    return j->type = type;
}

static inline enum json_type read_number(struct json *j, const char *p)
{
    const char *q = number_end(p, j->end);

    if (q == NULL)
        return fail(j, p, "malformed number");
    j->text = str_make(p, (size_t)(q - p));
    j->pos = q;
    j->state = after_value(j);
    return j->type = JSON_NUMBER;
}

/* p stands on the first byte of the value. */
static inline enum json_type read_value(struct json *j, const char *p)
{
    if (p == j->end)
        return fail(j, p, "expected a value, the text ends");
    if (__builtin_expect(*p == '"', 1)) {
        p = scan_string(j, p + 1);
        if (p == NULL)
            return JSON_ERROR;
        j->pos = p;
        j->state = after_value(j);
        return j->type = JSON_STRING;
    }
    switch (*p) {
    case '{':
        return open_container(j, p, true);
    case '[':
        return open_container(j, p, false);
    case 't':
        return read_word(j, p, STR("true"), JSON_TRUE);
    case 'f':
        return read_word(j, p, STR("false"), JSON_FALSE);
    case 'n':
        return read_word(j, p, STR("null"), JSON_NULL);
    case '-':
    case '0':
    case '1':
    case '2':
    case '3':
    case '4':
    case '5':
    case '6':
    case '7':
    case '8':
    case '9':
        return read_number(j, p);
    default:
        return fail(j, p, "expected a value");
    }
}

/* The key at p and the ':' behind it. */
static inline enum json_type read_key(struct json *j, const char *p)
{
    if (p == j->end || *p != '"')
        return fail(j, p, "expected a key in quotes");
    p = scan_string(j, p + 1);
    if (p == NULL)
        return JSON_ERROR;
    p = skip_space(p, j->end);
    if (p == j->end || *p != ':')
        return fail(j, p, "expected ':'");
    j->pos = p + 1;
    j->state = AT_VALUE;
    return j->type = JSON_KEY;
}

static inline enum json_type next_token(struct json *j)
{
    const char *end = j->end;
    const char *p = skip_space(j->pos, end);

    switch (j->state) {
    case AFTER_MEMBER:
        if (p < end && *p == ',')
            return read_key(j, skip_space(p + 1, end));
        if (p < end && *p == '}')
            return close_container(j, p, JSON_OBJECT_END);
        return fail(j, p, "expected ',' or '}'");
    case AT_VALUE:
        return read_value(j, p);
    case AT_FIRST_KEY:
        if (p < end && *p == '}')
            return close_container(j, p, JSON_OBJECT_END);
        return read_key(j, p);
    case AFTER_ELEMENT:
        if (p < end && *p == ',')
            return read_value(j, skip_space(p + 1, end));
        if (p < end && *p == ']')
            return close_container(j, p, JSON_ARRAY_END);
        return fail(j, p, "expected ',' or ']'");
    case AT_FIRST_ELEMENT:
        if (p < end && *p == ']')
            return close_container(j, p, JSON_ARRAY_END);
        return read_value(j, p);
    case AFTER_DOCUMENT:
        if (p < end)
            return fail(j, p, "expected the end of the text");
        j->pos = p;
        j->state = AT_END;
        return j->type = JSON_END;
    default:
        return j->type;
    }
}

enum json_type json_next(struct json *j)
{
    return next_token(j);
}

bool json_skip(struct json *j)
{
    int outside = j->depth - 1;

    if (j->type == JSON_KEY) {
        switch (next_token(j)) {
        case JSON_OBJECT:
        case JSON_ARRAY:
            outside = j->depth - 1;
            break;
        default:
            return j->type != JSON_ERROR;
        }
    } else if (j->type != JSON_OBJECT && j->type != JSON_ARRAY) {
        return j->type != JSON_ERROR;
    }
    while (j->depth > outside) {
        if (next_token(j) == JSON_ERROR)
            return false;
    }
    return true;
}

/* Decodes the escape at *p, which was checked when the string was read, and goes behind it. */
static uint32_t decode_escape(const char **p, const char *end)
{
    char letter = (*p)[1];
    int32_t c, low;

    if (letter != 'u') {
        *p += 2;
        return (unsigned char)escape_meaning[(unsigned char)letter];
    }
    c = hex4(*p + 2, end);
    *p += 6;
    if (is_high_surrogate(c) && end - *p >= 6 && (*p)[0] == '\\' && (*p)[1] == 'u') {
        low = hex4(*p + 2, end);
        if (is_low_surrogate(low)) {
            *p += 6;
            return 0x10000 + ((uint32_t)(c - 0xd800) << 10) + (uint32_t)(low - 0xdc00);
        }
    }
    return is_high_surrogate(c) || is_low_surrogate(c) ? 0xfffd : (uint32_t)c;
}

struct str json_string(struct json *j, struct arena *a)
{
    const char *p = j->text.ptr;
    const char *end = p + j->text.len;
    char *out, *q;

    if (!j->escaped || (j->type != JSON_KEY && j->type != JSON_STRING))
        return j->text;
    /* An escape is never shorter than what it stands for. */
    out = q = arena_alloc_align(a, j->text.len + 1, 1);
    while (p < end) {
        const char *slash = memchr(p, '\\', (size_t)(end - p));
        size_t plain = (size_t)((slash != NULL ? slash : end) - p);

        memcpy(q, p, plain);
        q += plain;
        p += plain;
        if (slash != NULL)
            q += utf8_encode(q, decode_escape(&p, end));
    }
    *q = '\0';
    return str_make(out, (size_t)(q - out));
}

bool json_int(const struct json *j, int64_t *out)
{
    return j->type == JSON_NUMBER && str_to_int(j->text, out);
}

bool json_double(const struct json *j, double *out)
{
    struct arena a = {0};
    double d;

    if (j->type != JSON_NUMBER)
        return false;
    if (j->text.len < 64) {
        char text[64];

        memcpy(text, j->text.ptr, j->text.len);
        text[j->text.len] = '\0';
        d = strtod(text, NULL);
    } else {
        d = strtod(str_cdup(&a, j->text), NULL);
        arena_release(&a);
    }
    if (d - d != 0)
        return false;
    *out = d;
    return true;
}

struct str json_error_text(const struct json *j, struct arena *a)
{
    size_t line = 1, column = 1;

    for (const char *p = j->start; p < j->pos; p++) {
        if (*p == '\n') {
            line++;
            column = 1;
        } else if ((*p & 0xc0) != 0x80) {
            column++;
        }
    }
    return str_printf(a, "line %zu, column %zu: %s", line, column,
                      j->error != NULL ? j->error : "no error");
}

bool json_valid(struct str document, struct err *err)
{
    struct arena a = {0};
    struct json j;

    json_init(&j, document);
    while (next_token(&j) != JSON_END) {
        if (j.type == JSON_ERROR) {
            err_set(err, ERR_SYNTAX, STR_FMT, STR_ARG(json_error_text(&j, &a)));
            arena_release(&a);
            return false;
        }
    }
    return true;
}
