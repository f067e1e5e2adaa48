#include "base/text.h"
#include "htmlgen.h"
#include "lint.h"

struct words {
    struct lint *lint;
    const struct source *src;
    struct html_place place;
    int quiet;       /* inside <code> and its kind */
    size_t begin;    /* of the run of text being read */
    size_t end;      /* behind its last letter, 0: no letter yet */
    struct buf text; /* the run without character references */
    struct html_place starts[64];
    size_t depth;
};

/* Shown as they are in every language. */
static const char *const allowed[] = {"Ứng Cứu", "ungcuu", "Tiếng Việt", "English",
                                      "SHA-256", "RSIT",   "AS",         "TLP",
                                      "CSIRT",   "API",    "JSON",       "CSV"};

/* Attributes whose value people read or hear. */
static const char *const spoken[] = {
    "title", "alt", "placeholder", "aria-label", "aria-description", "aria-roledescription",
};

/* Elements whose content is code or names in every language. */
static const char *const code_elements[] = {"code", "kbd", "samp", "var"};

static bool is_one_of(const char *name, const char *const *list, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (strcmp(name, list[i]) == 0)
            return true;
    }
    return false;
}

static bool is_latin(uint32_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= 0xc0 && c <= 0x24f && c != 0xd7 && c != 0xf7) || (c >= 0x1e00 && c <= 0x1eff);
}

static bool has_letters(struct str s)
{
    while (s.len > 0) {
        if (is_latin(text_next(&s)))
            return true;
    }
    return false;
}

/* An example of something typed: an address, a number, a code; no words. */
static bool is_sample(struct str s)
{
    bool mark = false;

    for (size_t i = 0; i < s.len; i++) {
        if (gen_is_space(s.ptr[i]))
            return false;
        mark = mark || strchr("@./:_-0123456789", s.ptr[i]) != NULL;
    }
    return mark;
}

static struct str without_allowed(struct arena *a, struct str s)
{
    struct buf out = buf_make(a);

    while (s.len > 0) {
        size_t skip = 0;

        for (size_t i = 0; i < ARRAY_LEN(allowed); i++) {
            if (str_starts(s, str_c(allowed[i])))
                skip = strlen(allowed[i]);
        }
        if (skip == 0)
            buf_add_char(&out, s.ptr[0]);
        s = str_from(s, MAX(skip, (size_t)1));
    }
    return buf_str(&out);
}

static void end_run(struct words *w, enum html_state state)
{
    struct str text = str_trim(buf_str(&w->text));
    bool attribute = state == HTML_VALUE;

    /* The end tag of a title had been read as text until its last character. */
    if (state == HTML_RAW && str_rfind_char(text, '<') >= 0)
        text = str_trim(str_sub(text, 0, (size_t)str_rfind_char(text, '<')));
    if (has_letters(without_allowed(w->lint->arena, text)) && !(attribute && is_sample(text)))
        problem_at(w->lint->problems, w->src, w->begin, "words outside {%% t %%}: \"" STR_FMT "\"",
                   STR_ARG(text_ellipsis(w->lint->arena, text, 60)));
    buf_clear(&w->text);
}

static bool is_read(const struct words *w)
{
    const struct html_place *p = &w->place;

    if (p->state == HTML_TEXT)
        return w->quiet == 0;
    if (p->state == HTML_RAW)
        return strcmp(p->raw, "title") == 0 || strcmp(p->raw, "textarea") == 0;
    return p->state == HTML_VALUE && is_one_of(p->attr, spoken, ARRAY_LEN(spoken));
}

/* Behind "&nbsp;" and the like at `i`, or i. */
static size_t skip_reference(struct str s, size_t i)
{
    size_t n = i + 1;

    if (s.ptr[i] != '&')
        return i;
    while (n < s.len && n < i + 32 && (gen_is_word(s.ptr[n]) || s.ptr[n] == '#'))
        n++;
    return n < s.len && s.ptr[n] == ';' ? n + 1 : i;
}

