#include "engine/hunt/fold.h"
#include "engine/hunt/regex.h"

enum { MAX_GROUPS = 64, MAX_LITERAL = 256 };

/* Walks a pattern once. `run` is the text that must stand in a row at the place reached so far. */
struct walk {
    struct str s;
    size_t at;
    char run[MAX_LITERAL];
    size_t run_len;
    char best[MAX_LITERAL];
    size_t best_len;
    bool unknown; /* met something outside what is understood: nothing may be concluded */
};

static void end_run(struct walk *w)
{
    if (w->run_len > w->best_len) {
        memcpy(w->best, w->run, w->run_len);
        w->best_len = w->run_len;
    }
    w->run_len = 0;
}

static char peek(const struct walk *w, size_t ahead)
{
    return w->at + ahead < w->s.len ? w->s.ptr[w->at + ahead] : 0;
}

enum repeat { REPEAT_ONCE, REPEAT_MORE, REPEAT_OPTIONAL };

static bool counted(const struct walk *w, size_t *len, bool *optional)
{
    size_t i = 1;
    while (isdigit((unsigned char)peek(w, i)))
        i++;
    if (i == 1)
        return false;
    *optional = peek(w, 1) == '0';
    if (peek(w, i) == ',') {
        i++;
        while (isdigit((unsigned char)peek(w, i)))
            i++;
    }
    *len = i + 1;
    return peek(w, i) == '}';
}

/* Takes the quantifier at this place, if any. */
static enum repeat take_repeat(struct walk *w)
{
    enum repeat r = REPEAT_ONCE;
    size_t len = 1;
    bool optional;
    switch (peek(w, 0)) {
    case '*':
    case '?':
        r = REPEAT_OPTIONAL;
        break;
    case '+':
        r = REPEAT_MORE;
        break;
    case '{':
        if (peek(w, 1) == ',') /* text in older PCRE2, {0,n} in newer */
            w->unknown = true;
        if (!counted(w, &len, &optional))
            return REPEAT_ONCE;
        r = optional ? REPEAT_OPTIONAL : REPEAT_MORE;
        break;
    default:
        return REPEAT_ONCE;
    }
    w->at += len;
    if (peek(w, 0) == '?' || peek(w, 0) == '+') /* lazy, possessive */
        w->at++;
    return r;
}

static void add_char(struct walk *w, char c)
{
    enum repeat r = take_repeat(w);
    if (r == REPEAT_OPTIONAL) {
        end_run(w);
        return;
    }
    if (w->run_len == MAX_LITERAL)
        end_run(w);
    w->run[w->run_len++] = c;
    if (r == REPEAT_MORE)
        end_run(w);
}

static void skip_atom(struct walk *w)
{
    end_run(w);
    take_repeat(w);
}

/* Length of "[:name:]" at this place, or 0. */
static size_t posix_class(const struct walk *w)
{
    size_t i = 2;
    if (peek(w, 1) != ':')
        return 0;
    if (peek(w, i) == '^')
        i++;
    while (isalpha((unsigned char)peek(w, i)))
        i++;
    return peek(w, i) == ':' && peek(w, i + 1) == ']' ? i + 2 : 0;
}

static void take_class(struct walk *w)
{
    w->at++;
    if (peek(w, 0) == '^')
        w->at++;
    if (peek(w, 0) == ']')
        w->at++;
    while (w->at < w->s.len && peek(w, 0) != ']') {
        if (peek(w, 0) == '\\' && peek(w, 1) == 'Q')
            w->unknown = true;
        if (peek(w, 0) == '[' && strchr(":.=", peek(w, 1)) != NULL && peek(w, 1) != 0) {
            size_t len = posix_class(w);
            w->unknown = w->unknown || len == 0;
            w->at += MAX(len, (size_t)1);
            continue;
        }
        w->at += peek(w, 0) == '\\' ? 2 : 1;
    }
    w->at++;
    skip_atom(w);
}

