#include "sqlgen.h"

/*
 *     sqlgen ROOT [pieces.sql...] queries.sql queries.h queries.c
 *     sqlgen --list statements.c [pieces.sql...] queries.sql...
 *
 * ROOT is src/: the names in the output are relative to it. The pieces of a file without statements
 * are there for all files behind it, others only in their own.
 */
static const char usage[] = "usage: sqlgen ROOT [PIECES...] INPUT HEADER SOURCE\n"
                            "       sqlgen --list SOURCE [PIECES...] INPUT...\n";

/* The pieces of one file behind those of the files before it. */
static bool read_pieces(struct arena *a, const char *path, struct sql_piece **pieces,
                        struct problems *p)
{
    struct source *src = arena_new(a, struct source);
    struct sql_file file = {.pieces = *pieces};

    if (!source_read(a, path, src, p))
        return false;
    sqlgen_parse(a, src, &file, p);
    for (size_t i = 0; i < file.statements.len; i++)
        problem_at(p, src, file.statements.at[i].offset,
                   "a file of pieces has no statements: '" STR_FMT "' belongs into a queries.sql",
                   STR_ARG(file.statements.at[i].name));
    *pieces = file.pieces;
    return p->len == 0;
}

static int make_one(struct arena *a, const char *root, int argc, char **argv, struct problems *p)
{
    const char *input = argv[argc - 3];
    struct buf header = buf_make(a), source = buf_make(a);
    struct sql_piece *shared = NULL;
    struct sql_file file = {0};
    struct source src;
    struct str name = gen_name(a, root, input);

    for (int i = 0; i < argc - 3; i++) {
        if (!read_pieces(a, argv[i], &shared, p))
            return problems_end(p);
    }
    if (!source_read(a, input, &src, p))
        return problems_end(p);
    file.pieces = shared;
    sqlgen_parse(a, &src, &file, p);
    sqlgen_check_used(file.pieces, shared, p);
    if (p->len > 0)
        return problems_end(p);
    sqlgen_header(a, &file, name, &header);
    sqlgen_source(&file, name, &source);
    gen_write(a, argv[argc - 2], buf_str(&header), p);
    gen_write(a, argv[argc - 1], buf_str(&source), p);
    return problems_end(p);
}

/* Two rooms must not use one name: the linker would say so, but without the line. */
static void check_names(struct arena *a, const struct source *src, const struct sql_file *file,
                        struct sql_file *all, struct problems *p)
{
    for (size_t i = 0; i < file->statements.len; i++) {
        const struct sql_statement *st = &file->statements.at[i];

        for (size_t k = 0; k < all->statements.len; k++) {
            if (str_eq(all->statements.at[k].name, st->name))
                problem_at(p, src, st->offset, "the name '" STR_FMT "' is taken in another file",
                           STR_ARG(st->name));
        }
    }
    for (size_t i = 0; i < file->statements.len; i++)
        *vec_push(&all->statements, a) = file->statements.at[i];
}

static int make_list(struct arena *a, int argc, char **argv, struct problems *p)
{
    struct buf out = buf_make(a), rows = buf_make(a);
    struct sql_file all = {0};
    struct sql_piece *shared = NULL;

    buf_add(&out, STR("/* Made by sqlgen. */\n#include \"sys/db/db.h\"\n\n"));
    for (int i = 1; i < argc; i++) {
        struct sql_file file = {.pieces = shared};
        struct source *src = arena_new(a, struct source);

        if (!source_read(a, argv[i], src, p))
            continue;
        sqlgen_parse(a, src, &file, p);
        check_names(a, src, &file, &all, p);
        sqlgen_list_file(&out, &rows, &file);
        if (file.statements.len == 0)
            shared = file.pieces;
    }
    sqlgen_check_used(shared, NULL, p);
    if (p->len > 0)
        return problems_end(p);
    buf_printf(&out,
               "\nconst struct db_statement *const db_statements[] = {\n" STR_FMT
               "    NULL,\n};\nconst size_t db_statements_len = %zu;\n",
               STR_ARG(buf_str(&rows)), all.statements.len);
    gen_write(a, argv[0], buf_str(&out), p);
    return problems_end(p);
}

int main(int argc, char **argv)
{
    _cleanup_(arena_release) struct arena a = {0};
    struct problems p = {.arena = &a};

    if (argc >= 3 && strcmp(argv[1], "--list") == 0)
        return make_list(&a, argc - 2, argv + 2, &p);
    if (argc >= 5)
        return make_one(&a, argv[1], argc - 2, argv + 2, &p);
    fputs(usage, stderr);
    return 2;
}
