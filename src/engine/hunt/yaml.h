#ifndef ENGINE_HUNT_YAML_H
#define ENGINE_HUNT_YAML_H

#include "base/base.h"

/*
 * YAML documents as trees with the place of every node, for rules whose mistakes must be shown
 * where they are. Strict where YAML is lax: a key stands once in a map and is a scalar, depth and
 * size are limited, an alias refers to a finished node. Scalars keep their text; what a plain
 * scalar means (null, boolean, number) follows the core schema of YAML 1.2.2 section 10.3.2.
 */
enum yaml_kind { YAML_SCALAR, YAML_LIST, YAML_MAP };

struct yaml_node {
    uint8_t kind;             /* enum yaml_kind */
    bool quoted;              /* scalar: written in quotes or as a block, so always text */
    uint32_t line, column;    /* from 1 */
    struct str text;          /* scalar */
    struct yaml_node **items; /* list: items; map: key, value, key, value, ... */
    uint32_t len;             /* list: items; map: pairs */
};

struct yaml_docs {
    struct yaml_node **at; /* one root a document; NULL for an empty document */
    size_t len, cap;
};

/* Reads all documents of a text. On an error ERR_INVALID with "line:column: what". */
int yaml_read(struct arena *a, struct str text, struct yaml_docs *out, struct err *err);

/* Value of a key of a map, or NULL. */
struct yaml_node *yaml_get(const struct yaml_node *map, const char *key);

bool yaml_is_null(const struct yaml_node *n);
bool yaml_bool(const struct yaml_node *n, bool *out);
/* A plain scalar that is a number of the core schema. */
bool yaml_number(const struct yaml_node *n, double *out);

#endif
