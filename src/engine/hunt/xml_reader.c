#include "engine/hunt/text.h"

#include <expat.h>

/*
 * Windows events as XML: what the event viewer and wevtutil export, with or without a root element.
 * Each <Event> is parsed for itself, so that one damaged event does not hide the others; a document
 * type (and with it entity bombs) cannot stand within one.
 */
enum { MAX_DEPTH = 32, MAX_FIELDS = 20000, NAME_MAX_ = 256 };

enum section { IN_EVENT, IN_SYSTEM, IN_DATA, IN_USER, IN_RENDERING, IN_OTHER };

struct element {
    struct str name;
    bool has_children;
};

struct xml_walk {
    struct hunt_reading *r;
    XML_Parser parser;
    struct hunt_seen seen;
    struct element stack[MAX_DEPTH];
    int depth;
    enum section section;
    struct str data_name; /* of the open <Data Name="..."> */
    struct buf text;
    const char *why;
};

static struct str copy(struct xml_walk *w, const char *s)
{
    return str_dup(&w->r->batch.arena, str_c(s));
}

/* Names of sections are only theirs directly below Event. */
static enum section section_of(const char *name)
{
    static const struct {
        const char *name;
        enum section section;
    } sections[] = {
        {"System", IN_SYSTEM},        {"EventData", IN_DATA},          {"UserData", IN_USER},
        {"BinaryEventData", IN_DATA}, {"RenderingInfo", IN_RENDERING},
    };
    for (size_t i = 0; i < ARRAY_LEN(sections); i++) {
        if (strcmp(name, sections[i].name) == 0)
            return sections[i].section;
    }
    return IN_OTHER;
}

static const char *local_name(const char *name)
{
    const char *colon = strrchr(name, ':');
    return colon == NULL ? name : colon + 1;
}

static void stop(struct xml_walk *w, const char *why)
{
    w->why = why;
    XML_StopParser(w->parser, XML_FALSE);
}

static void add(struct xml_walk *w, struct str name, struct str value)
{
    if (w->r->batch.now->len >= MAX_FIELDS)
        stop(w, "the event has too many fields");
    else
        hunt_text_add(w->r, &w->seen, name, value);
}

static void on_attributes(struct xml_walk *w, const char *element, const char **attributes)
{
    for (; attributes[0] != NULL; attributes += 2) {
        if (strncmp(attributes[0], "xmlns", 5) == 0)
            continue;
        if (strcmp(attributes[0], "Name") == 0 && strcmp(element, "Data") == 0) {
            w->data_name = copy(w, attributes[1]);
            continue;
        }
        if (w->section == IN_EVENT || w->section == IN_RENDERING || w->section == IN_OTHER)
            continue;
        char name[NAME_MAX_];
        int len = snprintf(name, sizeof(name), "%s_%s", element, attributes[0]);
        add(w, str_make(name, (size_t)MIN(len, NAME_MAX_ - 1)), copy(w, attributes[1]));
    }
}

static void XMLCALL on_start(void *ctx, const XML_Char *full, const XML_Char **attributes)
{
    struct xml_walk *w = ctx;
    const char *name = local_name(full);
    if (w->depth == MAX_DEPTH) {
        stop(w, "elements are nested too deeply");
        return;
    }
    if (w->depth > 0)
        w->stack[w->depth - 1].has_children = true;
    if (w->depth == 1)
        w->section = section_of(name);
    w->stack[w->depth++] = (struct element){.name = copy(w, name)};
    w->data_name = STR_EMPTY;
    buf_clear(&w->text);
    on_attributes(w, name, attributes);
}

static void on_text_end(struct xml_walk *w, const struct element *e)
{
    bool data = str_is(e->name, "Data");
    struct str text = str_dup(&w->r->batch.arena, buf_str(&w->text));
    if (e->has_children || w->depth < 3 || (text.len == 0 && !data) || w->section == IN_OTHER)
        return;
    if (w->section == IN_RENDERING && !str_is(e->name, "Message"))
        return;
    add(w, w->data_name.ptr != NULL ? w->data_name : e->name, text);
}

