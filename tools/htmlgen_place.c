#include "htmlgen.h"

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_letter(char c)
{
    return lower(c) >= 'a' && lower(c) <= 'z';
}

/* Adds a character to a name; what does not fit is cut off: no name we look for is that long. */
static void add_name(char *name, size_t size, char c)
{
    size_t n = strlen(name);

    if (n + 1 < size) {
        name[n] = lower(c);
        name[n + 1] = '\0';
    }
}

static bool is_one_of(const char *name, const char *const *list)
{
    for (; *list != NULL; list++) {
        if (strcmp(name, *list) == 0)
            return true;
    }
    return false;
}

static enum html_attr attr_kind(const char *name)
{
    static const char *const urls[] = {
        "href",   "src",      "action",     "formaction",  "poster",         "cite",   "data",
        "ping",   "manifest", "background", "longdesc",    "xlink:href",     "hx-get", "hx-post",
        "hx-put", "hx-patch", "hx-delete",  "hx-push-url", "hx-replace-url", NULL,
    };
    static const char *const refused[] = {
        "style",      "srcdoc",     "srcset",     "hx-vals",   "hx-vars",
        "hx-headers", "hx-request", "hx-trigger", "hx-config", NULL,
    };

    if (strncmp(name, "on", 2) == 0 || strncmp(name, "hx-on", 5) == 0 || is_one_of(name, refused))
        return ATTR_REFUSED;
    return is_one_of(name, urls) ? ATTR_URL : ATTR_PLAIN;
}

static void begin_attr(struct html_place *p, char c)
{
    p->attr[0] = '\0';
    add_name(p->attr, sizeof(p->attr), c);
    p->state = HTML_ATTR_NAME;
}

static void end_tag(struct html_place *p)
{
    static const char *const raw[] = {"script", "style", "title", "textarea", NULL};
    bool closing = p->tag[0] == '/';

    p->state = HTML_TEXT;
    if (!closing && is_one_of(p->tag, raw)) {
        p->state = HTML_RAW;
        memcpy(p->raw, p->tag, sizeof(p->raw));
        p->tag[0] = '\0';
    }
    if (strcmp(p->tag, "pre") == 0)
        p->pre = true;
    else if (strcmp(p->tag, "/pre") == 0)
        p->pre = false;
}

/* Inside script and the like only its own end tag ends the text. `tag` collects "</name". */
static void feed_raw(struct html_place *p, char c)
{
    size_t n = strlen(p->tag);
    char want = n == 0 ? '<' : n == 1 ? '/' : p->raw[n - 2];

    if (want == '\0' && (c == '>' || gen_is_space(c))) {
        memmove(p->tag, p->tag + 1, n); /* "/name" */
        p->raw[0] = '\0';
        p->state = HTML_IN_TAG;
        if (c == '>')
            end_tag(p);
        return;
    }
    if (want != '\0' && lower(c) == want) {
        add_name(p->tag, sizeof(p->tag), c);
        return;
    }
    p->tag[0] = '\0';
    if (c == '<')
        add_name(p->tag, sizeof(p->tag), c);
}

/* A comment ends at "-->", a doctype at ">". `tag` collects how it began and the last dashes. */
static void feed_comment(struct html_place *p, char c)
{
    size_t n = strlen(p->tag);
    bool comment = strncmp(p->tag, "!--", 3) == 0;

    if (n < 3 && c == '-' && !comment) {
        add_name(p->tag, sizeof(p->tag), c);
        return;
    }
    if (!comment) {
        if (c == '>')
            p->state = HTML_TEXT;
        else if (n < 3)
            memcpy(p->tag, "!  ", 4); /* a dash later is no beginning */
        return;
    }
    if (c == '>' && n >= 5)
        p->state = HTML_TEXT;
    else if (c == '-' && n < 5)
        add_name(p->tag, sizeof(p->tag), c);
    else if (c != '-')
        p->tag[3] = '\0';
}

static void feed_url(struct html_place *p, char c)
{
    add_name(p->scheme, sizeof(p->scheme), c);
    if (p->url != URL_MIXED)
        p->url = URL_INSIDE;
    if (strcmp(p->scheme, "mailto:") == 0 || strcmp(p->scheme, "tel:") == 0)
        p->url = URL_ADDRESS;
}

static const char *feed_in_tag(struct html_place *p, char c)
{
    if (c == '>') {
        end_tag(p);
    } else if (c == '"' || c == '\'' || c == '<' || c == '=') {
        return "this character cannot stand between attributes";
    } else if (c == '/') {
        p->state = HTML_IN_TAG;
    } else if (!gen_is_space(c)) {
        begin_attr(p, c);
    } else if (p->state == HTML_ATTR_END) {
        p->state = HTML_IN_TAG;
    }
    return NULL;
}

