#include "sys/db/dump.h"
#include "sys/db/engine.h"

/* ---- the tables ---------------------------------------------------------------------------- */

static const struct db_column tables_out[] = {
    {"table_name", DB_TEXT, false}, {"name", DB_TEXT, false}, {"type", DB_TEXT, false},
    {"nullable", DB_INT, false},    {"key", DB_INT, false},   {"numbered", DB_INT, false}};

static const struct db_statement tables_list = {
    .name = "dump_tables",
    .file = __FILE__,
    .line = __LINE__,
    .sql = {"SELECT m.name AS table_name, p.name AS name, p.type AS type,"
            " p.\"notnull\" = 0 AND p.pk = 0 AS nullable, p.pk AS key,"
            " p.pk > 0 AND instr(m.sql, 'AUTOINCREMENT') > 0 AS numbered"
            " FROM pragma_table_list l JOIN sqlite_schema m ON m.name = l.name"
            " JOIN pragma_table_info(l.name) p"
            " WHERE l.schema = 'main' AND l.type = 'table' AND m.type = 'table'"
            " AND substr(m.name, 1, 7) <> 'sqlite_'"
            " AND m.name <> 'schema_version' ORDER BY m.name, p.cid",
            "SELECT c.relname::text AS table_name, a.attname::text AS name,"
            " format_type(a.atttypid, NULL)::text AS type,"
            " CASE WHEN a.attnotnull THEN 0 ELSE 1 END AS nullable,"
            " COALESCE(array_position(i.indkey::int2[], a.attnum) + 1, 0) AS key,"
            " CASE WHEN a.attidentity <> '' THEN 1 ELSE 0 END AS numbered"
            " FROM pg_class c"
            " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped"
            " AND a.attgenerated = ''"
            " LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary"
            " WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace"
            " AND c.relname <> 'schema_version' ORDER BY c.relname COLLATE \"C\", a.attnum"},
    .out = tables_out,
    .out_len = ARRAY_LEN(tables_out),
};

struct found_column {
    struct str table, name, type;
    bool nullable, numbered;
    int64_t key;
};

struct finding {
    struct arena *arena;
    VEC(struct found_column) columns;
};

static int take_column(void *ctx, const struct db_value *v, struct err *err)
{
    struct finding *f = ctx;

    *vec_push(&f->columns, f->arena) = (struct found_column){.table = str_dup(f->arena, v[0].s),
                                                             .name = str_dup(f->arena, v[1].s),
                                                             .type = str_lower(f->arena, v[2].s),
                                                             .nullable = v[3].i != 0,
                                                             .key = v[4].i,
                                                             .numbered = v[5].i != 0};
    return 0;
}

static bool type_named(struct str name, enum db_type *out)
{
    static const struct {
        const char *name;
        enum db_type type;
    } types[] = {{"integer", DB_INT}, {"bigint", DB_INT},           {"text", DB_TEXT},
                 {"blob", DB_BLOB},   {"bytea", DB_BLOB},           {"real", DB_REAL},
                 {"int", DB_INT},     {"double precision", DB_REAL}};

    for (size_t i = 0; i < ARRAY_LEN(types); i++) {
        if (str_is(name, types[i].name)) {
            *out = types[i].type;
            return true;
        }
    }
    return false;
}

/* The names of the key's columns in the order of the key. */
static struct str key_text(struct arena *a, const struct found_column *c, size_t n)
{
    struct buf out = buf_make(a);

    for (int64_t at = 1; at <= (int64_t)n; at++) {
        for (size_t i = 0; i < n; i++) {
            if (c[i].key == at)
                buf_printf(&out, "%s\"" STR_FMT "\"", out.len > 0 ? ", " : "", STR_ARG(c[i].name));
        }
    }
    return buf_str(&out);
}

static int make_table(struct arena *a, const struct found_column *c, size_t n, struct db_table *out,
                      struct err *err)
{
    *out = (struct db_table){.name = c->table,
                             .columns = arena_array(a, struct db_column, n),
                             .len = (int)n,
                             .key = key_text(a, c, n)};
    for (size_t i = 0; i < n; i++) {
        enum db_type type;

        if (!type_named(c[i].type, &type))
            return err_set(err, ERR_UNSUPPORTED,
                           "column " STR_FMT "." STR_FMT " has the type " STR_FMT,
                           STR_ARG(c->table), STR_ARG(c[i].name), STR_ARG(c[i].type));
        out->columns[i] = (struct db_column){c[i].name.ptr, type, c[i].nullable};
        if (c[i].numbered)
            out->sequence = c[i].name;
    }
    return 0;
}

