#include "sys/mail/reader.h"

#include "base/text.h"

/*
 * Enough of HTML for reading a letter: tags are dropped, blocks become lines, entities characters,
 * links keep the address they lead to (that is what a phishing report is about). One pass, nothing
 * is looked at twice.
 */
struct page {
    struct arena *a;
    struct buf out;
    struct str href;   /* of the link that is open */
    size_t link_start; /* where its text begins in out */
    bool gap;          /* white space was seen, not yet written */
    int pre;
};

static const struct {
    const char *name;
    uint32_t c;
} entities[] = {
    {"amp", '&'},      {"lt", '<'},       {"gt", '>'},        {"quot", '"'},     {"apos", '\''},
    {"nbsp", ' '},     {"copy", 0xa9},    {"reg", 0xae},      {"laquo", 0xab},   {"raquo", 0xbb},
    {"middot", 0xb7},  {"deg", 0xb0},     {"hellip", 0x2026}, {"ndash", 0x2013}, {"mdash", 0x2014},
    {"lsquo", 0x2018}, {"rsquo", 0x2019}, {"ldquo", 0x201c},  {"rdquo", 0x201d}, {"bull", 0x2022},
    {"euro", 0x20ac},  {"trade", 0x2122}, {"Agrave", 0xc0},   {"Aacute", 0xc1},  {"Acirc", 0xc2},
    {"Atilde", 0xc3},  {"Egrave", 0xc8},  {"Eacute", 0xc9},   {"Ecirc", 0xca},   {"Igrave", 0xcc},
    {"Iacute", 0xcd},  {"Ograve", 0xd2},  {"Oacute", 0xd3},   {"Ocirc", 0xd4},   {"Otilde", 0xd5},
    {"Ugrave", 0xd9},  {"Uacute", 0xda},  {"Yacute", 0xdd},   {"agrave", 0xe0},  {"aacute", 0xe1},
    {"acirc", 0xe2},   {"atilde", 0xe3},  {"egrave", 0xe8},   {"eacute", 0xe9},  {"ecirc", 0xea},
    {"igrave", 0xec},  {"iacute", 0xed},  {"ograve", 0xf2},   {"oacute", 0xf3},  {"ocirc", 0xf4},
    {"otilde", 0xf5},  {"ugrave", 0xf9},  {"uacute", 0xfa},   {"yacute", 0xfd},
};

/* The character that "&...;" at the front of s stands for, and its length; the ampersand itself
 * when it is no entity. */
static uint32_t entity(struct str s, size_t *len)
{
    ptrdiff_t end = str_find_char(str_sub(s, 0, 12), ';');
    struct str name = str_sub(s, 1, end > 1 ? (size_t)end - 1 : 0);
    uint64_t n = 0;

    *len = (size_t)end + 1;
    if (name.len > 1 && name.ptr[0] == '#') {
        bool hex = (name.ptr[1] | 0x20) == 'x';

        for (size_t i = hex ? 2 : 1; i < name.len; i++) {
            unsigned char c = (unsigned char)name.ptr[i];

            if (hex ? !isxdigit(c) : !isdigit(c)) {
                n = 0;
                break;
            }
            n = n * (hex ? 16 : 10) + (unsigned)(isdigit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
        }
        if (n > 0)
            return n <= 0x10ffff ? (uint32_t)n : 0xfffd;
    }
    for (size_t i = 0; i < ARRAY_LEN(entities); i++) {
        if (str_is(name, entities[i].name))
            return entities[i].c;
    }
    *len = 1;
    return '&';
}

static void put_text(struct page *p, struct str s)
{
    if (p->gap && p->out.len > 0 && p->out.ptr[p->out.len - 1] != '\n')
        buf_add_char(&p->out, ' ');
    p->gap = false;
    buf_add(&p->out, s);
}

/* Up to the next tag, entity or white space, at least one byte. */
static size_t plain_length(struct str s)
{
    size_t n = 1;

    while (n < s.len && s.ptr[n] != '<' && s.ptr[n] != '&' && !isspace((unsigned char)s.ptr[n]))
        n++;
    return n;
}

/* At most one empty line. */
static void new_line(struct page *p)
{
    size_t n = p->out.len;

    p->gap = false;
    if (n > 0 && !(n > 1 && p->out.ptr[n - 1] == '\n' && p->out.ptr[n - 2] == '\n'))
        buf_add_char(&p->out, '\n');
}

static void block(struct page *p)
{
    if (p->out.len > 0 && p->out.ptr[p->out.len - 1] != '\n')
        new_line(p);
    p->gap = false;
}

/* The end of the tag at the front of s (behind '>'); 0 when it is not closed. */
static size_t tag_end(struct str s)
{
    char quote = 0;

    for (size_t i = 1; i < s.len; i++) {
        char c = s.ptr[i];

        if (quote != 0)
            quote = c == quote ? 0 : quote;
        else if ((c == '"' || c == '\'') && s.ptr[i - 1] == '=')
            quote = c;
        else if (c == '>')
            return i + 1;
    }
    return 0;
}

/* Text with its entities resolved. */
static struct str resolved(struct arena *a, struct str s)
{
    struct buf b = buf_make(a);

    while (s.len > 0) {
        size_t len = 1;

        if (s.ptr[0] == '&')
            text_add(&b, entity(s, &len));
        else
            buf_add_char(&b, s.ptr[0]);
        s = str_from(s, len);
    }
    return buf_str(&b);
}

static struct str attribute(struct arena *a, struct str tag, struct str name)
{
    for (size_t i = 1; i + name.len + 1 < tag.len; i++) {
        struct str rest = str_from(tag, i);
        ptrdiff_t end;

        if (!isspace((unsigned char)tag.ptr[i - 1]) || !str_starts_nocase(rest, name))
            continue;
        rest = str_trim(str_from(rest, name.len));
        if (rest.len == 0 || rest.ptr[0] != '=')
            continue;
        rest = str_trim(str_from(rest, 1));
        if (rest.len > 0 && (rest.ptr[0] == '"' || rest.ptr[0] == '\'')) {
            end = str_find_char(str_from(rest, 1), rest.ptr[0]);
            rest = str_sub(rest, 1, end < 0 ? rest.len : (size_t)end);
        } else {
            size_t n = 0;

            while (n < rest.len && !isspace((unsigned char)rest.ptr[n]) && rest.ptr[n] != '>')
                n++;
            rest = str_sub(rest, 0, n);
        }
        return str_trim(resolved(a, rest));
    }
    return STR_EMPTY;
}

static void close_link(struct page *p)
{
    struct str shown = str_from(buf_str(&p->out), p->link_start);

    if (p->href.len > 0 && p->href.len <= 4096 && str_find(shown, p->href) < 0) {
        p->gap = shown.len > 0;
        put_text(p, STR("<"));
        buf_add(&p->out, p->href);
        buf_add_char(&p->out, '>');
    }
    p->href = STR_EMPTY;
}

static void open_link(struct page *p, struct str tag)
{
    struct str href = attribute(p->a, tag, STR("href"));

    close_link(p);
    p->link_start = p->out.len;
    if (str_starts_nocase(href, STR("http")) || str_starts_nocase(href, STR("ftp")) ||
        str_starts_nocase(href, STR("mailto:")))
        p->href = href;
}

static bool is_one_of(struct str name, const char *const *list, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (str_eq_nocase(name, str_c(list[i])))
            return true;
    }
    return false;
}

