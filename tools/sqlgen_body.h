#ifndef TOOLS_SQLGEN_BODY_H
#define TOOLS_SQLGEN_BODY_H

#include "sqlgen.h"

/* The SQL between the heads: of a statement, or of a piece. Inside sqlgen. */
struct sql_reader {
    struct arena *arena;
    const struct source *src;
    struct problems *problems;
    size_t pos;                  /* in the source */
    struct sql_piece *pieces;    /* those that stand above */
    struct sql_statement *owner; /* whose $1 are meant; NULL in a piece */
    struct sql_piece *piece;     /* whose {names} are meant; NULL in a statement */
    bool told;                   /* why reading stopped is among the problems */
};

struct sql_text {
    struct buf engine[SQL_ENGINES]; /* one white space for many, no comments, pieces filled in */
    bool differs;                   /* a piece has another text for PostgreSQL */
};

/* Reads from pos to behind the final ';'. False: a problem was added, the text is of no use. */
bool sql_read_body(struct sql_reader *r, struct sql_text *out);

/* Does the statement change rows? */
bool sql_body_writes(struct str body);

/* NULL: there is none. */
struct sql_piece *sql_find_piece(struct sql_piece *from, struct str name);
struct sql_name *sql_find_parameter(const struct sql_piece *piece, struct str name);

#endif
