#include "app/words/match.h"

#include "base/text.h"

enum { TERMS = 12, TERM_BYTES = 100, PREFIX_MIN = 2 };

/* ---- reading ----------------------------------------------------------------------------------
 */

/* Takes the next piece off the front: up to a space, or to the end of quotes that stand in it. */
static struct str next_piece(struct str *rest)
{
    bool quoted = false;
    struct str piece;
    size_t n = 0;

    *rest = str_trim(*rest);
    while (n < rest->len && (quoted || !isspace((unsigned char)rest->ptr[n])))
        quoted ^= rest->ptr[n++] == '"';
    piece = str_sub(*rest, 0, n);
    *rest = str_from(*rest, n);
    return piece;
}

static bool take_field(struct arena *a, struct str piece, const char *const *fields,
                       struct words *out)
{
    ptrdiff_t colon = str_find_char(piece, ':');
    struct str name, value;

    if (colon <= 0 || fields == NULL)
        return false;
    name = str_sub(piece, 0, (size_t)colon);
    value = str_trim(str_from(piece, (size_t)colon + 1));
    if (value.len > 0 && value.ptr[0] == '"')
        value = str_from(value, 1);
    if (value.len > 0 && value.ptr[value.len - 1] == '"')
        value.len--;
    for (; *fields != NULL; fields++) {
        if (str_eq_nocase(name, str_c(*fields))) {
            if (value.len > 0)
                *vec_push(&out->fields, a) = (struct words_field){str_c(*fields), value};
            return true;
        }
    }
    return false;
}

static void take_term(struct arena *a, struct str piece, bool last, struct words *out)
{
    struct str fold = str_trim(text_fold(a, piece));
    bool closed = piece.len > 0 && piece.ptr[piece.len - 1] == '"';
    ptrdiff_t space;

    if (fold.len == 0 || fold.len > TERM_BYTES || out->terms.len == TERMS)
        return;
    space = str_rfind_char(fold, ' ');
    *vec_push(&out->terms, a) = (struct words_term){
        .fold = fold,
        .prefix = last && !closed && fold.len - (size_t)(space + 1) >= PREFIX_MIN,
    };
}

void words_parse(struct arena *a, struct str typed, const char *const *fields, struct words *out)
{
    struct buf plain = buf_make(a);
    bool open = typed.len > 0 && !isspace((unsigned char)typed.ptr[typed.len - 1]);
    struct str rest = typed;

    *out = (struct words){.plain = STR("")};
    while (str_trim(rest).len > 0) {
        struct str piece = next_piece(&rest);

        if (take_field(a, piece, fields, out))
            continue;
        take_term(a, piece, open && str_trim(rest).len == 0, out);
        if (plain.len > 0)
            buf_add_char(&plain, ' ');
        buf_add(&plain, piece);
    }
    out->plain = buf_str(&plain);
}

/* ---- for the engines --------------------------------------------------------------------------
 */

/* FTS5: "lua dao" AND "so y t" *; a text in quotes is a phrase, whatever stands in it. */
static void add_fts5(struct buf *b, struct str fold, bool prefix)
{
    buf_add_char(b, '"');
    for (size_t i = 0; i < fold.len; i++) {
        if (fold.ptr[i] != '"')
            buf_add_char(b, fold.ptr[i]);
    }
    buf_add_c(b, prefix ? "\" *" : "\"");
}

/* tsquery: 'lua' <-> 'dao' & 'so' <-> 'y' <-> 't':* */
static void add_tsquery(struct buf *b, struct str fold, bool prefix)
{
    struct str rest = fold, word;
    bool first = true;

    buf_add_char(b, '(');
    while (str_split(&rest, ' ', &word)) {
        buf_add_c(b, first ? "'" : " <-> '");
        for (size_t i = 0; i < word.len; i++) {
            if (word.ptr[i] != '\'' && word.ptr[i] != '\\')
                buf_add_char(b, word.ptr[i]);
        }
        buf_add_char(b, '\'');
        first = false;
    }
    buf_add_c(b, prefix ? ":*)" : ")");
}