static const char *feed_attr_name(struct html_place *p, char c)
{
    if (c == '=') {
        p->kind = attr_kind(p->attr);
        p->state = HTML_EQUALS;
        return NULL;
    }
    if (c == '>' || c == '/') {
        p->state = HTML_IN_TAG;
        return feed_in_tag(p, c);
    }
    if (gen_is_space(c)) {
        p->state = HTML_ATTR_GAP;
        return NULL;
    }
    if (c == '"' || c == '\'' || c == '<')
        return "this character cannot stand in an attribute's name";
    if (p->state == HTML_ATTR_GAP)
        begin_attr(p, c);
    else
        add_name(p->attr, sizeof(p->attr), c);
    return NULL;
}

static const char *feed_equals(struct html_place *p, char c)
{
    if (gen_is_space(c))
        return NULL;
    if (c != '"' && c != '\'') {
        p->state = HTML_IN_TAG;
        return "the value of the attribute is not quoted";
    }
    p->quote = c;
    p->state = HTML_VALUE;
    p->url = URL_START;
    p->scheme[0] = '\0';
    return NULL;
}

static const char *feed_open(struct html_place *p, char c)
{
    p->tag[0] = '\0';
    add_name(p->tag, sizeof(p->tag), c);
    if (c == '!') {
        p->state = HTML_COMMENT;
    } else if (c == '/' || is_letter(c)) {
        p->state = HTML_TAG_NAME;
    } else {
        p->state = HTML_TEXT;
        return "'<' begins no tag here; write &lt;";
    }
    return NULL;
}

static const char *feed_tag_name(struct html_place *p, char c)
{
    if (gen_is_space(c))
        p->state = HTML_IN_TAG;
    else if (c == '>')
        end_tag(p);
    else if (c == '/' && strcmp(p->tag, "/") != 0)
        p->state = HTML_IN_TAG;
    else if (!is_letter(c) && !(c >= '0' && c <= '9') && c != '-' && c != ':')
        return "this character cannot stand in a tag's name";
    else
        add_name(p->tag, sizeof(p->tag), c);
    return NULL;
}

const char *html_place_feed(struct html_place *p, char c)
{
    switch (p->state) {
    case HTML_TEXT:
        if (c == '<')
            p->state = HTML_OPEN;
        return NULL;
    case HTML_RAW:
        feed_raw(p, c);
        return NULL;
    case HTML_COMMENT:
        feed_comment(p, c);
        return NULL;
    case HTML_OPEN:
        return feed_open(p, c);
    case HTML_TAG_NAME:
        return feed_tag_name(p, c);
    case HTML_ATTR_END:
        if (!gen_is_space(c) && c != '>' && c != '/')
            return "an attribute's name cannot be put together with a tag; leave a space";
        return feed_in_tag(p, c);
    case HTML_IN_TAG:
        return feed_in_tag(p, c);
    case HTML_ATTR_NAME:
    case HTML_ATTR_GAP:
        return feed_attr_name(p, c);
    case HTML_EQUALS:
        return feed_equals(p, c);
    case HTML_VALUE:
        if (c == p->quote)
            p->state = HTML_IN_TAG;
        else if (p->kind == ATTR_URL)
            feed_url(p, c);
        return NULL;
    }
    return NULL;
}

void html_place_pause(struct html_place *p)
{
    if (p->state == HTML_ATTR_NAME)
        p->state = HTML_ATTR_END;
    else if (p->state == HTML_ATTR_GAP)
        p->state = HTML_IN_TAG;
}

bool html_place_merge(struct html_place *p, const struct html_place *other)
{
    bool tag = (p->state == HTML_IN_TAG || p->state == HTML_ATTR_END) &&
               (other->state == HTML_IN_TAG || other->state == HTML_ATTR_END);

    if (tag && p->state != other->state)
        p->state = HTML_ATTR_END;
    else if (p->state != other->state)
        return false;
    if (p->state == HTML_TEXT)
        return p->pre == other->pre;
    if (p->state == HTML_RAW)
        return strcmp(p->raw, other->raw) == 0 && strcmp(p->tag, other->tag) == 0;
    if (p->state == HTML_VALUE) {
        if (p->kind != other->kind || p->quote != other->quote || strcmp(p->attr, other->attr) != 0)
            return false;
        if (p->kind == ATTR_URL && p->url != other->url)
            p->url = URL_MIXED;
        return true;
    }
    return strcmp(p->tag, other->tag) == 0;
}

const char *html_place_refuses(const struct html_place *p)
{
    switch (p->state) {
    case HTML_TEXT:
        return NULL;
    case HTML_RAW:
        if (strcmp(p->raw, "script") == 0 || strcmp(p->raw, "style") == 0)
            return "an expression cannot stand inside <script> or <style>";
        return p->tag[0] != '\0' ? "an expression cannot stand inside a tag's name" : NULL;
    case HTML_VALUE:
        if (p->kind == ATTR_REFUSED)
            return "an expression cannot stand in this attribute: its text is code";
        if (p->kind == ATTR_URL && p->url == URL_MIXED)
            return "an expression cannot stand where a URL may or may not have begun";
        return NULL;
    case HTML_EQUALS:
        return "the value of the attribute is not quoted";
    case HTML_COMMENT:
        return "an expression cannot stand in an HTML comment; use {# #}";
    default:
        return "an expression cannot stand inside a tag, only in a quoted attribute value";
    }
}
