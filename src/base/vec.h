#ifndef BASE_VEC_H
#define BASE_VEC_H

/*
 * A growing array in an arena, typed by the place that declares it:
 *
 *     VEC(struct host) hosts = {0};
 *     *vec_push(&hosts, arena) = (struct host){...};
 *     for (size_t i = 0; i < hosts.len; i++) use(&hosts.at[i]);
 *
 * Pushing may move the elements. A named type for headers: VEC_TYPE(hosts, struct host) declares
 * struct hosts { struct host *at; size_t len, cap; }.
 */
#define VEC(T)                                                                                     \
    struct {                                                                                       \
        T *at;                                                                                     \
        size_t len, cap;                                                                           \
    }

#define VEC_TYPE(name, T)                                                                          \
    struct name {                                                                                  \
        T *at;                                                                                     \
        size_t len, cap;                                                                           \
    }

struct arena;
void *vec_grow(struct arena *a, void *at, size_t len, size_t *cap, size_t size);

/* A pointer to one new, zeroed element at the end. */
#define vec_push(v, a)                                                                             \
    ((v)->at = (v)->len < (v)->cap                                                                 \
                   ? (v)->at                                                                       \
                   : vec_grow((a), (v)->at, (v)->len, &(v)->cap, sizeof(*(v)->at)),                \
     memset(&(v)->at[(v)->len], 0, sizeof(*(v)->at)), &(v)->at[(v)->len++])

#endif
