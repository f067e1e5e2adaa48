#ifndef ENGINE_HUNT_JSON_PATHS_H
#define ENGINE_HUNT_JSON_PATHS_H

#include "engine/hunt/fields.h"

/*
 * The paths of JSON fields, as a tree: a key below its parent, with what the field is called in
 * rules. Worked out once per thread and path. Events of one kind have their keys in one order, so
 * each node remembers which key followed it last time.
 */
struct json_node {
    struct str key; /* as in the text, escapes and all */
    struct str path;
    struct json_node *parent, *chain, *follower;
    struct hunt_path field;
    bool name_key;  /* "@Name" of a named element: its value names its brother "#text" */
    bool value_key; /* that brother */
};

struct json_paths {
    const struct hunt_schema *schema;
    struct json_node root;
    struct json_node *last; /* the node found last */
    struct json_node **buckets;
    size_t len;
    struct arena arena;
};

void json_paths_init(struct json_paths *p, const struct hunt_schema *schema);
void json_paths_release(struct json_paths *p);

/* Keeps the memory of the paths within bounds; between two blocks only. */
void json_paths_trim(struct json_paths *p);

struct json_node *json_paths_slow(struct json_paths *p, struct json_node *parent, struct str key);

static inline struct json_node *json_paths_find(struct json_paths *p, struct json_node *parent,
                                                struct str key)
{
    struct json_node *n = p->last->follower;
    if (n == NULL || n->parent != parent || !str_eq(n->key, key))
        n = json_paths_slow(p, parent, key);
    p->last = n;
    return n;
}

#endif
