#include "lint.h"

#include <dirent.h>
#include <sys/stat.h>

#include "base/io.h"

/*
 * lint ROOT: checks the source tree, prints file:line:col: message for what is wrong, and fails
 * when there is anything.
 */
enum { LINES_LIMIT = 600 };

/* Where people write, and what is looked at there. */
static const char *const roots[] = {
    "src", "tools", "tests", "bench", "ui", "docs", "deploy", "packs", "po",
};

/* Made by other programs, or wrong on purpose. */
static const char *const skipped[] = {
    "node_modules", "dist", "corpus", "fixtures", "package-lock.json",
};

/* Ends of the names of files that are read, and whether their length counts. */
static const struct {
    const char *ending;
    bool limited;
} kinds[] = {
    {".c", true},   {".h", true},     {".html", true}, {".js", true},          {".mjs", true},
    {".css", true}, {".sql", true},   {".sh", true},   {".py", true},          {".def", false},
    {".md", false}, {".yaml", false}, {".po", false},  {"meson.build", false},
};

static bool is_skipped(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(skipped); i++) {
        if (strcmp(name, skipped[i]) == 0)
            return true;
    }
    return name[0] == '.';
}

static void lint_file(struct lint *l, const char *path)
{
    struct source *src = arena_new(l->arena, struct source);
    struct str name = str_c(path);
    size_t k = 0;

    while (k < ARRAY_LEN(kinds) && !str_ends(name, str_c(kinds[k].ending)))
        k++;
    if (k == ARRAY_LEN(kinds) || !source_read(l->arena, path, src, l->problems))
        return;
    lint_text(l, src, kinds[k].limited ? LINES_LIMIT : 0);
    if (!str_starts(name, STR("src/")) && !str_starts(name, STR("tools/")))
        return;
    if (str_ends(name, STR(".c")) || str_ends(name, STR(".h")) || str_ends(name, STR(".def")))
        lint_c(l, src, name);
    else if (str_ends(name, STR(".html")))
        lint_html(l, src, name);
}

static void lint_folder(struct lint *l, const char *path)
{
    struct dirent **names;
    int n = scandir(path, &names, NULL, alphasort);

    for (int i = 0; i < n; i++) {
        const char *below = io_join(l->arena, str_c(path), str_c(names[i]->d_name)).ptr;
        struct stat st;

        if (!is_skipped(names[i]->d_name) && lstat(below, &st) == 0) {
            if (S_ISDIR(st.st_mode))
                lint_folder(l, below);
            else if (S_ISREG(st.st_mode))
                lint_file(l, below);
        }
        free(names[i]);
    }
    if (n >= 0)
        free(names);
}

static bool is_mark(struct str word)
{
    /* Written apart, so that this file does not find itself. */
    return str_is(word, "TO"
                        "DO") ||
           str_is(word, "FIX"
                        "ME") ||
           str_is(word, "XX"
                        "X") ||
           str_is(word, "HA"
                        "CK");
}

void lint_text(struct lint *l, const struct source *src, int limit)
{
    struct str s = src->text;
    int lines = source_place(src, s.len).line - 1;

    if (limit > 0 && lines > limit)
        problem_at(l->problems, src, s.len, "%d lines; a file past %d is two files", lines, limit);
    for (size_t i = 0; i < s.len;) {
        size_t begin = i;

        while (i < s.len && gen_is_word(s.ptr[i]))
            i++;
        if (i > begin && is_mark(str_sub(s, begin, i - begin)))
            problem_at(l->problems, src, begin, "unfinished: " STR_FMT,
                       STR_ARG(str_sub(s, begin, i - begin)));
        i += i == begin;
    }
}

void lint_add_key(struct lint *l, const struct source *src, size_t offset, struct str key)
{
    *vec_push(&l->keys, l->arena) = (struct lint_key){.key = key, .src = src, .offset = offset};
}

void lint_translations(struct lint *l, const struct po_table *po)
{
    struct map used = {.arena = l->arena};

    for (size_t i = 0; i < l->keys.len; i++) {
        const struct lint_key *k = &l->keys.at[i];

        map_put(&used, k->key, (void *)(uintptr_t)k);
        if (map_get(&po->by_key, k->key) == NULL)
            problem_at(l->problems, k->src, k->offset, "not in po/vi: \"" STR_FMT "\"",
                       STR_ARG(k->key));
    }
    for (size_t i = 0; i < po->entries.len; i++) {
        const struct po_entry *e = po->entries.at[i];

        if (map_get(&used, e->key) == NULL && map_get(&l->literals, e->key) == NULL &&
            e->src[LANG_VI] != NULL)
            problem_at(l->problems, e->src[LANG_VI], e->offset[LANG_VI],
                       "nothing asks for \"" STR_FMT "\"", STR_ARG(e->key));
    }
}

int main(int argc, char **argv)
{
    _cleanup_(arena_release) struct arena a = {0};
    struct problems p = {.arena = &a};
    struct lint l = {.arena = &a, .problems = &p, .literals = {.arena = &a}};
    struct source banned;
    struct po_table po;

    if (argc != 2) {
        fputs("usage: lint ROOT\n", stderr);
        return 2;
    }
    if (chdir(argv[1]) < 0) {
        perror(argv[1]);
        return 2;
    }
    if (source_read(&a, "src/base/banned.h", &banned, &p))
        lint_read_banned(&l, &banned);
    for (size_t i = 0; i < ARRAY_LEN(roots); i++)
        lint_folder(&l, roots[i]);
    lint_cycles(&l);
    po_init(&po, &a);
    po_read_all(&po, "po", &p);
    lint_translations(&l, &po);
    return problems_end(&p);
}
