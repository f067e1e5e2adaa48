#include "sqlgen.h"

static const char *const type_enums[SQL_TYPES] = {"DB_INT", "DB_REAL", "DB_TEXT", "DB_BLOB",
                                                  "DB_BOOL"};

static const char *c_type(const struct sql_column *c)
{
    switch (c->type) {
    case SQL_REAL:
        return c->null ? "struct opt_real " : "double ";
    case SQL_TEXT:
    case SQL_BLOB:
        return "struct str ";
    case SQL_BOOL:
        return c->null ? "struct opt_int " : "bool ";
    default:
        return c->null ? "struct opt_int " : "int64_t ";
    }
}

static void write_row_type(struct buf *out, const struct sql_statement *st)
{
    buf_printf(out, "struct " STR_FMT "_row {\n", STR_ARG(st->row));
    for (size_t i = 0; i < st->out.len; i++)
        buf_printf(out, "    %s" STR_FMT ";\n", c_type(&st->out.at[i]),
                   STR_ARG(st->out.at[i].name));
    buf_add(out, STR("};\n"));
}

/* The prototype without ";" and without a name for what a declaration need not name. */
static void write_prototype(struct buf *out, const struct sql_statement *st)
{
    buf_printf(out, "%s " STR_FMT "(struct db *db", st->kind == SQL_EXEC ? "int64_t" : "int",
               STR_ARG(st->name));
    if (st->kind != SQL_EXEC && st->kind != SQL_EACH)
        buf_add(out, STR(", struct arena *arena"));
    for (size_t i = 0; i < st->in.len; i++)
        buf_printf(out, ", %s" STR_FMT, c_type(&st->in.at[i]), STR_ARG(st->in.at[i].name));
    if (st->kind == SQL_ONE || st->kind == SQL_MAYBE)
        buf_printf(out, ", struct " STR_FMT "_row *out", STR_ARG(st->row));
    else if (st->kind == SQL_MANY)
        buf_printf(out, ", struct " STR_FMT "_rows *out", STR_ARG(st->row));
    else if (st->kind == SQL_EACH)
        buf_printf(out,
                   ", int (*row)(void *ctx, const struct " STR_FMT
                   "_row *row, struct err *err), void *ctx",
                   STR_ARG(st->row));
    buf_add(out, STR(", struct err *err)"));
}

static struct str stem_of(struct str name)
{
    return str_sub(name, 0, name.len - (str_ends(name, STR(".sql")) ? 4 : 0));
}

void sqlgen_header(struct arena *a, const struct sql_file *file, struct str name, struct buf *out)
{
    struct str guard = gen_guard(a, str_printf(a, STR_FMT "_h", STR_ARG(stem_of(name))));

    buf_printf(out, "/* Made by sqlgen from " STR_FMT ". */\n", STR_ARG(name));
    buf_printf(out, "#ifndef " STR_FMT "\n#define " STR_FMT "\n\n", STR_ARG(guard), STR_ARG(guard));
    buf_add(out, STR("#include \"base/base.h\"\n#include \"sys/db/db.h\"\n"));
    for (size_t i = 0; i < file->statements.len; i++) {
        const struct sql_statement *st = &file->statements.at[i];

        buf_add_char(out, '\n');
        if (st->row_is_new) {
            write_row_type(out, st);
            buf_printf(out, "VEC_TYPE(" STR_FMT "_rows, struct " STR_FMT "_row);\n",
                       STR_ARG(st->row), STR_ARG(st->row));
        }
        write_prototype(out, st);
        buf_add(out, STR(";\n"));
    }
    buf_add(out, STR("\n#endif\n"));
}

static void write_columns(struct buf *out, const struct sql_statement *st,
                          const struct sql_columns *columns, const char *suffix)
{
    if (columns->len == 0)
        return;
    buf_printf(out, "static const struct db_column " STR_FMT "_%s[] = {\n", STR_ARG(st->name),
               suffix);
    for (size_t i = 0; i < columns->len; i++) {
        const struct sql_column *c = &columns->at[i];

        buf_printf(out, "    {\"" STR_FMT "\", %s, %s},\n", STR_ARG(c->name), type_enums[c->type],
                   c->null ? "true" : "false");
    }
    buf_add(out, STR("};\n"));
}