int db_tables_read(struct db *db, struct arena *a, struct db_tables *out, struct err *err)
{
    struct finding f = {.arena = a};
    int64_t r = db_run(db, &tables_list, NULL, take_column, &f, err);

    *out = (struct db_tables){0};
    for (size_t i = 0, n; r >= 0 && i < f.columns.len; i += n) {
        for (n = 1;
             i + n < f.columns.len && str_eq(f.columns.at[i + n].table, f.columns.at[i].table); n++)
            ;
        r = make_table(a, &f.columns.at[i], n, vec_push(out, a), err);
    }
    return (int)MIN(r, 0);
}

const struct db_table *db_table_find(const struct db_tables *tables, struct str name)
{
    for (size_t i = 0; i < tables->len; i++) {
        if (str_eq(tables->at[i].name, name))
            return &tables->at[i];
    }
    return NULL;
}

/* ---- reading ------------------------------------------------------------------------------- */

/* Connections keep what they prepared under the address of the statement, so it lives as long as
 * the arena, which outlives them. */
static struct db_statement *statement(struct arena *a, const char *name, struct buf *sql)
{
    struct db_statement *st = arena_new(a, struct db_statement);
    const char *text = buf_str(sql).ptr;

    *st = (struct db_statement){
        .name = name, .file = __FILE__, .line = __LINE__, .sql = {text, text}};
    return st;
}

static void add_columns(struct buf *sql, const struct db_table *t)
{
    for (int i = 0; i < t->len; i++)
        buf_printf(sql, "%s\"%s\"", i > 0 ? ", " : "", t->columns[i].name);
}

int64_t db_table_each(struct db *db, struct arena *a, const struct db_table *table, db_row_fn *row,
                      void *ctx, struct err *err)
{
    struct buf sql = buf_make(a);
    struct db_statement *st;

    buf_add_c(&sql, "SELECT ");
    add_columns(&sql, table);
    buf_printf(&sql, " FROM \"" STR_FMT "\"", STR_ARG(table->name));
    if (table->key.len > 0)
        buf_printf(&sql, " ORDER BY " STR_FMT, STR_ARG(table->key));
    st = statement(a, "dump_table", &sql);
    st->out = table->columns;
    st->out_len = table->len;
    return db_run(db, st, NULL, row, ctx, err);
}

static int take_int(void *ctx, const struct db_value *v, struct err *err)
{
    *(int64_t *)ctx = v[0].i;
    return 0;
}

int db_table_sequence(struct db *db, struct arena *a, const struct db_table *table, int64_t *out,
                      struct err *err)
{
    static const struct db_column last[] = {{"last", DB_INT, false}};
    struct buf sql = buf_make(a);
    struct db_statement *st;
    int64_t r;

    *out = 0;
    if (table->sequence.len == 0)
        return 0;
    if (db_engine_of(db) == DB_SQLITE)
        buf_printf(&sql, "SELECT seq AS last FROM sqlite_sequence WHERE name = '" STR_FMT "'",
                   STR_ARG(table->name));
    else
        buf_printf(&sql,
                   "SELECT COALESCE(pg_sequence_last_value("
                   "pg_get_serial_sequence('\"" STR_FMT "\"', '" STR_FMT "')), 0) AS last",
                   STR_ARG(table->name), STR_ARG(table->sequence));
    st = statement(a, "dump_sequence", &sql);
    st->out = last;
    st->out_len = 1;
    r = db_run(db, st, NULL, take_int, out, err);
    return (int)MIN(r, 0);
}

/* ---- loading ------------------------------------------------------------------------------- */

/* Lines for COPY are sent when this many bytes are there. */
enum { COPY_BYTES = 256 * 1024 };

struct db_load {
    struct db *db;
    struct arena *arena;
    struct db_tables tables;
    struct buf keys;                /* statements that put the foreign keys back */
    const struct db_table *current; /* being filled */
    struct db_statement *insert;    /* without COPY */
    struct arena lines_arena;
    struct buf lines;
};

static const struct db_column two_texts[] = {{"table_name", DB_TEXT, false},
                                             {"text", DB_TEXT, false}};

/* Only PostgreSQL: each foreign key as the statement that makes it. */
#define KEYS                                                                                       \
    "SELECT format('ALTER TABLE %s DROP CONSTRAINT %I;', c.conrelid::regclass, c.conname)"         \
    " AS table_name,"                                                                              \
    " format('ALTER TABLE %s ADD CONSTRAINT %I %s;', c.conrelid::regclass, c.conname,"             \
    " pg_get_constraintdef(c.oid)) AS text"                                                        \
    " FROM pg_constraint c"                                                                        \
    " WHERE c.contype = 'f' AND c.connamespace = current_schema()::regnamespace ORDER BY c.oid"
