#include "pogen.h"

#include <dirent.h>

struct po_parser {
    struct po_table *table;
    const struct source *src;
    enum lang lang;
    struct problems *problems;
    struct buf *part; /* the text being read: key or translation */
    struct buf key, text;
    size_t key_offset;
    bool has_key, has_text, fuzzy;
};

void po_init(struct po_table *t, struct arena *a)
{
    *t = (struct po_table){.arena = a, .by_key = {.arena = a}};
}

/* Which of {0} to {9} a text has, as bits. */
static unsigned places_of(struct str s)
{
    unsigned places = 0;

    for (size_t i = 0; i + 2 < s.len; i++) {
        if (s.ptr[i] == '{' && s.ptr[i + 1] >= '0' && s.ptr[i + 1] <= '9' && s.ptr[i + 2] == '}')
            places |= 1u << (s.ptr[i + 1] - '0');
    }
    return places;
}

static void add_entry(struct po_parser *p, struct str key, struct str text)
{
    struct po_table *t = p->table;
    struct po_entry *entry = map_get(&t->by_key, key);

    if (entry == NULL) {
        entry = arena_new(t->arena, struct po_entry);
        entry->key = key;
        map_put(&t->by_key, key, entry);
        *vec_push(&t->entries, t->arena) = entry;
    }
    if (entry->text[p->lang].ptr != NULL) {
        const struct source *other = entry->src[p->lang];

        if (!str_eq(entry->text[p->lang], text))
            problem_at(p->problems, p->src, p->key_offset,
                       "\"" STR_FMT "\" has another translation in %s, line %d", STR_ARG(key),
                       other->path, source_place(other, entry->offset[p->lang]).line);
        return;
    }
    entry->text[p->lang] = text;
    entry->src[p->lang] = p->src;
    entry->offset[p->lang] = p->key_offset;
}

static void end_entry(struct po_parser *p)
{
    struct str key = str_dup(p->table->arena, buf_str(&p->key));
    struct str text = str_dup(p->table->arena, buf_str(&p->text));

    if (p->has_key && !p->has_text)
        problem_at(p->problems, p->src, p->key_offset, "msgid without msgstr");
    else if (p->has_key && key.len > 0 && text.len == 0)
        problem_at(p->problems, p->src, p->key_offset, "\"" STR_FMT "\" is not translated",
                   STR_ARG(key));
    else if (p->has_key && key.len > 0 && p->fuzzy)
        problem_at(p->problems, p->src, p->key_offset, "\"" STR_FMT "\" is marked as fuzzy",
                   STR_ARG(key));
    else if (p->has_key && key.len > 0 && places_of(key) != places_of(text))
        problem_at(p->problems, p->src, p->key_offset,
                   "\"" STR_FMT "\" and its translation have different places {0}, {1}, ...",
                   STR_ARG(key));
    else if (p->has_key && key.len > 0)
        add_entry(p, key, text);
    p->has_key = p->has_text = p->fuzzy = false;
    buf_clear(&p->key);
    buf_clear(&p->text);
    p->part = NULL;
}

static size_t offset_of(const struct po_parser *p, struct str s)
{
    return (size_t)(s.ptr - p->src->text.ptr);
}

/* Adds the quoted text of one line to the part being read. */
static void parse_quoted(struct po_parser *p, struct str s)
{
    if (s.len < 2 || s.ptr[0] != '"' || s.ptr[s.len - 1] != '"') {
        problem_at(p->problems, p->src, offset_of(p, s), "expected a text in quotes");
        return;
    }
    for (size_t i = 1; i + 1 < s.len; i++) {
        char c = s.ptr[i];

        if (c == '"') {
            problem_at(p->problems, p->src, offset_of(p, s) + i, "write \\\" inside a text");
            return;
        }
        if (c == '\\') {
            c = s.ptr[++i];
            if (i + 1 == s.len || (c != 'n' && c != 't' && c != '"' && c != '\\')) {
                problem_at(p->problems, p->src, offset_of(p, s) + i - 1,
                           "unknown escape (\\n, \\t, \\\", \\\\)");
                return;
            }
            c = (char)(c == 'n' ? '\n' : c == 't' ? '\t' : c);
        }
        buf_add_char(p->part, c);
    }
}

static void parse_line(struct po_parser *p, struct str line)
{
    line = str_trim(line);
    if (line.len == 0)
        return;
    if (line.ptr[0] == '#') {
        if (p->has_text)
            end_entry(p);
        if (str_starts(line, STR("#,")) && str_find(line, STR("fuzzy")) >= 0)
            p->fuzzy = true;
        return;
    }
    if (str_starts(line, STR("msgid "))) {
        bool fuzzy = p->fuzzy && !p->has_key;

        end_entry(p);
        p->fuzzy = fuzzy;
        p->has_key = true;
        p->key_offset = offset_of(p, line);
        p->part = &p->key;
        parse_quoted(p, str_trim(str_from(line, 6)));
    } else if (str_starts(line, STR("msgstr ")) && p->has_key && !p->has_text) {
        p->has_text = true;
        p->part = &p->text;
        parse_quoted(p, str_trim(str_from(line, 7)));
    } else if (line.ptr[0] == '"' && p->part != NULL) {
        parse_quoted(p, line);
    } else {
        problem_at(p->problems, p->src, offset_of(p, line),
                   "expected msgid \"...\" or msgstr \"...\" (a context is written "
                   "msgid \"context|Text\")");
    }
}

void po_parse(struct po_table *t, const struct source *src, enum lang lang, struct problems *p)
{
    struct po_parser parser = {.table = t,
                               .src = src,
                               .lang = lang,
                               .problems = p,
                               .key = buf_make(t->arena),
                               .text = buf_make(t->arena)};
    struct str rest = src->text;
    struct str line;

    while (str_line(&rest, &line))
        parse_line(&parser, line);
    end_entry(&parser);
}

static int is_po(const struct dirent *entry)
{
    return entry->d_name[0] != '.' && str_ends(str_c(entry->d_name), STR(".po"));
}

static void read_lang(struct po_table *t, const char *dir, const char *tag, enum lang lang,
                      struct problems *p)
{
    struct str folder = str_printf(t->arena, "%s/%s", dir, tag);
    struct dirent **names;
    int n = scandir(folder.ptr, &names, is_po, alphasort);

    if (n < 0)
        return;
    *vec_push(&t->files, t->arena) = folder;
    for (int i = 0; i < n; i++) {
        struct source *src = arena_new(t->arena, struct source);
        struct str path = str_printf(t->arena, "%s/%s", folder.ptr, names[i]->d_name);

        *vec_push(&t->files, t->arena) = path;
        if (source_read(t->arena, path.ptr, src, p))
            po_parse(t, src, lang, p);
        free(names[i]);
    }
    free(names);
}

void po_read_all(struct po_table *t, const char *dir, struct problems *p)
{
    *vec_push(&t->files, t->arena) = str_c(dir);
    read_lang(t, dir, "vi", LANG_VI, p);
    read_lang(t, dir, "en", LANG_EN, p);
    for (size_t i = 0; i < t->entries.len; i++) {
        const struct po_entry *e = t->entries.at[i];

        if (e->text[LANG_VI].ptr == NULL)
            problem_at(p, e->src[LANG_EN], e->offset[LANG_EN],
                       "\"" STR_FMT "\" has no Vietnamese text", STR_ARG(e->key));
    }
}