/* The body as a string literal, broken into lines. SQLite reads $1 as a name and ?1 as a number. */
static void write_body(struct buf *out, struct str body, enum sql_engine engine)
{
    enum { WIDTH = 88 };
    char quote = 0;
    size_t line = 0;

    buf_add(out, STR("\n        \""));
    for (size_t i = 0; i < body.len; i++) {
        char c = body.ptr[i];

        if (quote == 0 && (c == '\'' || c == '"'))
            quote = c;
        else if (c == quote)
            quote = 0;
        if (c == '$' && quote == 0 && engine == SQL_SQLITE)
            c = '?';
        gen_c_text(out, str_make(&c, 1));
        if (++line >= WIDTH && c == ' ' && i + 1 < body.len) {
            buf_add(out, STR("\"\n        \""));
            line = 0;
        }
    }
    buf_add_char(out, '"');
}

static void write_statement(struct buf *out, const struct sql_statement *st, struct str file)
{
    static const char *const plans[] = {"DB_PLAN_AUTO", "DB_PLAN_KEPT", "DB_PLAN_FRESH",
                                        "DB_PLAN_ANY"};
    enum sql_engine postgres = st->has_body[SQL_POSTGRES] ? SQL_POSTGRES : SQL_SQLITE;
    uint64_t replans = 0;

    for (size_t i = 0; i < st->in.len; i++)
        replans |= (uint64_t)st->in.at[i].replans << i;
    write_columns(out, st, &st->in, "in");
    write_columns(out, st, &st->out, "out");
    buf_printf(out, "extern const struct db_statement " STR_FMT "_statement;\n", STR_ARG(st->name));
    buf_printf(out, "const struct db_statement " STR_FMT "_statement = {\n", STR_ARG(st->name));
    buf_printf(out, "    .name = \"" STR_FMT "\",\n    .file = \"", STR_ARG(st->name));
    gen_c_text(out, file);
    buf_printf(out, "\",\n    .line = %d,\n    .sql[DB_SQLITE] =", st->line);
    write_body(out, st->body[SQL_SQLITE], SQL_SQLITE);
    buf_add(out, STR(",\n    .sql[DB_POSTGRES] ="));
    write_body(out, st->body[postgres], SQL_POSTGRES);
    if (st->in.len > 0)
        buf_printf(out, ",\n    .in = " STR_FMT "_in,\n    .in_len = %zu", STR_ARG(st->name),
                   st->in.len);
    if (st->out.len > 0)
        buf_printf(out, ",\n    .out = " STR_FMT "_out,\n    .out_len = %zu", STR_ARG(st->name),
                   st->out.len);
    buf_printf(out, ",\n    .writes = %s", st->writes ? "true" : "false");
    if (st->plan != SQL_PLAN_AUTO)
        buf_printf(out, ",\n    .plan = %s", plans[st->plan]);
    if (replans != 0)
        buf_printf(out, ",\n    .replans = 0x%" PRIx64, replans);
    if (st->later)
        buf_add(out, STR(",\n    .later = true"));
    buf_add(out, STR(",\n};\n\n"));
}

/* From the engine's values into the row; texts are copied when there is an arena. */
static void write_row_reader(struct buf *out, const struct sql_statement *st)
{
    bool slices = false;

    for (size_t i = 0; i < st->out.len; i++)
        slices = slices || st->out.at[i].type == SQL_TEXT || st->out.at[i].type == SQL_BLOB;
    buf_printf(out,
               "static void read_" STR_FMT "(struct arena *arena, const struct db_value *v, "
               "struct " STR_FMT "_row *out)\n{\n",
               STR_ARG(st->row), STR_ARG(st->row));
    if (!slices)
        buf_add(out, STR("    (void)arena;\n"));
    for (size_t i = 0; i < st->out.len; i++) {
        const struct sql_column *c = &st->out.at[i];

        buf_printf(out, "    out->" STR_FMT " = ", STR_ARG(c->name));
        if (c->type == SQL_TEXT || c->type == SQL_BLOB)
            buf_printf(out, "sql_text(arena, &v[%zu])", i);
        else if (c->type == SQL_REAL && c->null)
            buf_printf(out,
                       "(struct opt_real){.has = !v[%zu].null, .v = v[%zu].null ? 0 : v[%zu].r}", i,
                       i, i);
        else if (c->type == SQL_REAL)
            buf_printf(out, "v[%zu].r", i);
        else if (c->null)
            buf_printf(out,
                       "(struct opt_int){.has = !v[%zu].null, .v = v[%zu].null ? 0 : v[%zu].i}", i,
                       i, i);
        else if (c->type == SQL_BOOL)
            buf_printf(out, "v[%zu].i != 0", i);
        else
            buf_printf(out, "v[%zu].i", i);
        buf_add(out, STR(";\n"));
    }
    buf_add(out, STR("}\n\n"));
}

