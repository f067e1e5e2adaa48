#ifndef APP_AUDIT_TELL_H
#define APP_AUDIT_TELL_H

#include "base/base.h"
#include "base/json.h"

/*
 * What an entry of the log tells, in words, for the history of a record. The log keeps values as
 * they are stored, by member of a JSON object: one value, or what it was and what it is. A room
 * names the members it knows and how their values are said; what nobody knows (the number of a row)
 * is left out: the log itself has it.
 */

struct audit_value {
    struct str text;
    int64_t number; /* of a number, else 0 */
    bool is_number;
};
struct audit_member {
    struct str key;
    struct audit_value *at;
    size_t len, cap;
    bool is_list, is_null;
};
struct audit_members {
    struct audit_member *at;
    size_t len, cap;
};
VEC_TYPE(audit_lines, struct str);

/* How a list of values is meant. */
enum audit_list {
    AUDIT_PAIR,  /* [was, is] */
    AUDIT_COUNT, /* only how many there are; a number says it too */
    AUDIT_NAMES, /* all of them */
};

struct audit_teller;
/* A value in words; empty: it has none, so nothing is told of it. */
typedef struct str audit_say(const struct audit_teller *t, const struct audit_value *v);
struct audit_word {
    const char *key;
    const char *label; /* translation key */
    audit_say *say;
    enum audit_list list;
};
struct audit_teller {
    struct arena *arena;
    enum lang lang;
    const struct audit_word *words;
    size_t words_len;
    const void *ctx; /* the room's own, for its ways of saying */
    struct audit_lines lines;
};

/* The members of a detail, in order; none when it is no JSON object. Objects in it are left out. */
struct audit_members audit_members_of(struct arena *a, struct str detail);
/* NULL: there is none of this name. */
const struct audit_member *audit_member_find(const struct audit_members *m, const char *key);

/* "Label: was → is", or "Label: is" of one value: adds a line. */
void audit_tell_change(struct audit_teller *t, struct str label, struct str was, struct str is);
void audit_tell_one(struct audit_teller *t, struct str label, struct str is);
/* The line of one member, if it is known. */
void audit_tell_member(struct audit_teller *t, const struct audit_member *m);
/* All of them, for a record whose members need no other than their own. */
struct audit_lines audit_tell(struct audit_teller *t, struct str detail);

/* Ways of saying that every room has. */
audit_say audit_say_plain;   /* a text as it is; a number has no words */
audit_say audit_say_text;    /* how a text of several lines begins */
audit_say audit_say_yes;     /* true, false */
audit_say audit_say_changed; /* that it was changed, of what the log keeps no value */
audit_say audit_say_time;
audit_say audit_say_date;
audit_say audit_say_count;

/* ---- writing -----------------------------------------------------------------------------------
 *
 * What a change of a record changed, as the detail of its entry:
 *
 *     struct audit_difference d;
 *
 *     audit_difference_begin(&d, a);
 *     audit_changed(&d.w, "name", was->name, is->name);
 *     return audit_difference_end(&d);   "" when nothing differs
 */
struct audit_difference {
    struct json_writer w;
    struct buf b; /* the writer points into it: do not copy */
    size_t nothing;
};
void audit_difference_begin(struct audit_difference *d, struct arena *a);
struct str audit_difference_end(struct audit_difference *d);

/* A member [was, is] of the object that is being written; nothing when they are the same. */
void audit_changed(struct json_writer *w, const char *key, struct str was, struct str is);
void audit_changed_int(struct json_writer *w, const char *key, struct opt_int was,
                       struct opt_int is);
/* That it was changed and nothing else: how people are reached stays out of a log that nobody may
 * edit. */
void audit_changed_quietly(struct json_writer *w, const char *key, struct str was, struct str is);
/* {"key": "value"} */
struct str audit_detail(struct arena *a, const char *key, struct str value);

#endif