static void XMLCALL on_end(void *ctx, const XML_Char *full)
{
    struct xml_walk *w = ctx;
    on_text_end(w, &w->stack[w->depth - 1]);
    w->depth--;
    w->data_name = STR_EMPTY;
    buf_clear(&w->text);
    if (w->depth == 1)
        w->section = IN_EVENT;
}

static void XMLCALL on_text(void *ctx, const XML_Char *s, int len)
{
    struct xml_walk *w = ctx;
    buf_add(&w->text, str_make(s, (size_t)len));
}

static void read_event(struct xml_walk *w, struct str text, uint64_t offset, uint64_t line)
{
    struct hunt_reading *r = w->r;
    XML_ParserReset(w->parser, NULL);
    XML_SetUserData(w->parser, w);
    XML_SetElementHandler(w->parser, on_start, on_end);
    XML_SetCharacterDataHandler(w->parser, on_text);
    w->depth = 0;
    w->section = IN_EVENT;
    w->seen = (struct hunt_seen){0};
    w->why = NULL;
    struct hunt_event *e = hunt_batch_begin(&r->batch, offset);
    e->family = HUNT_FAMILY_WINDOWS;
    e->raw = text;
    e->record_id = line;
    r->paths.last = &r->paths.root;
    if (XML_Parse(w->parser, text.ptr, (int)text.len, 1) != XML_STATUS_OK) {
        hunt_batch_drop(&r->batch);
        r->problem(r->problem_ctx, offset, 1,
                   w->why != NULL ? w->why : XML_ErrorString(XML_GetErrorCode(w->parser)));
        return;
    }
    hunt_batch_end(&r->batch);
}

/* The next "<Event" that is an element of its own: not <Events>, <EventData>, <EventID>. */
static const char *next_event(const char *p, const char *end)
{
    while ((p = memmem(p, (size_t)(end - p), "<Event", 6)) != NULL) {
        char c = p + 6 < end ? p[6] : '\0';
        if (c == ' ' || c == '>' || c == '\t' || c == '\r' || c == '\n')
            return p;
        p += 6;
    }
    return NULL;
}

static const char end_tag[] = "</Event>";

static void read_block(struct hunt_reading *r, const struct hunt_block *b)
{
    const char *p = b->data.ptr, *end = p + b->data.len, *counted = p;
    struct xml_walk w = {
        .r = r, .parser = XML_ParserCreate("UTF-8"), .text = {.arena = &r->scratch}};
    uint64_t line = b->line;
    if (w.parser == NULL)
        die("out of memory");
    while ((p = next_event(p, end)) != NULL) {
        uint64_t offset = b->offset + (uint64_t)(p - b->data.ptr);
        for (; counted < p; counted++)
            line += *counted == '\n';
        const char *stop_at = memmem(p, (size_t)(end - p), end_tag, sizeof(end_tag) - 1);
        if (stop_at == NULL) {
            r->problem(r->problem_ctx, offset, 1, "the event does not end");
            break;
        }
        stop_at += sizeof(end_tag) - 1;
        read_event(&w, str_make(p, (size_t)(stop_at - p)), offset, line);
        p = stop_at;
    }
    XML_ParserFree(w.parser);
    hunt_batch_flush(&r->batch);
    json_paths_trim(&r->paths);
}

static int sniff(struct str head)
{
    struct str s = str_trim(head);
    return s.len > 0 && s.ptr[0] == '<' && next_event(s.ptr, s.ptr + s.len) != NULL ? 90 : 0;
}

static size_t cut(void *state, struct str data, bool eof, const void **section)
{
    size_t n = sizeof(end_tag) - 1;
    if (eof)
        return data.len;
    for (size_t i = data.len; i >= n; i--) {
        if (data.ptr[i - 1] == '>' && memcmp(data.ptr + i - n, end_tag, n) == 0)
            return i;
    }
    return 0;
}

const struct hunt_reader hunt_reader_xml = {
    .format = HUNT_FORMAT_XML, .sniff = sniff, .cut = cut, .read = read_block};
