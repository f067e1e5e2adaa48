#ifndef APP_WORDS_WORDS_H
#define APP_WORDS_WORDS_H

#include "base/base.h"
#include "sys/db/db.h"

/*
 * What a person types to search, read into terms for the full-text index. The indexes (migrations
 * 0008, 0017) stand over the `fold` columns: FTS5 on SQLite, a tsvector of the configuration
 * "simple" on PostgreSQL; triggers and generated columns keep them in the transaction of the
 * change.
 *
 *     lừa đảo sở y tế        every word, with or without its marks; the last may be unfinished
 *     "thư đòi tiền chuộc"   these words beside each other
 *     SC-2026-0042           letters and digits joined by other signs: beside each other too
 *     state:closed org:"sở y tế"   a field, if it is one of `fields`
 */
struct words_term {
    struct str fold; /* letters and digits, one space between words; never empty */
    bool prefix;     /* the last word may go on */
};

struct words_field {
    struct str name, value;
};

struct words {
    VEC(struct words_term) terms;
    VEC(struct words_field) fields;
    struct str plain; /* what was typed, without the fields */
};

/* fields: names that may stand before a colon, NULL at the end; NULL: none. Anything may be typed:
 * what is no word is left out, and more than 12 terms are too. */
void words_parse(struct arena *a, struct str typed, const char *const *fields, struct words *out);

/* The terms in the language of the engine's index, made of quoted words only, so that nothing a
 * person types can be read as an operator; the NULL slice when there is no term. */
struct str words_match(struct arena *a, enum db_engine engine, const struct words *w);

/* What was typed into the box of a list, as words_match() makes it; the NULL slice when there is no
 * word. A list filters by it, however many fit, with one statement for both engines:
 *
 *     ... AND ($4 IS NULL OR s.id IN (SELECT -w.rowid FROM system_words($4) AS w UNION ALL
 *         SELECT n.id FROM system_near n WHERE words_fit(n.fold, $4) = 1))
 *
 * The index numbers records by -id; what it does not hold yet stands in the view. There are both of
 * incident, report, system, org, comment, attachment and mail: tables of FTS5, which are functions
 * too, and functions on PostgreSQL (migration 0017). */
struct str words_typed(struct arena *a, enum db_engine engine, struct str typed);
/* The records of which the index holds the words. */
enum words_of {
    WORDS_INCIDENT,
    WORDS_REPORT,
    WORDS_COMMENT,
    WORDS_SYSTEM,
    WORDS_ORG,
    WORDS_FILE,
    WORDS_LETTER
};

struct words_ids {
    int64_t *at; /* the newest first */
    size_t len;
    bool more;       /* there are others behind them */
    struct str list; /* the same as "12,7,3"; empty: none */
};

/*
 * The newest `max` records that hold every term, of everybody: the statement that shows them
 * decides who may see which. None when there is no term. Costs about 0.1 ms however many there are,
 * so a list filters by them instead of by LIKE over all rows:
 *
 *     ... AND ($4 IS NULL OR s.id IN (SELECT j.value FROM json_each('[' || $4 || ']') j))
 *     -- @postgres
 *     ... AND ($4 IS NULL OR s.id = ANY (CAST('{' || $4 || '}' AS BIGINT[])))
 *
 * with .list for $4, the NULL slice when nothing was typed. Good where `max` takes all of a kind
 * that can fit (systems, organisations); what lies behind `max` is not in the list.
 */
int words_find(struct db *db, struct arena *a, enum words_of of, const struct words *w, size_t max,
               struct words_ids *out, struct err *err);
/* "12,7,3" */
struct str words_list(struct arena *a, const int64_t *ids, size_t len);

/* The same piece by piece, for who stops when there is enough. Begins as {.of = ..., .w = ...}. */
struct words_walk {
    enum words_of of;
    const struct words *w;
    bool done; /* nothing is left */
    /* inside */
    bool begun;
    int how;
    int64_t mark, below, range;
};
/* About the next `max` records; may be none though it is not done. */
int words_walk_next(struct db *db, struct arena *a, struct words_walk *walk, size_t max,
                    struct words_ids *out, struct err *err);
/* Those of `ids` that hold every term, the newest first: for the few records of one person. */
int words_among(struct db *db, struct arena *a, enum words_of of, const struct words *w,
                const int64_t *ids, size_t len, struct words_ids *out, struct err *err);

/* A piece of a text, and whether a term was found there. */
struct words_part {
    struct str text;
    bool found;
};
VEC_TYPE(words_parts, struct words_part);

/* The text cut into what was found and what stands between; *found counts the former. */
void words_mark(struct arena *a, const struct words *w, struct str text, struct words_parts *out,
                size_t *found);

/* About `max` bytes of the text around the first place where a term is found, marked; from the
 * beginning when there is none. */
void words_snippet(struct arena *a, const struct words *w, struct str text, size_t max,
                   struct words_parts *out, size_t *found);

#endif
