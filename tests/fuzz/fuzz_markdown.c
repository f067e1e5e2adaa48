#include "fuzz.h"

#include "sys/html/html.h"

/* Whatever is typed, only these elements and attributes come out. */
static const char *const allowed[] = {
    "p",          "br /", "h1",    "h2",    "h3",    "h4", "h5",     "h6",
    "ul",         "ol",   "li",    "pre",   "code",  "em", "strong", "del",
    "blockquote", "hr /", "table", "thead", "tbody", "tr", "th",     "td",
};

static const char *const openings[] = {
    "a href=\"",   "img src=\"/", "ol start=\"", "code class=\"language-",
    "th align=\"", "td align=\"",
};

static bool is_allowed(struct str tag)
{
    if (str_starts(tag, STR("/")))
        tag = str_from(tag, 1);
    if (str_is(tag, "a"))
        return true;
    for (size_t i = 0; i < ARRAY_LEN(allowed); i++) {
        if (str_is(tag, allowed[i]))
            return true;
    }
    for (size_t i = 0; i < ARRAY_LEN(openings); i++) {
        if (str_starts(tag, str_c(openings[i])))
            return !str_starts(tag, STR("a href=\"javascript:"));
    }
    return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_(arena_release) struct arena a = {0};
    struct str html = html_markdown(&a, str_make((const char *)data, size)).markup;
    size_t limit = 64 * size + 4096;

    FUZZ_CHECK(html.len <= limit);
    while (html.len > 0) {
        ptrdiff_t open = str_find_char(html, '<');
        ptrdiff_t close;

        if (open < 0)
            break;
        html = str_from(html, (size_t)open + 1);
        close = str_find_char(html, '>');
        FUZZ_CHECK(close >= 0);
        FUZZ_CHECK(is_allowed(str_sub(html, 0, (size_t)close)));
    }
    return 0;
}