static void take_escape(struct walk *w)
{
    char c = peek(w, 1);
    w->at += 2;
    if (c == 'b' || c == 'B' || c == 'A' || c == 'Z' || c == 'z' || c == 'G') {
        end_run(w);
        return;
    }
    if (c != 0 && strchr("dDsSwWhHvVNR", c) != NULL) {
        skip_atom(w);
        return;
    }
    if (isalnum((unsigned char)c) || c == 0 || (unsigned char)c >= 0x80) {
        w->unknown = true; /* \x, \p, \1, \Q ... */
        return;
    }
    add_char(w, c);
}

static void walk_alternatives(struct walk *w, int depth);

static void take_group(struct walk *w, int depth)
{
    bool look = false;
    w->at++;
    end_run(w);
    if (depth >= MAX_GROUPS || peek(w, 0) == '*') {
        w->unknown = true;
        return;
    }
    if (peek(w, 0) == '?') {
        char kind = peek(w, 1);
        size_t flags = 1;
        while (peek(w, flags) != 0 && strchr("ims", peek(w, flags)) != NULL)
            flags++;
        if (kind == ':') {
            w->at += 2;
        } else if (kind == '=' || kind == '!') {
            w->at += 2;
            look = true;
        } else if (kind == '<' && (peek(w, 2) == '=' || peek(w, 2) == '!')) {
            w->at += 3;
            look = true;
        } else if (flags > 1 && peek(w, flags) == ')') {
            w->at += flags + 1;
            return;
        } else if (flags > 1 && peek(w, flags) == ':') {
            w->at += flags + 1;
        } else {
            w->unknown = true;
            return;
        }
    }
    struct walk *inner = malloc(sizeof(*inner));
    if (inner == NULL)
        die("out of memory");
    *inner = *w;
    inner->run_len = inner->best_len = 0;
    walk_alternatives(inner, depth + 1);
    w->at = inner->at;
    w->unknown = w->unknown || inner->unknown;
    if (peek(w, 0) != ')')
        w->unknown = true;
    w->at++;
    enum repeat r = take_repeat(w);
    if (!look && r != REPEAT_OPTIONAL && inner->best_len > w->best_len) {
        memcpy(w->best, inner->best, inner->best_len);
        w->best_len = inner->best_len;
    }
    free(inner);
}

/* One alternative, up to | or ) or the end. */
static void walk_sequence(struct walk *w, int depth)
{
    while (w->at < w->s.len && !w->unknown) {
        char c = peek(w, 0);
        if (c == '|' || c == ')')
            break;
        switch (c) {
        case '\\':
            take_escape(w);
            break;
        case '[':
            take_class(w);
            break;
        case '(':
            take_group(w, depth);
            break;
        case '.':
            w->at++;
            skip_atom(w);
            break;
        case '^':
        case '$':
            w->at++;
            end_run(w);
            take_repeat(w);
            break;
        default:
            w->at++;
            if ((unsigned char)c >= 0x80 || (unsigned char)c < ' ')
                skip_atom(w);
            else
                add_char(w, c);
        }
    }
    end_run(w);
}

/* With more than one alternative nothing is required. */
static void walk_alternatives(struct walk *w, int depth)
{
    walk_sequence(w, depth);
    while (!w->unknown && peek(w, 0) == '|' && w->at < w->s.len) {
        w->at++;
        walk_sequence(w, depth);
        w->best_len = 0;
        if (peek(w, 0) != '|' || w->at >= w->s.len)
            return;
    }
}

struct str regex_literal(struct arena *a, struct str pattern)
{
    struct walk w = {.s = pattern};
    walk_alternatives(&w, 0);
    if (w.unknown || w.at < pattern.len)
        return STR_EMPTY;
    char *out = arena_alloc_align(a, fold_room(w.best_len), 1);
    return str_make(out, fold_text(w.best, w.best_len, out));
}
