#include "base/json.h"

#include "base/utf8.h"

#include <math.h>

void json_w_init(struct json_writer *w, struct buf *out)
{
    *w = (struct json_writer){.out = out};
}

static void before_value(struct json_writer *w)
{
    if (w->need_comma)
        buf_add_char(w->out, ',');
    w->need_comma = true;
    w->after_key = false;
}

static void open_container(struct json_writer *w, char c, bool object)
{
    uint64_t bit = (uint64_t)1 << (w->depth % 64);

    if (w->depth == JSON_DEPTH)
        die("JSON nested deeper than %d", JSON_DEPTH);
    before_value(w);
    buf_add_char(w->out, c);
    if (object)
        w->in_object[w->depth / 64] |= bit;
    else
        w->in_object[w->depth / 64] &= ~bit;
    w->depth++;
    w->need_comma = false;
}

void json_w_object(struct json_writer *w)
{
    open_container(w, '{', true);
}

void json_w_array(struct json_writer *w)
{
    open_container(w, '[', false);
}

void json_w_end(struct json_writer *w)
{
    if (w->depth == 0 || w->after_key)
        die("json_w_end: %s", w->depth == 0 ? "nothing is open" : "a key has no value");
    w->depth--;
    buf_add_char(w->out, w->in_object[w->depth / 64] >> (w->depth % 64) & 1 ? '}' : ']');
    w->need_comma = true;
}

/* Bytes that cannot stand in the output as they are: 1 escaped, 2 part of a sequence to look at. */
static const unsigned char special[256] = {
    [0 ... 31] = 1, ['"'] = 1, ['\\'] = 1, ['<'] = 1,
    ['>'] = 1,      ['&'] = 1, [0x7f] = 1, [0x80 ... 255] = 2,
};

static void write_escaped(struct buf *out, unsigned char c)
{
    static const char letters[256] = {['"'] = '"',  ['\\'] = '\\', ['\b'] = 'b', ['\f'] = 'f',
                                      ['\n'] = 'n', ['\r'] = 'r',  ['\t'] = 't'};

    if (letters[c] != 0) {
        buf_add_char(out, '\\');
        buf_add_char(out, letters[c]);
    } else {
        buf_printf(out, "\\u%04x", c);
    }
}

/* Writes the sequence at p, or what stands for it; the number of bytes it took. */
static size_t write_sequence(struct buf *out, const char *p, const char *end)
{
    size_t n = utf8_sequence(p, end);

    if (n == 0) {
        buf_add(out, STR("\xef\xbf\xbd"));
        return 1;
    }
    /* U+2028 and U+2029 end a line in JavaScript. */
    if (n == 3 && p[0] == '\xe2' && p[1] == '\x80' && (p[2] == '\xa8' || p[2] == '\xa9'))
        buf_printf(out, "\\u202%c", p[2] == '\xa8' ? '8' : '9');
    else
        buf_add(out, str_make(p, n));
    return n;
}

static void write_string(struct buf *out, struct str s)
{
    const char *p = s.len > 0 ? s.ptr : "";
    const char *end = p + s.len;

    buf_add_char(out, '"');
    while (p < end) {
        const char *from = p;

        while (p < end && special[(unsigned char)*p] == 0)
            p++;
        buf_add(out, str_make(from, (size_t)(p - from)));
        if (p == end)
            break;
        if (special[(unsigned char)*p] == 1)
            write_escaped(out, (unsigned char)*p++);
        else
            p += write_sequence(out, p, end);
    }
    buf_add_char(out, '"');
}

void json_w_key(struct json_writer *w, struct str key)
{
    before_value(w);
    write_string(w->out, key);
    buf_add_char(w->out, ':');
    w->need_comma = false;
    w->after_key = true;
}

void json_w_str(struct json_writer *w, struct str s)
{
    before_value(w);
    write_string(w->out, s);
}

void json_w_int(struct json_writer *w, int64_t n)
{
    before_value(w);
    buf_add_int(w->out, n);
}

void json_w_double(struct json_writer *w, double d)
{
    char text[32];

    before_value(w);
    if (!isfinite(d)) {
        buf_add(w->out, STR("null"));
        return;
    }
    /* The shortest text that reads back as the same number. */
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, sizeof(text), "%.*g", digits, d);
        if (strtod(text, NULL) == d)
            break;
    }
    buf_add_c(w->out, text);
}

void json_w_bool(struct json_writer *w, bool b)
{
    before_value(w);
    buf_add(w->out, b ? STR("true") : STR("false"));
}

void json_w_null(struct json_writer *w)
{
    before_value(w);
    buf_add(w->out, STR("null"));
}

void json_w_raw(struct json_writer *w, struct str json)
{
    before_value(w);
    buf_add(w->out, json);
}

void json_w_kstr(struct json_writer *w, const char *key, struct str s)
{
    json_w_key(w, str_c(key));
    json_w_str(w, s);
}

void json_w_kint(struct json_writer *w, const char *key, int64_t n)
{
    json_w_key(w, str_c(key));
    json_w_int(w, n);
}

void json_w_kbool(struct json_writer *w, const char *key, bool b)
{
    json_w_key(w, str_c(key));
    json_w_bool(w, b);
}