static void note_element(struct words *w, enum html_state before)
{
    bool closing = w->place.tag[0] == '/';

    if (before == HTML_TEXT || before == HTML_COMMENT || before == HTML_OPEN ||
        w->place.state != HTML_TEXT)
        return;
    if (is_one_of(w->place.tag + closing, code_elements, ARRAY_LEN(code_elements)))
        w->quiet += closing ? -1 : 1;
}

static void read_text(struct words *w, const struct html_node *node)
{
    struct str s = node->code;

    for (size_t i = 0; i < s.len; i++) {
        enum html_state before = w->place.state;
        bool read = is_read(w);
        size_t next = read ? skip_reference(s, i) : i;

        if (next > i) {
            i = next - 1;
            continue;
        }
        html_place_feed(&w->place, s.ptr[i]);
        if (read && (w->place.state != before || !is_read(w))) {
            end_run(w, before);
        } else if (read) {
            if (str_trim(buf_str(&w->text)).len == 0)
                w->begin = node->offset + i;
            buf_add_char(&w->text, s.ptr[i]);
        }
        note_element(w, before);
    }
    end_run(w, w->place.state);
}

static void read_translation(struct words *w, const struct html_node *node)
{
    struct str rest = node->code;
    struct str key;
    struct buf out = buf_make(w->lint->arena);

    if (!htmlgen_key(&rest, &key))
        return;
    for (size_t i = 0; i < key.len; i++) {
        if (key.ptr[i] == '\\' && i + 1 < key.len)
            i++;
        buf_add_char(&out, key.ptr[i]);
    }
    lint_add_key(w->lint, w->src, node->offset, buf_str(&out));
    lint_code(w->lint, w->src, (size_t)(rest.ptr - w->src->text.ptr), rest);
}

static void read_tag(struct words *w, const struct html_node *node, struct str name)
{
    struct str rest = node->code;
    struct str header;

    if (node->tag != TAG_T && node->tag != TAG_CALL)
        html_place_pause(&w->place);
    switch (node->tag) {
    case TAG_TEMPLATE:
        w->place = (struct html_place){0};
        w->quiet = 0;
        w->depth = 0;
        break;
    case TAG_IF:
    case TAG_FOR:
        if (w->depth < ARRAY_LEN(w->starts))
            w->starts[w->depth++] = w->place;
        break;
    case TAG_ELIF:
    case TAG_ELSE:
        if (w->depth > 0)
            w->place = w->starts[w->depth - 1];
        break;
    case TAG_END:
        w->depth -= w->depth > 0;
        break;
    case TAG_T:
        read_translation(w, node);
        return;
    case TAG_INCLUDE:
        if (htmlgen_key(&rest, &header))
            lint_include(w->lint, w->src, node->offset, name, header);
        return;
    default:
        break;
    }
    lint_code(w->lint, w->src, (size_t)(node->code.ptr - w->src->text.ptr), node->code);
}

void lint_html(struct lint *l, const struct source *src, struct str name)
{
    struct words *w = arena_new(l->arena, struct words);
    struct html_nodes nodes = {0};
    bool inside = false;

    *w = (struct words){.lint = l, .src = src, .text = buf_make(l->arena)};
    htmlgen_lex(l->arena, src, &nodes, l->problems);
    for (size_t i = 0; i < nodes.len; i++) {
        const struct html_node *node = &nodes.at[i];

        inside = inside || (node->kind == NODE_TAG && node->tag == TAG_TEMPLATE);
        if (node->kind == NODE_TEXT && inside)
            read_text(w, node);
        else if (node->kind == NODE_EXPR)
            lint_code(l, src, (size_t)(node->code.ptr - src->text.ptr), node->code);
        else if (node->kind == NODE_TAG && node->tag != TAG_COUNT)
            read_tag(w, node, name);
    }
}
