#ifndef TOOLS_SQLGEN_H
#define TOOLS_SQLGEN_H

#include "gen.h"

/*
 * queries.sql as a list of typed statements, and the C made from it (docs/architecture.md). A piece
 * is SQL that several statements share; it is gone when the C is made.
 */
enum sql_kind { SQL_ONE, SQL_MAYBE, SQL_MANY, SQL_EACH, SQL_EXEC };

/* As in sys/db/db.h. */
enum sql_plan { SQL_PLAN_AUTO, SQL_PLAN_KEPT, SQL_PLAN_FRESH, SQL_PLAN_ANY };

enum sql_type { SQL_INT, SQL_REAL, SQL_TEXT, SQL_BLOB, SQL_BOOL, SQL_TYPES };

struct sql_column {
    struct str name;
    enum sql_type type;
    bool null;
    bool used;     /* a parameter: some body names it */
    bool replans;  /* a parameter: a value for it lets PostgreSQL plan anew */
    size_t offset; /* in the source */
};

VEC_TYPE(sql_columns, struct sql_column);

enum sql_engine { SQL_SQLITE, SQL_POSTGRES, SQL_ENGINES };

struct sql_statement {
    struct str name;
    enum sql_kind kind;
    size_t offset;
    int line;
    struct str row;    /* name of the row type: the statement's own or a shared one */
    size_t row_offset; /* of "-- row:", 0 when the row is the statement's own */
    bool row_is_new;   /* the first statement with this row type */
    struct sql_columns in, out;
    struct str body[SQL_ENGINES]; /* without comments and the final semicolon; parameters are $n */
    bool has_body[SQL_ENGINES];
    bool derived; /* the body for PostgreSQL comes from the first one: its pieces have two */
    bool writes;
    enum sql_plan plan;
    bool later;
};

struct sql_name {
    struct str name;
    bool used;
    size_t offset;
};

struct sql_piece {
    struct str name;
    const struct source *src;
    size_t offset;
    VEC(struct sql_name) parameters;
    struct str body[SQL_ENGINES]; /* parameters are {name}; the pieces it uses are filled in */
    bool differs;                 /* the bodies are not the same */
    bool used;
    struct sql_piece *above; /* the one declared before, which this one may use; or NULL */
};

struct sql_file {
    VEC(struct sql_statement) statements;
    struct sql_piece *pieces; /* the last one; those of files read before are set by the caller */
};

/*
 * What is wrong goes into the list; the statements are of use only when it stays empty. The source
 * lives as long as the pieces.
 */
void sqlgen_parse(struct arena *a, const struct source *src, struct sql_file *out,
                  struct problems *p);

/* Names the pieces that nothing uses, from `last` up to `until`, which may be NULL. */
void sqlgen_check_used(const struct sql_piece *last, const struct sql_piece *until,
                       struct problems *p);

/* `name` is the path of the SQL file below src/: "app/incident/queries.sql". */
void sqlgen_header(struct arena *a, const struct sql_file *file, struct str name, struct buf *out);
void sqlgen_source(const struct sql_file *file, struct str name, struct buf *out);

/* Adds the file's statements to the table of all statements of the program. */
void sqlgen_list_file(struct buf *declarations, struct buf *rows, const struct sql_file *file);

#endif