static void write_parameters(struct buf *out, const struct sql_statement *st)
{
    if (st->in.len == 0)
        return;
    buf_printf(out, "    const struct db_value in_[] = {\n");
    for (size_t i = 0; i < st->in.len; i++) {
        const struct sql_column *c = &st->in.at[i];
        struct str n = c->name;
        bool slice = c->type == SQL_TEXT || c->type == SQL_BLOB;

        buf_printf(out, "        {.type = %s", type_enums[c->type]);
        if (c->null && slice)
            buf_printf(out, ", .null = " STR_FMT ".ptr == NULL", STR_ARG(n));
        else if (c->null)
            buf_printf(out, ", .null = !" STR_FMT ".has", STR_ARG(n));
        buf_printf(out, ", .%s = " STR_FMT "%s},\n",
                   slice                 ? "s"
                   : c->type == SQL_REAL ? "r"
                                         : "i",
                   STR_ARG(n), c->null && !slice ? ".v" : "");
    }
    buf_add(out, STR("    };\n"));
}

static void write_call(struct buf *out, const struct sql_statement *st, const char *row,
                       const char *ctx)
{
    buf_printf(out, "db_run(db, &" STR_FMT "_statement, %s, ", STR_ARG(st->name),
               st->in.len > 0 ? "in_" : "NULL");
    if (row != NULL)
        buf_printf(out, "%s_" STR_FMT, row, STR_ARG(st->name));
    else
        buf_add(out, STR("NULL"));
    buf_printf(out, ", %s, err)", ctx);
}

static void write_exec(struct buf *out, const struct sql_statement *st)
{
    write_prototype(out, st);
    buf_add(out, STR("\n{\n"));
    write_parameters(out, st);
    buf_add(out, STR("    return "));
    write_call(out, st, NULL, "NULL");
    buf_add(out, STR(";\n}\n\n"));
}

static void write_one(struct buf *out, const struct sql_statement *st)
{
    struct str n = st->name;

    buf_printf(out,
               "struct take_" STR_FMT " {\n    struct arena *arena;\n    struct " STR_FMT
               "_row *out;\n    bool found;\n};\n\n",
               STR_ARG(n), STR_ARG(st->row));
    buf_printf(out,
               "static int take_" STR_FMT
               "(void *ctx, const struct db_value *values, struct err *err)\n{\n"
               "    struct take_" STR_FMT " *take = ctx;\n\n"
               "    if (take->found)\n"
               "        return err_set(err, ERR_INTERNAL, \"" STR_FMT ": more than one row\");\n"
               "    take->found = true;\n    read_" STR_FMT
               "(take->arena, values, take->out);\n    return 0;\n}\n\n",
               STR_ARG(n), STR_ARG(n), STR_ARG(n), STR_ARG(st->row));
    write_prototype(out, st);
    buf_add(out, STR("\n{\n"));
    write_parameters(out, st);
    buf_printf(out, "    struct take_" STR_FMT " take_ = {.arena = arena, .out = out};\n",
               STR_ARG(n));
    buf_add(out, STR("    int64_t r_ = "));
    write_call(out, st, "take", "&take_");
    buf_add(out, STR(";\n\n    if (r_ < 0)\n        return (int)r_;\n"));
    if (st->kind == SQL_ONE)
        buf_printf(out,
                   "    return take_.found ? 0 : err_set(err, ERR_NOT_FOUND, \"" STR_FMT
                   ": no such row\");\n}\n\n",
                   STR_ARG(n));
    else
        buf_add(out, STR("    return take_.found ? 1 : 0;\n}\n\n"));
}

