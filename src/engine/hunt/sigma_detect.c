#include "engine/hunt/sigma_rules.h"

/* Searches: maps, lists and keywords (rules specification, "Detection"). */

static int read_map(struct reading *r, const struct yaml_node *map, uint32_t *node)
{
    if (map->len == 0)
        return reading_fail(r, map, "the search is empty");
    uint32_t *ids = arena_array(r->tmp, uint32_t, map->len);
    for (uint32_t i = 0; i < map->len; i++) {
        int rc = sigma_read_item(r, map->items[2 * i], map->items[2 * i + 1], &ids[i]);
        if (rc < 0)
            return rc;
    }
    *node = pool_join(&r->s->pool, NODE_AND, ids, map->len);
    return 0;
}

static int read_search(struct reading *r, const struct yaml_node *search, uint32_t *node)
{
    if (search->kind == YAML_MAP)
        return read_map(r, search, node);
    if (search->kind == YAML_SCALAR)
        return sigma_read_keyword(r, search, node);
    if (search->len == 0)
        return reading_fail(r, search, "the search is empty");
    uint32_t *ids = arena_array(r->tmp, uint32_t, search->len);
    for (uint32_t i = 0; i < search->len; i++) {
        const struct yaml_node *item = search->items[i];
        int rc;
        if (item->kind == YAML_LIST)
            rc = reading_fail(r, item, "a list in a list of searches");
        else if (item->kind == YAML_MAP)
            rc = read_map(r, item, &ids[i]);
        else
            rc = sigma_read_keyword(r, item, &ids[i]);
        if (rc < 0)
            return rc;
    }
    *node = pool_join(&r->s->pool, NODE_OR, ids, search->len);
    return 0;
}

int sigma_read_detection(struct reading *r, const struct yaml_node *map, const char *other,
                         uint32_t *node)
{
    struct searches searches = {0};
    const struct yaml_node *condition = NULL;
    if (map->kind != YAML_MAP)
        return reading_fail(r, map, "a map of searches and a condition is wanted here");
    for (uint32_t i = 0; i < map->len; i++) {
        const struct yaml_node *key = map->items[2 * i];
        const struct yaml_node *value = map->items[2 * i + 1];
        if (str_is(key->text, "condition")) {
            condition = value;
            continue;
        }
        if (str_is(key->text, "timeframe"))
            return reading_fail(r, key,
                                "'timeframe' is not part of Sigma 2; write a correlation rule");
        if (key->text.len == 0)
            return reading_fail(r, key, "the name of the search is empty");
        if (other != NULL && str_is(key->text, other))
            continue;
        struct search s = {.name = key->text};
        int rc = read_search(r, value, &s.node);
        if (rc < 0)
            return rc;
        *vec_push(&searches, r->tmp) = s;
    }
    if (condition == NULL)
        return reading_fail(r, map, "the condition is missing");
    return sigma_read_condition(r, &searches, condition, node);
}
