#include "gen.h"

#include <errno.h>
#include <limits.h>

#include "base/io.h"

struct place source_place(const struct source *src, size_t offset)
{
    struct place place = {1, 1};

    for (size_t i = 0; i < offset && i < src->text.len; i++) {
        if (src->text.ptr[i] == '\n') {
            place.line++;
            place.col = 1;
        } else {
            place.col++;
        }
    }
    return place;
}

static _printf_(4, 0) void add_problem(struct problems *p, const char *path, struct place place,
                                       const char *fmt, va_list ap)
{
    char what[1024];

    vsnprintf(what, sizeof(what), fmt, ap);
    *vec_push(p, p->arena) =
        (struct problem){.path = path, .place = place, .what = str_dup(p->arena, str_c(what))};
}

void problem_at(struct problems *p, const struct source *src, size_t offset, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    add_problem(p, src->path, source_place(src, offset), fmt, ap);
    va_end(ap);
}

void problem_in(struct problems *p, const char *path, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    add_problem(p, path, (struct place){0}, fmt, ap);
    va_end(ap);
}

static int by_place(const void *left, const void *right)
{
    const struct problem *a = left, *b = right;
    int c = strcmp(a->path, b->path);

    if (c != 0)
        return c;
    if (a->place.line != b->place.line)
        return a->place.line < b->place.line ? -1 : 1;
    if (a->place.col != b->place.col)
        return a->place.col < b->place.col ? -1 : 1;
    return str_cmp(a->what, b->what);
}

struct str problems_text(struct problems *p)
{
    struct buf out = buf_make(p->arena);

    if (p->len > 0)
        qsort(p->at, p->len, sizeof(*p->at), by_place);
    for (size_t i = 0; i < p->len; i++) {
        const struct problem *problem = &p->at[i];

        buf_add_c(&out, problem->path);
        if (problem->place.line > 0)
            buf_printf(&out, ":%d:%d", problem->place.line, problem->place.col);
        buf_printf(&out, ": " STR_FMT "\n", STR_ARG(problem->what));
    }
    return buf_str(&out);
}

bool source_read(struct arena *a, const char *path, struct source *out, struct problems *p)
{
    struct err err;

    *out = (struct source){.path = path};
    if (io_read_file(a, path, (size_t)16 << 20, &out->text, &err) < 0) {
        problem_in(p, path, "%s", err.what);
        return false;
    }
    return true;
}

bool gen_write(struct arena *a, const char *path, struct str text, struct problems *p)
{
    struct str old;
    FILE *file;
    bool ok;

    if (io_read_file(a, path, (size_t)64 << 20, &old, NULL) == 0 && str_eq(old, text))
        return true;
    file = fopen(path, "w");
    ok = file != NULL && fwrite(text.ptr, 1, text.len, file) == text.len;
    if (file != NULL && fclose(file) != 0)
        ok = false;
    if (!ok)
        problem_in(p, path, "cannot write: %s", strerror(errno));
    return ok;
}

static void add_dep(struct buf *out, struct str path)
{
    for (size_t i = 0; i < path.len; i++) {
        if (path.ptr[i] == ' ' || path.ptr[i] == '#')
            buf_add_char(out, '\\');
        if (path.ptr[i] == '$')
            buf_add_char(out, '$');
        buf_add_char(out, path.ptr[i]);
    }
}

void gen_depfile(struct buf *out, const char *output, const struct str *files, size_t len)
{
    add_dep(out, str_c(output));
    buf_add_char(out, ':');
    for (size_t i = 0; i < len; i++) {
        buf_add(out, STR(" \\\n  "));
        add_dep(out, files[i]);
    }
    buf_add_char(out, '\n');
}

int problems_end(struct problems *p)
{
    struct str text = problems_text(p);

    fwrite(text.ptr, 1, text.len, stderr);
    return p->len == 0 ? 0 : 1;
}

struct str gen_name(struct arena *a, const char *root, const char *path)
{
    char real_root[PATH_MAX], real_path[PATH_MAX];
    struct str rest;
    ptrdiff_t slash;

    if (realpath(root, real_root) != NULL && realpath(path, real_path) != NULL) {
        rest = str_c(real_path);
        if (str_starts(rest, str_c(real_root)) && rest.ptr[strlen(real_root)] == '/')
            return str_dup(a, str_from(rest, strlen(real_root) + 1));
    }
    slash = str_rfind_char(str_c(path), '/');
    return str_from(str_c(path), (size_t)(slash + 1));
}

void gen_c_text(struct buf *out, struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];

        if (c == '"' || c == '\\')
            buf_printf(out, "\\%c", c);
        else if (c == '\n')
            buf_add(out, STR("\\n"));
        else if (c == '\t')
            buf_add(out, STR("\\t"));
        else if (c == '?' && i > 0 && s.ptr[i - 1] == '?')
            buf_add(out, STR("\\?")); /* "??=" and its kin are trigraphs */
        else if (c < ' ' || c == 0x7f)
            buf_printf(out, "\\%03o", c);
        else
            buf_add_char(out, (char)c);
    }
}

bool gen_is_name(struct str s)
{
    static const char *const taken[] = {
        "auto",     "break",    "case",    "char",   "const",    "continue", "default", "do",
        "double",   "else",     "enum",    "extern", "float",    "for",      "goto",    "if",
        "inline",   "int",      "long",    "return", "short",    "signed",   "sizeof",  "static",
        "struct",   "switch",   "typedef", "union",  "unsigned", "void",     "while",   "restrict",
        "register", "volatile", "asm",     "typeof", "bool",     "true",     "false",   "linux",
        "unix",     "errno",    "stdin",   "stdout", "stderr",   "assert",   "i386",    "NULL",
    };

    if (s.len == 0 || s.len > 200 || (s.ptr[0] >= '0' && s.ptr[0] <= '9') || s.ptr[0] == '_' ||
        s.ptr[s.len - 1] == '_')
        return false; /* names with an underscore at an end belong to the generated code */
    for (size_t i = 0; i < s.len; i++) {
        if (!gen_is_word(s.ptr[i]))
            return false;
    }
    for (size_t i = 0; i < ARRAY_LEN(taken); i++) {
        if (str_is(s, taken[i]))
            return false;
    }
    return true;
}

struct str gen_guard(struct arena *a, struct str name)
{
    char *p = str_cdup(a, name);

    for (size_t i = 0; i < name.len; i++) {
        if (p[i] >= 'a' && p[i] <= 'z')
            p[i] = (char)(p[i] - 'a' + 'A');
        else if (!gen_is_word(p[i]))
            p[i] = '_';
    }
    return str_make(p, name.len);
}