static const struct db_statement keys_list = {
    .name = "load_keys",
    .file = __FILE__,
    .line = __LINE__,
    .sql = {KEYS, KEYS},
    .out = two_texts,
    .out_len = ARRAY_LEN(two_texts),
};

#define BROKEN                                                                                     \
    "SELECT \"table\" AS table_name, \"parent\" AS text FROM pragma_foreign_key_check LIMIT 1"
static const struct db_statement broken_key = {
    .name = "load_broken_key",
    .file = __FILE__,
    .line = __LINE__,
    .sql = {BROKEN, BROKEN},
    .out = two_texts,
    .out_len = ARRAY_LEN(two_texts),
};

struct scripts {
    struct buf drop, *add;
};

static int take_key(void *ctx, const struct db_value *v, struct err *err)
{
    struct scripts *s = ctx;

    buf_add(&s->drop, v[0].s);
    buf_add(s->add, v[1].s);
    return 0;
}

static int run_script(struct db *db, struct buf *sql, const char *name, struct err *err)
{
    return sql->len > 0 ? db->pool->ops->script(db, buf_str(sql), name, err) : 0;
}

static int leave_keys_out(struct db_load *l, struct err *err)
{
    struct scripts s = {.drop = buf_make(l->arena), .add = &l->keys};
    int64_t r;

    if (db_engine_of(l->db) == DB_SQLITE)
        return 0;
    r = db_run(l->db, &keys_list, NULL, take_key, &s, err);
    return r < 0 ? (int)r : run_script(l->db, &s.drop, "leaving out foreign keys", err);
}

static int empty_tables(struct db_load *l, struct err *err)
{
    struct buf sql = buf_make(l->arena);

    for (size_t i = 0; i < l->tables.len; i++)
        buf_printf(&sql, "DELETE FROM \"" STR_FMT "\";", STR_ARG(l->tables.at[i].name));
    return run_script(l->db, &sql, "emptying tables", err);
}

int db_load_begin(struct db *db, struct arena *a, int version, struct db_load **out,
                  struct err *err)
{
    struct db_load *l = *out = arena_new(a, struct db_load);
    int r;

    *l = (struct db_load){.db = db, .arena = a, .keys = buf_make(a)};
    l->lines = buf_make(&l->lines_arena);
    if ((r = db_tables_read(db, a, &l->tables, err)) < 0)
        return r;
    if (l->tables.len > 0) {
        err_set(err, ERR_EXISTS, "the database is not empty: it has the table " STR_FMT,
                STR_ARG(l->tables.at[0].name));
        err_hint(err, "give a database without tables");
        return ERR_EXISTS;
    }
    if ((r = db_migrate_within(db, version, err)) < 0 ||
        (r = db_tables_read(db, a, &l->tables, err)) < 0 || (r = leave_keys_out(l, err)) < 0)
        return r;
    return empty_tables(l, err);
}

const struct db_tables *db_load_tables(const struct db_load *load)
{
    return &load->tables;
}

static bool copies(const struct db_load *l)
{
    return l->db->pool->ops->copy_begin != NULL;
}

/* Rows come from where they once were allowed: what the schema refuses was changed on the way. */
static int damaged(int64_t r, struct err *err)
{
    if (r != ERR_EXISTS && r != ERR_CONFLICT && r != ERR_INVALID && r != ERR_TOO_LARGE)
        return (int)MIN(r, 0);
    if (err != NULL)
        err->code = ERR_CORRUPT;
    return ERR_CORRUPT;
}

static int send_lines(struct db_load *l, struct err *err)
{
    int r = l->lines.len > 0 ? l->db->pool->ops->copy_put(l->db, buf_str(&l->lines), err) : 0;

    arena_clear(&l->lines_arena);
    l->lines = buf_make(&l->lines_arena);
    return r;
}

static int end_table(struct db_load *l, struct err *err)
{
    int r = 0;

    if (l->current != NULL && copies(l) && (r = send_lines(l, err)) == 0)
        r = l->db->pool->ops->copy_end(l->db, err);
    l->current = NULL;
    return r;
}