static void write_many(struct buf *out, const struct sql_statement *st)
{
    struct str n = st->name;

    buf_printf(out,
               "struct take_" STR_FMT " {\n    struct arena *arena;\n    struct " STR_FMT
               "_rows *out;\n};\n\n",
               STR_ARG(n), STR_ARG(st->row));
    buf_printf(out,
               "static int take_" STR_FMT
               "(void *ctx, const struct db_value *values, struct err *err)\n{\n"
               "    struct take_" STR_FMT " *take = ctx;\n\n    (void)err;\n    read_" STR_FMT
               "(take->arena, values, vec_push(take->out, take->arena));\n    return 0;\n}\n\n",
               STR_ARG(n), STR_ARG(n), STR_ARG(st->row));
    write_prototype(out, st);
    buf_add(out, STR("\n{\n"));
    write_parameters(out, st);
    buf_printf(out, "    struct take_" STR_FMT " take_ = {.arena = arena, .out = out};\n",
               STR_ARG(n));
    buf_printf(out, "    int64_t r_;\n\n    *out = (struct " STR_FMT "_rows){0};\n    r_ = ",
               STR_ARG(st->row));
    write_call(out, st, "take", "&take_");
    buf_add(out, STR(";\n    return r_ < 0 ? (int)r_ : 0;\n}\n\n"));
}

static void write_each(struct buf *out, const struct sql_statement *st)
{
    struct str n = st->name;

    buf_printf(out,
               "struct give_" STR_FMT " {\n    int (*row)(void *ctx, const struct " STR_FMT
               "_row *row, struct err *err);\n    void *ctx;\n};\n\n",
               STR_ARG(n), STR_ARG(st->row));
    buf_printf(out,
               "static int give_" STR_FMT
               "(void *ctx, const struct db_value *values, struct err *err)\n{\n"
               "    const struct give_" STR_FMT " *give = ctx;\n    struct " STR_FMT
               "_row row;\n\n    read_" STR_FMT
               "(NULL, values, &row);\n    return give->row(give->ctx, &row, err);\n}\n\n",
               STR_ARG(n), STR_ARG(n), STR_ARG(st->row), STR_ARG(st->row));
    write_prototype(out, st);
    buf_add(out, STR("\n{\n"));
    write_parameters(out, st);
    buf_printf(out, "    struct give_" STR_FMT " give_ = {.row = row, .ctx = ctx};\n", STR_ARG(n));
    buf_add(out, STR("    int64_t r_ = "));
    write_call(out, st, "give", "&give_");
    buf_add(out, STR(";\n\n    return r_ < 0 ? (int)r_ : 0;\n}\n\n"));
}

static bool any_slices(const struct sql_file *file)
{
    for (size_t i = 0; i < file->statements.len; i++) {
        const struct sql_columns *out = &file->statements.at[i].out;

        for (size_t c = 0; c < out->len; c++) {
            if (out->at[c].type == SQL_TEXT || out->at[c].type == SQL_BLOB)
                return true;
        }
    }
    return false;
}

void sqlgen_source(const struct sql_file *file, struct str name, struct buf *out)
{
    struct str stem = stem_of(name);

    buf_printf(out, "/* Made by sqlgen from " STR_FMT ". */\n#include \"" STR_FMT ".h\"\n\n",
               STR_ARG(name), STR_ARG(stem));
    if (any_slices(file))
        buf_add(out, STR("/* NULL is a slice with a NULL pointer, an empty text one without. */\n"
                         "static struct str sql_text(struct arena *arena, const struct db_value "
                         "*v)\n{\n"
                         "    if (v->null)\n        return STR_EMPTY;\n"
                         "    if (arena != NULL)\n        return str_dup(arena, v->s);\n"
                         "    return v->s.ptr != NULL ? v->s : STR(\"\");\n}\n\n"));
    for (size_t i = 0; i < file->statements.len; i++) {
        const struct sql_statement *st = &file->statements.at[i];

        write_statement(out, st, name);
        if (st->row_is_new)
            write_row_reader(out, st);
        switch (st->kind) {
        case SQL_ONE:
        case SQL_MAYBE:
            write_one(out, st);
            break;
        case SQL_MANY:
            write_many(out, st);
            break;
        case SQL_EACH:
            write_each(out, st);
            break;
        case SQL_EXEC:
            write_exec(out, st);
            break;
        }
    }
    if (file->statements.len > 0)
        out->len--; /* the empty line behind the last function */
}

void sqlgen_list_file(struct buf *declarations, struct buf *rows, const struct sql_file *file)
{
    for (size_t i = 0; i < file->statements.len; i++) {
        struct str n = file->statements.at[i].name;

        buf_printf(declarations, "extern const struct db_statement " STR_FMT "_statement;\n",
                   STR_ARG(n));
        buf_printf(rows, "    &" STR_FMT "_statement,\n", STR_ARG(n));
    }
}
