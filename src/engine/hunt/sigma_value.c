#include "engine/hunt/fold.h"
#include "engine/hunt/sigma_rules.h"

/* Values of rules under the modifiers that change text into other text. */

static int need_plain(struct reading *r, const struct value *v, const char *modifier)
{
    if (pattern_is_plain(&v->p))
        return 0;
    return reading_fail(r, v->at, "'%s' cannot encode a value with wildcards", modifier);
}

int value_encode_utf16(struct reading *r, struct value *v, bool big, bool mark)
{
    int rc = need_plain(r, v, "utf16");
    if (rc < 0)
        return rc;
    struct buf b = buf_make(r->tmp);
    if (mark)
        buf_add(&b, STR("\xFF\xFE"));
    for (size_t i = 0; i < v->p.len;) {
        uint32_t c;
        i += fold_decode(v->p.bytes + i, v->p.len - i, &c);
        uint32_t units[2] = {c, 0};
        size_t len = 1;
        if (c >= 0x10000) {
            units[0] = 0xD800 + ((c - 0x10000) >> 10);
            units[1] = 0xDC00 + ((c - 0x10000) & 0x3FF);
            len = 2;
        }
        for (size_t k = 0; k < len; k++) {
            buf_add_char(&b, (char)(big ? units[k] >> 8 : units[k] & 0xFF));
            buf_add_char(&b, (char)(big ? units[k] & 0xFF : units[k] >> 8));
        }
    }
    v->p = pattern_plain(r->tmp, buf_str(&b));
    return 0;
}

static struct str base64(struct arena *a, const char *s, size_t n)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    struct buf b = buf_make(a);
    for (size_t i = 0; i < n; i += 3) {
        uint32_t v = (uint32_t)(unsigned char)s[i] << 16;
        if (i + 1 < n)
            v |= (uint32_t)(unsigned char)s[i + 1] << 8;
        if (i + 2 < n)
            v |= (unsigned char)s[i + 2];
        buf_add_char(&b, digits[v >> 18]);
        buf_add_char(&b, digits[v >> 12 & 63]);
        buf_add_char(&b, i + 1 < n ? digits[v >> 6 & 63] : '=');
        buf_add_char(&b, i + 2 < n ? digits[v & 63] : '=');
    }
    return buf_str(&b);
}

int value_base64(struct reading *r, struct value *v)
{
    int rc = need_plain(r, v, "base64");
    if (rc < 0)
        return rc;
    v->p = pattern_plain(r->tmp, base64(r->tmp, v->p.bytes, v->p.len));
    return 0;
}

/* The three ways the value can fall on groups of three bytes; digits that also depend on the
 * neighbours are cut off (modifiers appendix, "base64offset"). */
int value_base64_offsets(struct reading *r, const struct value *v, struct values *out)
{
    static const size_t front[] = {0, 2, 3};
    int rc = need_plain(r, v, "base64offset");
    if (rc < 0)
        return rc;
    for (size_t shift = 0; shift < 3; shift++) {
        struct buf b = buf_make(r->tmp);
        for (size_t i = 0; i < shift; i++)
            buf_add_char(&b, ' ');
        buf_add(&b, pattern_text(&v->p));
        static const size_t back[] = {0, 3, 2};
        struct str text = base64(r->tmp, b.ptr, b.len);
        size_t cut = front[shift] + back[b.len % 3];
        if (text.len <= cut)
            return reading_fail(r, v->at, "the value is too short for 'base64offset'");
        text = str_sub(text, front[shift], text.len - cut);
        *vec_push(out, r->tmp) = (struct value){pattern_plain(r->tmp, text), v->at};
    }
    return 0;
}

/* -------- placeholders -------- */

static size_t next_percent(const struct pattern *p, size_t from)
{
    while (from < p->len && p->kinds[from] != PATTERN_PERCENT)
        from++;
    return from;
}

static struct pattern without_percents(struct pattern p)
{
    for (size_t i = 0; i < p.len; i++) {
        if (p.kinds[i] == PATTERN_PERCENT)
            p.kinds[i] = PATTERN_BYTE;
    }
    return p;
}

/* `done` is in front, `rest` still has placeholders. */
static int expand_rest(struct reading *r, const struct yaml_node *at, struct pattern done,
                       struct pattern rest, bool found, struct values *out)
{
    size_t open = next_percent(&rest, 0);
    size_t close = next_percent(&rest, open + 1);
    if (close >= rest.len) {
        if (!found)
            return reading_fail(r, at, "'expand' without a %%placeholder%%");
        *vec_push(out, r->tmp) =
            (struct value){without_percents(pattern_concat(r->tmp, done, rest)), at};
        return 0;
    }
    struct str name = str_make(rest.bytes + open + 1, close - open - 1);
    const struct strs *list = map_get(&r->s->placeholders, name);
    if (list == NULL)
        return reading_fail(r, at, "no value for the placeholder %%" STR_FMT "%%", STR_ARG(name));
    done = pattern_concat(r->tmp, done, pattern_sub(rest, 0, open));
    rest = pattern_sub(rest, close + 1, rest.len - close - 1);
    for (size_t i = 0; i < list->len; i++) {
        if (r->budget-- == 0)
            return reading_fail(r, at, "too many values");
        struct pattern filled =
            pattern_concat(r->tmp, done, pattern_parse(r->tmp, list->at[i], false));
        int rc = expand_rest(r, at, filled, rest, true, out);
        if (rc < 0)
            return rc;
    }
    return 0;
}

int value_expand(struct reading *r, const struct value *v, struct values *out)
{
    return expand_rest(r, v->at, pattern_sub(v->p, 0, 0), v->p, false, out);
}
