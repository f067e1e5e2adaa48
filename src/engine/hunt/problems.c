#include "engine/hunt/problems.h"

void hunt_problems_init(struct hunt_problems *p)
{
    memset(p, 0, sizeof(*p));
    pthread_mutex_init(&p->lock, NULL);
    p->by_key.arena = &p->arena;
}

void hunt_problems_release(struct hunt_problems *p)
{
    arena_release(&p->arena);
    pthread_mutex_destroy(&p->lock);
}

static struct hunt_problem *find_or_add(struct hunt_problems *p, struct str file,
                                        const char *reason)
{
    struct arena_mark mark = arena_mark(&p->arena);
    struct str key = str_printf(&p->arena, STR_FMT "%c%s", STR_ARG(file), '\0', reason);
    struct hunt_problem *found = map_get(&p->by_key, key);
    if (found != NULL) {
        arena_rewind(&p->arena, mark);
        return found;
    }
    found = arena_new(&p->arena, struct hunt_problem);
    found->file = str_sub(key, 0, file.len);
    found->reason = str_from(key, file.len + 1);
    found->offset = UINT64_MAX;
    map_put(&p->by_key, key, found);
    *vec_push(&p->list, &p->arena) = found;
    return found;
}

void hunt_problems_add(struct hunt_problems *p, struct str file, uint64_t offset, uint64_t count,
                       const char *reason)
{
    pthread_mutex_lock(&p->lock);
    if (p->list.len >= HUNT_PROBLEM_KINDS) {
        file = STR_EMPTY;
        reason = "more problems than can be listed";
    }
    struct hunt_problem *found = find_or_add(p, file, reason);
    found->offset = MIN(found->offset, offset);
    found->count += count;
    pthread_mutex_unlock(&p->lock);
}

static int compare(const void *a, const void *b)
{
    const struct hunt_problem *x = a, *y = b;
    int c = str_cmp(x->file, y->file);
    if (c != 0)
        return c;
    if (x->offset != y->offset)
        return x->offset < y->offset ? -1 : 1;
    return str_cmp(x->reason, y->reason);
}

const struct hunt_problem *hunt_problems_list(struct hunt_problems *p, size_t *len)
{
    p->sorted = arena_array(&p->arena, struct hunt_problem, p->list.len);
    for (size_t i = 0; i < p->list.len; i++)
        p->sorted[i] = *p->list.at[i];
    if (p->list.len > 0)
        qsort(p->sorted, p->list.len, sizeof(*p->sorted), compare);
    *len = p->list.len;
    return p->sorted;
}
