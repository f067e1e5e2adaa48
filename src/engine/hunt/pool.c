#include "engine/hunt/rule.h"

void pool_init(struct pool *p, struct arena *a)
{
    *p = (struct pool){.arena = a};
    p->test_index.arena = a;
    p->node_index.arena = a;
    p->key = buf_make(a);
    vec_push(&p->nodes, a)->kind = NODE_FALSE;
    vec_push(&p->nodes, a)->kind = NODE_TRUE;
}

void pool_release(struct pool *p)
{
    for (size_t i = 0; i < p->tests.len; i++)
        regex_free(p->tests.at[i].regex);
    p->tests.len = 0;
}

static void key_bytes(struct pool *p, const void *bytes, size_t n)
{
    buf_add(&p->key, str_make(bytes, n));
}

/* The id + 1 under the key, or 0. */
static uint32_t find(struct pool *p, const struct map *index)
{
    return (uint32_t)(uintptr_t)map_get(index, buf_str(&p->key));
}

static void keep(struct pool *p, struct map *index, uint32_t id)
{
    map_put(index, str_dup(p->arena, buf_str(&p->key)), (void *)(uintptr_t)(id + 1));
}

uint32_t pool_test(struct pool *p, struct test *t)
{
    buf_clear(&p->key);
    const uint8_t head[] = {t->kind, t->op, t->part, t->cased, t->regex != NULL};
    key_bytes(p, head, sizeof(head));
    key_bytes(p, &t->field, sizeof(t->field));
    key_bytes(p, &t->other, sizeof(t->other));
    key_bytes(p, &t->number, sizeof(t->number));
    key_bytes(p, &t->block, sizeof(t->block));
    key_bytes(p, t->pattern.kinds, t->pattern.len);
    key_bytes(p, t->pattern.bytes, t->pattern.len);
    /* text and pattern cannot be confused: a kind of test has one of them */
    buf_add(&p->key, t->kind == TEST_REGEX ? t->shown : t->text);
    uint32_t id = find(p, &p->test_index);
    if (id != 0) {
        regex_free(t->regex);
        return id - 1;
    }
    id = (uint32_t)p->tests.len;
    *vec_push(&p->tests, p->arena) = *t;
    keep(p, &p->test_index, id);
    return id;
}

static uint32_t intern(struct pool *p, struct node n, const uint32_t *ids, size_t len)
{
    buf_clear(&p->key);
    key_bytes(p, &n.kind, 1);
    key_bytes(p, ids, len * sizeof(*ids));
    uint32_t id = find(p, &p->node_index);
    if (id != 0)
        return id - 1;
    if (n.kind == NODE_AND || n.kind == NODE_OR) {
        n.first = (uint32_t)p->kids.len;
        n.len = (uint32_t)len;
        for (size_t i = 0; i < len; i++)
            *vec_push(&p->kids, p->arena) = ids[i];
    }
    id = (uint32_t)p->nodes.len;
    *vec_push(&p->nodes, p->arena) = n;
    keep(p, &p->node_index, id);
    return id;
}

uint32_t pool_node_test(struct pool *p, uint32_t test)
{
    return intern(p, (struct node){.kind = NODE_TEST, .first = test}, &test, 1);
}

uint32_t pool_not(struct pool *p, uint32_t node)
{
    if (node == NODE_ID_FALSE || node == NODE_ID_TRUE)
        return node == NODE_ID_FALSE ? NODE_ID_TRUE : NODE_ID_FALSE;
    if (p->nodes.at[node].kind == NODE_NOT)
        return p->nodes.at[node].first;
    return intern(p, (struct node){.kind = NODE_NOT, .first = node}, &node, 1);
}

static int by_id(const void *x, const void *y)
{
    uint32_t a = *(const uint32_t *)x;
    uint32_t b = *(const uint32_t *)y;
    return (a > b) - (a < b);
}

uint32_t pool_join(struct pool *p, enum node_kind kind, uint32_t *ids, size_t len)
{
    uint32_t neutral = kind == NODE_AND ? NODE_ID_TRUE : NODE_ID_FALSE;
    uint32_t absorbing = kind == NODE_AND ? NODE_ID_FALSE : NODE_ID_TRUE;
    size_t kept = 0;
    qsort(ids, len, sizeof(*ids), by_id);
    for (size_t i = 0; i < len; i++) {
        if (ids[i] == absorbing)
            return absorbing;
        if (ids[i] != neutral && (kept == 0 || ids[kept - 1] != ids[i]))
            ids[kept++] = ids[i];
    }
    if (kept == 0)
        return neutral;
    return kept == 1 ? ids[0] : intern(p, (struct node){.kind = (uint8_t)kind}, ids, kept);
}
