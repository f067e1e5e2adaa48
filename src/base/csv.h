#ifndef BASE_CSV_H
#define BASE_CSV_H

#include "base/base.h"

/*
 * CSV (RFC 4180) and its relatives: reading record by record from memory, with the line each record
 * began on; a byte-order mark is skipped; LF or CRLF. The separator is given, or found from the
 * first line (comma, semicolon, tab) when 0. Quoted fields may span lines.
 */
struct csv {
    struct str rest;
    char separator;
    int64_t line; /* of the current record, from 1 */
    int64_t next_line;
    struct arena *arena; /* for the array of fields and for fields with doubled quotes */
    struct str *fields;
    size_t fields_len;
    size_t fields_cap;
    const char *error; /* static text when csv_next returned -1 */
};

void csv_init(struct csv *c, struct str text, char separator, struct arena *arena);

/* 1: a record; 0: the end; -1: malformed (c->error, c->line); reading may go on with the next line.
 * Empty lines are skipped. */
int csv_next(struct csv *c);

/* Writes one field, quoted where needed; a text that a spreadsheet would run as a formula (begins
 * with = + - @ tab CR) gets an apostrophe in front. */
void csv_write(struct buf *out, struct str field, bool first);
void csv_write_end(struct buf *out);

#endif
