#include "sys/mail/reader.h"

#include "base/text.h"

#include <errno.h>
#include <iconv.h>

/* Character sets of mail, so that their tables are loaded before the doors close. */
static const char *const names[] = {
    "ISO-8859-1",  "ISO-8859-2",  "ISO-8859-3",  "ISO-8859-4",   "ISO-8859-5",  "ISO-8859-6",
    "ISO-8859-7",  "ISO-8859-8",  "ISO-8859-9",  "ISO-8859-10",  "ISO-8859-11", "ISO-8859-13",
    "ISO-8859-14", "ISO-8859-15", "ISO-8859-16", "WINDOWS-1250", "CP1251",      "CP1252",
    "CP1253",      "CP1254",      "CP1255",      "CP1256",       "CP1257",      "CP1258",
    "TCVN5712-1",  "VISCII",      "KOI8-R",      "KOI8-U",       "MACINTOSH",   "CP437",
    "CP850",       "CP866",       "GB2312",      "GBK",          "GB18030",     "BIG5",
    "BIG5-HKSCS",  "SHIFT_JIS",   "CP932",       "EUC-JP",       "ISO-2022-JP", "ISO-2022-KR",
    "EUC-KR",      "CP949",       "TIS-620",     "UTF-7",        "UTF-16",      "UTF-16LE",
    "UTF-16BE",    "UTF-32",      "EUC-TW",      "GEORGIAN-PS",  "ISO-2022-CN", "HZ",
};

void charsets_prepare(void)
{
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        iconv_t cd = iconv_open("UTF-8", names[i]);
        char in[] = "a", out[8];
        char *from = in, *to = out;
        size_t left = 1, room = sizeof(out);

        /* Kept open: closing the last one would unload its table. */
        if (cd != (iconv_t)-1)
            iconv(cd, &from, &left, &to, &room);
    }
}

static bool is_any(const char *charset, const char *const *list, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (str_eq_nocase(str_c(charset), str_c(list[i])))
            return true;
    }
    return false;
}

/* Converts; a byte that does not fit becomes U+FFFD. False when the set is unknown. */
static bool convert(struct buf *out, struct str bytes, const char *charset, int64_t *repaired)
{
    iconv_t cd = iconv_open("UTF-8", charset);
    char *from = (char *)(uintptr_t)bytes.ptr;
    size_t left = bytes.len;

    if (cd == (iconv_t)-1)
        return false;
    for (bool last = false; !last;) {
        char room[4096];
        char *to = room;
        size_t space = sizeof(room), r;
        int e;

        /* The last call, without input, writes what a set with combining marks holds back. */
        last = left == 0;
        r = iconv(cd, last ? NULL : &from, &left, &to, &space);
        e = errno;
        buf_add(out, str_make(room, sizeof(room) - space));
        if (r == (size_t)-1 && e != E2BIG && left > 0) {
            text_add(out, 0xfffd);
            ++*repaired;
            from++;
            left--;
            iconv(cd, NULL, NULL, NULL, NULL);
        }
    }
    iconv_close(cd);
    return true;
}

static int64_t high_bytes(struct str s)
{
    int64_t n = 0;

    for (size_t i = 0; i < s.len; i++)
        n += (unsigned char)s.ptr[i] >= 0x80;
    return n;
}

/* CR LF and lone CR to LF; other control characters than tab are left out. */
static struct str with_lf(struct arena *a, struct str s)
{
    char *out = arena_alloc_align(a, s.len + 1, 1);
    size_t n = 0;

    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];

        if (c == '\r' && (i + 1 == s.len || s.ptr[i + 1] != '\n'))
            out[n++] = '\n';
        else if ((c >= ' ' && c != 0x7f) || c == '\n' || c == '\t')
            out[n++] = s.ptr[i];
    }
    out[n] = '\0';
    return str_make(out, n);
}

struct str text_from_charset(struct arena *a, struct str bytes, const char *charset,
                             int64_t *repaired)
{
    static const char *const utf8[] = {"utf-8", "utf8", "unicode-1-1-utf-8"};
    /* Claims that say nothing. */
    static const char *const vague[] = {"us-ascii", "ascii", "unknown-8bit", "x-unknown",
                                        "binary",   "8bit",  "default",      "unknown"};
    struct buf b = buf_make(a);
    size_t bad = 0;

    if (charset == NULL || is_any(charset, vague, ARRAY_LEN(vague)))
        charset = text_is_valid(bytes, true) ? "utf-8" : NULL;
    else if (!is_any(charset, utf8, ARRAY_LEN(utf8)) && convert(&b, bytes, charset, repaired))
        return text_compose(a, with_lf(a, text_repair(a, buf_str(&b), NULL)));
    else if (!is_any(charset, utf8, ARRAY_LEN(utf8)))
        charset = text_is_valid(bytes, true) ? "utf-8" : NULL;
    if (charset == NULL) {
        /* What programs that name no set mostly mean; every byte outside ASCII is a guess. */
        int64_t ignored = 0;

        *repaired += high_bytes(bytes);
        if (convert(&b, bytes, "CP1252", &ignored))
            bytes = buf_str(&b);
    }
    bytes = text_repair(a, bytes, &bad);
    if (charset != NULL)
        *repaired += (int64_t)bad;
    return text_compose(a, with_lf(a, bytes));
}

/* Characters that make a line look like another one: directions, and what has no width. */
static bool is_deceptive(uint32_t c)
{
    return (c >= 0x200b && c <= 0x200f) || (c >= 0x202a && c <= 0x202e) ||
           (c >= 0x2060 && c <= 0x206f) || c == 0xfeff || c == 0xad;
}

struct str clean_line(struct arena *a, const char *text, int64_t *repaired)
{
    size_t bad = 0;
    struct str s = text_repair(a, str_c(text), &bad);
    struct buf b = buf_make(a);
    bool gap = false;

    *repaired += (int64_t)bad;
    s = text_compose(a, s);
    while (s.len > 0) {
        uint32_t c = text_next(&s);

        if (c <= ' ' || (c >= 0x7f && c < 0xa0)) {
            gap = b.len > 0;
            continue;
        }
        if (is_deceptive(c))
            continue;
        if (gap)
            buf_add_char(&b, ' ');
        gap = false;
        text_add(&b, c);
    }
    return text_ellipsis(a, buf_str(&b), 2000);
}
