#include "engine/observe/parts.h"

/*
 * People break addresses so that nobody clicks them: hxxp[://]evil[.]example, user (at) example
 * [dot] vn, evil\.example. This puts them together again. Schemes are read by the URL recogniser.
 */
static const struct {
    struct str inside; /* between brackets, spaces trimmed, any case */
    struct str means;
    bool joins; /* spaces around the brackets vanish too */
} marks[] = {
    {STR_INIT("."), STR_INIT("."), true},    {STR_INIT("dot"), STR_INIT("."), true},
    {STR_INIT("@"), STR_INIT("@"), true},    {STR_INIT("at"), STR_INIT("@"), true},
    {STR_INIT(":"), STR_INIT(":"), false},   {STR_INIT("://"), STR_INIT("://"), false},
    {STR_INIT("/"), STR_INIT("/"), false},   {STR_INIT("chấm"), STR_INIT("."), true},
    {STR_INIT("cham"), STR_INIT("."), true},
};

enum { MARK_MAX = 12 };

static char closing_of(char open)
{
    return open == '[' ? ']' : open == '(' ? ')' : '}';
}

/* The mark in brackets at the front of s: its index and length, or -1. */
static int mark_at(struct str s, size_t *len)
{
    ptrdiff_t close = str_find_char(str_sub(s, 0, MARK_MAX), closing_of(s.ptr[0]));
    struct str inside;

    if (close < 2)
        return -1;
    inside = str_trim(str_make(s.ptr + 1, (size_t)close - 1));
    for (size_t i = 0; i < ARRAY_LEN(marks); i++) {
        if (str_eq_nocase(inside, marks[i].inside)) {
            *len = (size_t)close + 1;
            return (int)i;
        }
    }
    return -1;
}

static size_t spaces_at(struct str s, size_t i)
{
    size_t n = 0;

    while (n < 3 && i + n < s.len && s.ptr[i + n] == ' ')
        n++;
    return n;
}

static size_t spaces_before(const char *p, size_t len)
{
    size_t n = 0;

    while (n < 3 && n < len && p[len - n - 1] == ' ')
        n++;
    return n;
}

static bool ends_in_label(const char *p, size_t len)
{
    return len > 0 &&
           ((unsigned char)p[len - 1] >= 0x80 || is_class((unsigned char)p[len - 1], CLASS_LABEL));
}

static void note_edit(struct refanged *r, struct arena *a, size_t out, size_t in)
{
    *vec_push(&r->edits, a) = (struct refang_edit){.out = out, .in = in};
}

/* The next byte that may begin a mark. */
static size_t next_special(struct str s, size_t i)
{
    while (i < s.len && s.ptr[i] != '[' && s.ptr[i] != '(' && s.ptr[i] != '{' && s.ptr[i] != '\\')
        i++;
    return i;
}

/* What the backslash or bracket at i stands for: copies it to *out, returns where to go on. */
static size_t refang_one(struct refanged *r, struct arena *a, struct str s, size_t i, size_t *out)
{
    size_t len, n = *out;
    int mark;

    if (s.ptr[i] == '\\') {
        bool dot = i + 1 < s.len && s.ptr[i + 1] == '.' && ends_in_label(r->room, n) &&
                   label_char(s, i + 2) > 0;
        bool slash = i + 1 < s.len && s.ptr[i + 1] == '/';

        if (dot || slash)
            note_edit(r, a, n, ++i);
        r->room[n] = s.ptr[i];
        *out = n + 1;
        return i + 1;
    }
    mark = mark_at(str_from(s, i), &len);
    if (mark < 0) {
        r->room[n] = s.ptr[i];
        *out = n + 1;
        return i + 1;
    }
    i += len;
    if (marks[mark].joins) {
        size_t before = spaces_before(r->room, n);
        size_t after = spaces_at(s, i);

        if (ends_in_label(r->room, n - before) && label_char(s, i + after) > 0) {
            n -= before;
            i += after;
        }
    }
    memcpy(r->room + n, marks[mark].means.ptr, marks[mark].means.len);
    n += marks[mark].means.len;
    note_edit(r, a, n, i);
    *out = n;
    return i;
}

void refang(struct refanged *r, struct arena *a, struct str s)
{
    size_t i = next_special(s, 0);
    size_t out = i;

    r->edits.len = 0;
    r->text = s;
    if (i == s.len)
        return;
    memcpy(r->room, s.ptr, i);
    while (i < s.len) {
        size_t plain;

        i = refang_one(r, a, s, i, &out);
        plain = next_special(s, i);
        memcpy(r->room + out, s.ptr + i, plain - i);
        out += plain - i;
        i = plain;
    }
    if (r->edits.len > 0)
        r->text = str_make(r->room, out);
}

size_t refang_origin(const struct refanged *r, size_t out)
{
    size_t low = 0, high = r->edits.len;

    /* The last edit at or before `out`. */
    while (low < high) {
        size_t mid = low + (high - low) / 2;

        if (r->edits.at[mid].out <= out)
            low = mid + 1;
        else
            high = mid;
    }
    return low == 0 ? out : r->edits.at[low - 1].in + (out - r->edits.at[low - 1].out);
}