#define ONE_OF(name, list) is_one_of((name), (list), ARRAY_LEN(list))

/* Where to go on behind the tag at the front of s, and what it means for the text. */
static size_t take_tag(struct page *p, struct str s)
{
    static const char *const hidden[] = {"script", "style", "head", "title", "template", "svg"};
    static const char *const blocks[] = {
        "p",   "div",     "tr",     "table",   "ul",      "ol",         "h1",
        "h2",  "h3",      "h4",     "h5",      "h6",      "hr",         "form",
        "pre", "section", "header", "footer",  "article", "blockquote", "dl",
        "dt",  "dd",      "center", "address", "main",    "body",       "caption",
    };
    static const char *const cells[] = {"td", "th"};
    size_t end = tag_end(s);
    bool closing = s.ptr[1] == '/';
    size_t from = closing ? 2 : 1, n = from;
    struct str name;

    if (end == 0)
        return s.len;
    while (n < end && isalnum((unsigned char)s.ptr[n]))
        n++;
    name = str_sub(s, from, n - from);
    if (ONE_OF(name, hidden) && !closing) {
        struct str close = str_printf(p->a, "</" STR_FMT, STR_ARG(name));

        for (size_t i = end; i + close.len <= s.len; i++) {
            if (s.ptr[i] == '<' && str_starts_nocase(str_from(s, i), close))
                return i;
        }
        return s.len;
    }
    if (str_eq_nocase(name, STR("a"))) {
        if (closing)
            close_link(p);
        else
            open_link(p, str_sub(s, 0, end));
    } else if (str_eq_nocase(name, STR("br"))) {
        new_line(p);
    } else if (str_eq_nocase(name, STR("li")) && !closing) {
        block(p);
        buf_add(&p->out, STR("- "));
    } else if (ONE_OF(name, cells)) {
        p->gap = true;
    } else if (ONE_OF(name, blocks)) {
        block(p);
        if (str_eq_nocase(name, STR("pre")))
            p->pre += closing ? -(p->pre > 0) : 1;
        if (closing && str_eq_nocase(name, STR("p")))
            new_line(p);
    }
    return end;
}

/* Where to go on behind "<!-- -->", "<!...>", "<?...>"; 0: it is a tag or text. */
static size_t take_declaration(struct str s)
{
    ptrdiff_t end;

    if (str_starts(s, STR("<!--"))) {
        end = str_find(str_from(s, 4), STR("-->"));
        return end < 0 ? s.len : (size_t)end + 7;
    }
    if (str_starts(s, STR("<!")) || str_starts(s, STR("<?"))) {
        end = str_find_char(s, '>');
        return end < 0 ? s.len : (size_t)end + 1;
    }
    return 0;
}

struct str html_to_text(struct arena *a, struct str html)
{
    struct page p = {.a = a, .out = buf_make(a)};
    struct str s = html;

    while (s.len > 0) {
        char c = s.ptr[0];
        size_t len = 1;

        if (c == '<' && s.len > 1 &&
            (isalpha((unsigned char)s.ptr[1]) || strchr("/!?", s.ptr[1]))) {
            len = take_declaration(s);
            if (len == 0)
                len = take_tag(&p, s);
        } else if (c == '&') {
            uint32_t ch = entity(s, &len);

            if (ch <= ' ') {
                p.gap = true;
            } else {
                put_text(&p, STR(""));
                text_add(&p.out, ch);
            }
        } else if (isspace((unsigned char)c)) {
            if (p.pre > 0)
                put_text(&p, str_sub(s, 0, 1));
            else
                p.gap = true;
        } else {
            len = plain_length(s);
            put_text(&p, str_sub(s, 0, len));
        }
        s = str_from(s, len);
    }
    close_link(&p);
    return str_trim(buf_str(&p.out));
}
