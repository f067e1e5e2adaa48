#ifndef BASE_JSON_H
#define BASE_JSON_H

#include "base/base.h"

/*
 * A pull reader for JSON (RFC 8259) over a complete document in memory, and a writer.
 *
 * The reader does not build a tree: json_next() gives one token after another; strings are slices
 * of the input unless they contain escapes (json_string decodes those into an arena). It is strict:
 * no comments, no trailing commas, no leading zeros, no lone surrogates in \u escapes unless
 * `lenient`, valid UTF-8 only, one value (then white space) to a document. Depth is limited
 * (JSON_DEPTH).
 */
enum { JSON_DEPTH = 256 };

enum json_type {
    JSON_END,    /* the document is complete */
    JSON_ERROR,  /* see json.error, json.pos; json_error_text says line and column */
    JSON_OBJECT, /* { */
    JSON_OBJECT_END,
    JSON_ARRAY,
    JSON_ARRAY_END,
    JSON_KEY, /* text in json.text */
    JSON_STRING,
    JSON_NUMBER, /* its text in json.text */
    JSON_TRUE,
    JSON_FALSE,
    JSON_NULL,
};

struct json {
    const char *start, *pos, *end;
    enum json_type type; /* of the current token */
    struct str text;     /* raw text of KEY and STRING (without quotes, escapes kept) and NUMBER */
    bool escaped;        /* text contains backslash escapes */
    bool lenient;        /* lone surrogates become U+FFFD instead of an error */
    int depth;
    uint64_t in_object[JSON_DEPTH / 64]; /* one bit a level */
    int state;                           /* inner */
    const char *error;                   /* static text, when type is JSON_ERROR */
};

void json_init(struct json *j, struct str document);
enum json_type json_next(struct json *j);

/* With the current token JSON_OBJECT or JSON_ARRAY: goes to its end. With JSON_KEY: over its value.
 * Otherwise nothing. False on a syntax error. */
bool json_skip(struct json *j);

/* Decoded text of the current KEY or STRING; a slice of the input when it has no escapes. */
struct str json_string(struct json *j, struct arena *a);
bool json_int(const struct json *j, int64_t *out); /* NUMBER that is an integer in range */
bool json_double(const struct json *j, double *out);

/* "line 3, column 17: expected ',' or '}'" */
struct str json_error_text(const struct json *j, struct arena *a);

/* Checks a whole document. */
bool json_valid(struct str document, struct err *err);

/*
 * The writer puts commas by itself. json_w_end() closes the innermost object or array.
 * Strings that are not valid UTF-8 are repaired (U+FFFD). '<', '>', '&', U+2028 and U+2029 are
 * escaped, so the text may stand inside HTML.
 */
struct json_writer {
    struct buf *out;
    uint64_t in_object[JSON_DEPTH / 64];
    int depth;
    bool need_comma;
    bool after_key;
};

void json_w_init(struct json_writer *w, struct buf *out);
void json_w_object(struct json_writer *w);
void json_w_array(struct json_writer *w);
void json_w_end(struct json_writer *w);
void json_w_key(struct json_writer *w, struct str key);
void json_w_str(struct json_writer *w, struct str s);
void json_w_int(struct json_writer *w, int64_t n);
void json_w_double(struct json_writer *w, double d);
void json_w_bool(struct json_writer *w, bool b);
void json_w_null(struct json_writer *w);
void json_w_raw(struct json_writer *w, struct str json); /* a complete value, trusted */

/* key and value in one. */
void json_w_kstr(struct json_writer *w, const char *key, struct str s);
void json_w_kint(struct json_writer *w, const char *key, int64_t n);
void json_w_kbool(struct json_writer *w, const char *key, bool b);

#endif
