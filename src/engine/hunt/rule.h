#ifndef ENGINE_HUNT_RULE_H
#define ENGINE_HUNT_RULE_H

#include "engine/hunt/hunt.h"
#include "engine/hunt/pattern.h"
#include "engine/hunt/regex.h"

#include "base/map.h"
#include "base/net.h"

/*
 * Rules as the evaluation sees them: tests of one field, and trees of and/or/not over them. Both
 * are kept once however many rules use them, so an event asks each question at most once.
 */
enum test_kind {
    TEST_EXACT,    /* the whole value is `text` */
    TEST_PREFIX,   /* begins with it */
    TEST_SUFFIX,   /* ends with it */
    TEST_CONTAINS, /* has it inside */
    TEST_GLOB,     /* matches `pattern` */
    TEST_ANY,      /* has a value, which one does not matter */
    TEST_REGEX,    /* matches `regex` */
    TEST_CIDR,     /* is an address in `block` */
    TEST_NUMBER,   /* is a number that compares with `number` as `op` says */
    TEST_TIME,     /* `part` of a time compares with `number` as `op` says */
    TEST_NULL,     /* is absent or null */
    TEST_EXISTS,   /* is there, be it null */
    TEST_FIELD,    /* compares with the value of field `other` as `op` says */
};

enum test_op { OP_EQ, OP_LT, OP_LTE, OP_GT, OP_GTE, OP_STARTS, OP_ENDS, OP_HAS };
enum time_part { PART_MINUTE, PART_HOUR, PART_DAY, PART_WEEK, PART_MONTH, PART_YEAR };

struct block {
    uint8_t first[NET_IP], last[NET_IP];
};

struct test {
    uint8_t kind;
    uint8_t op;
    uint8_t part;
    bool cased;
    uint32_t field; /* of schema->fields; 0: every field of the event (keywords) */
    uint32_t other;
    struct str text;        /* EXACT .. CONTAINS; folded unless cased */
    struct pattern pattern; /* GLOB; folded unless cased */
    struct regex *regex;
    struct block block;
    double number;
    struct str literal; /* folded text that must stand in the folded value, or empty */
    struct str shown;   /* the value as the rule has it, for people */
};

enum node_kind { NODE_FALSE, NODE_TRUE, NODE_TEST, NODE_AND, NODE_OR, NODE_NOT };

struct node {
    uint8_t kind;
    uint32_t first; /* TEST: the test; NOT: the node; AND, OR: place of the first child in kids */
    uint32_t len;   /* AND, OR */
};

enum { NODE_ID_FALSE = 0, NODE_ID_TRUE = 1 };

VEC_TYPE(tests, struct test);
VEC_TYPE(nodes, struct node);
VEC_TYPE(node_ids, uint32_t);

/* Zero with an arena, then pool_init. */
struct pool {
    struct arena *arena;
    struct tests tests;
    struct nodes nodes;
    struct node_ids kids;
    struct map test_index; /* key bytes -> id + 1 */
    struct map node_index;
    struct buf key;
};

void pool_init(struct pool *p, struct arena *a);
void pool_release(struct pool *p); /* the regular expressions */

/* Takes over t->regex (frees it when the test is there already). */
uint32_t pool_test(struct pool *p, struct test *t);
uint32_t pool_node_test(struct pool *p, uint32_t test);
uint32_t pool_not(struct pool *p, uint32_t node);
/* `ids` is sorted and shortened in place; constants are folded away. */
uint32_t pool_join(struct pool *p, enum node_kind kind, uint32_t *ids, size_t len);

static inline uint32_t pool_join2(struct pool *p, enum node_kind kind, uint32_t x, uint32_t y)
{
    uint32_t ids[] = {x, y};
    return pool_join(p, kind, ids, 2);
}

#endif