struct str words_match_as(struct arena *a, enum db_engine engine, const struct words *w,
                          enum words_how how)
{
    struct buf b = buf_make(a);

    if (w->terms.len == 0)
        return STR_EMPTY;
    for (size_t i = 0; i < w->terms.len; i++) {
        const struct words_term *t = &w->terms.at[i];
        struct str fold = t->fold;

        if (i > 0)
            buf_add_c(&b, engine == DB_SQLITE ? " AND " : " & ");
        if (how == WORDS_CUT && t->prefix)
            fold.len = fold.len - words_last(t) + WORDS_PREFIX_MAX;
        (engine == DB_SQLITE ? add_fts5 : add_tsquery)(&b, fold, t->prefix && how != WORDS_WHOLE);
    }
    return buf_str(&b);
}

struct str words_typed(struct arena *a, enum db_engine engine, struct str typed)
{
    struct words w;

    words_parse(a, typed, NULL, &w);
    return words_match(a, engine, &w);
}

struct str words_match(struct arena *a, enum db_engine engine, const struct words *w)
{
    return words_match_as(a, engine, w, WORDS_AS_TYPED);
}

size_t words_last(const struct words_term *t)
{
    return t->fold.len - (size_t)(str_rfind_char(t->fold, ' ') + 1);
}

/* ---- marking ----------------------------------------------------------------------------------
 */

/* A word of the text as the eye sees it; other bytes than ASCII are taken for letters. */
static bool in_word(char c)
{
    return isalnum((unsigned char)c) || (unsigned char)c >= 0x80;
}

static bool is_found(struct arena *a, const struct words *w, struct str word)
{
    struct str fold = str_trim(text_fold(a, word));

    for (size_t i = 0; i < w->terms.len && fold.len > 0; i++) {
        struct str rest = w->terms.at[i].fold, part;

        while (str_split(&rest, ' ', &part)) {
            bool last = rest.ptr == NULL;

            if (str_eq(part, fold) || (last && w->terms.at[i].prefix && str_starts(fold, part)))
                return true;
        }
    }
    return false;
}

/* The next word at or behind *at: where it begins; *at is then behind it. False at the end. */
static bool next_word(struct str text, size_t *at, size_t *from)
{
    while (*at < text.len && !in_word(text.ptr[*at]))
        (*at)++;
    *from = *at;
    while (*at < text.len && in_word(text.ptr[*at]))
        (*at)++;
    return *at > *from;
}

static void add_part(struct arena *a, struct words_parts *out, struct str text, bool found)
{
    if (text.len > 0)
        *vec_push(out, a) = (struct words_part){text, found};
}

void words_mark(struct arena *a, const struct words *w, struct str text, struct words_parts *out,
                size_t *found)
{
    size_t at = 0, from, done = 0;

    *out = (struct words_parts){0};
    *found = 0;
    while (next_word(text, &at, &from)) {
        if (!is_found(a, w, str_sub(text, from, at - from)))
            continue;
        add_part(a, out, str_sub(text, done, from - done), false);
        add_part(a, out, str_sub(text, from, at - from), true);
        done = at;
        (*found)++;
    }
    add_part(a, out, str_from(text, done), false);
}

void words_snippet(struct arena *a, const struct words *w, struct str text, size_t max,
                   struct words_parts *out, size_t *found)
{
    size_t at = 0, from, begin = 0, end;
    struct buf cut = buf_make(a);

    while (next_word(text, &at, &from)) {
        if (is_found(a, w, str_sub(text, from, at - from))) {
            begin = from > max / 3 ? from - max / 3 : 0;
            break;
        }
    }
    while (begin > 0 && begin < text.len && in_word(text.ptr[begin - 1]))
        begin++;
    end = MIN(begin + max, text.len);
    while (end < text.len && end > begin && in_word(text.ptr[end]))
        end--;
    if (begin > 0)
        buf_add_c(&cut, "… ");
    buf_add(&cut, str_trim(str_sub(text, begin, end - begin)));
    if (end < text.len)
        buf_add_c(&cut, " …");
    words_mark(a, w, buf_str(&cut), out, found);
}