static int begin_table(struct db_load *l, const struct db_table *t, struct err *err)
{
    struct buf sql = buf_make(l->arena);
    int r = end_table(l, err);

    if (r < 0)
        return r;
    l->current = t;
    buf_printf(&sql, "%s \"" STR_FMT "\" (", copies(l) ? "COPY" : "INSERT INTO", STR_ARG(t->name));
    add_columns(&sql, t);
    if (copies(l)) {
        buf_add_c(&sql, ") FROM STDIN");
        return l->db->pool->ops->copy_begin(l->db, buf_str(&sql).ptr, err);
    }
    buf_add_c(&sql, ") VALUES (");
    for (int i = 1; i <= t->len; i++)
        buf_printf(&sql, "%s?%d", i > 1 ? ", " : "", i);
    buf_add_char(&sql, ')');
    l->insert = statement(l->arena, "load_row", &sql);
    l->insert->in = t->columns;
    l->insert->in_len = t->len;
    l->insert->writes = true;
    return 0;
}

/* What the text form of COPY writes with a backslash. */
static void add_copy_text(struct buf *out, struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        const char *at = strchr("\b\f\n\r\t\v\\", s.ptr[i]);

        if (at == NULL || *at == '\0') {
            buf_add_char(out, s.ptr[i]);
            continue;
        }
        buf_add_char(out, '\\');
        buf_add_char(out, "bfnrtv\\"[at - "\b\f\n\r\t\v\\"]);
    }
}

static void add_copy_value(struct buf *out, const struct db_value *v)
{
    static const char digits[] = "0123456789abcdef";

    if (v->null) {
        buf_add_c(out, "\\N");
    } else if (v->type == DB_TEXT) {
        add_copy_text(out, v->s);
    } else if (v->type == DB_REAL) {
        buf_printf(out, "%.17g", v->r);
    } else if (v->type == DB_BLOB) {
        buf_add_c(out, "\\\\x");
        for (size_t i = 0; i < v->s.len; i++) {
            buf_add_char(out, digits[(unsigned char)v->s.ptr[i] >> 4]);
            buf_add_char(out, digits[v->s.ptr[i] & 15]);
        }
    } else {
        buf_add_int(out, v->i);
    }
}

static int copy_row(struct db_load *l, const struct db_table *t, const struct db_value *values,
                    struct err *err)
{
    const struct db_statement named = {
        .name = "load_row", .file = __FILE__, .in = t->columns, .in_len = t->len};
    int r = db_check_values(&named, values, err);

    if (r < 0)
        return r;
    for (int i = 0; i < t->len; i++) {
        add_copy_value(&l->lines, &values[i]);
        buf_add_char(&l->lines, i + 1 < t->len ? '\t' : '\n');
    }
    return l->lines.len > COPY_BYTES ? send_lines(l, err) : 0;
}

int db_load_row(struct db_load *load, const struct db_table *table, const struct db_value *values,
                struct err *err)
{
    int64_t r;

    if (load->current != table && (r = begin_table(load, table, err)) < 0)
        return damaged(r, err);
    if (copies(load))
        return damaged(copy_row(load, table, values, err), err);
    return damaged(db_run(load->db, load->insert, values, NULL, NULL, err), err);
}

int db_load_sequence(struct db_load *load, const struct db_table *t, int64_t last, struct err *err)
{
    struct buf sql = buf_make(load->arena);
    int r = damaged(end_table(load, err), err);

    if (r < 0 || t->sequence.len == 0 || last <= 0)
        return r;
    if (db_engine_of(load->db) == DB_SQLITE)
        buf_printf(&sql,
                   "DELETE FROM sqlite_sequence WHERE name = '" STR_FMT "';"
                   "INSERT INTO sqlite_sequence (name, seq) VALUES ('" STR_FMT "', %" PRId64 ")",
                   STR_ARG(t->name), STR_ARG(t->name), last);
    else
        buf_printf(&sql,
                   "SELECT setval(pg_get_serial_sequence('\"" STR_FMT "\"', '" STR_FMT "'),"
                   " %" PRId64 ")",
                   STR_ARG(t->name), STR_ARG(t->sequence), last);
    return run_script(load->db, &sql, "numbering", err);
}

static int take_broken(void *ctx, const struct db_value *v, struct err *err)
{
    return err_set(err, ERR_CORRUPT,
                   "a row of " STR_FMT " refers to one of " STR_FMT " that is not there",
                   STR_ARG(v[0].s), STR_ARG(v[1].s));
}

int db_load_end(struct db_load *load, struct err *err)
{
    int64_t r = end_table(load, err);

    if (r == 0 && db_engine_of(load->db) == DB_SQLITE)
        r = db_run(load->db, &broken_key, NULL, take_broken, NULL, err);
    else if (r == 0)
        r = run_script(load->db, &load->keys, "foreign keys", err);
    arena_release(&load->lines_arena);
    return damaged(r, err);
}
