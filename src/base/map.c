#include "base/map.h"

#include "base/random.h"

#include <pthread.h>

static uint8_t secret[16];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void make_secret(void)
{
    random_bytes(secret, sizeof(secret));
}

#define ROTL(x, b) (((x) << (b)) | ((x) >> (64 - (b))))

static inline void sip_round(uint64_t v[4])
{
    v[0] += v[1];
    v[1] = ROTL(v[1], 13) ^ v[0];
    v[0] = ROTL(v[0], 32);
    v[2] += v[3];
    v[3] = ROTL(v[3], 16) ^ v[2];
    v[0] += v[3];
    v[3] = ROTL(v[3], 21) ^ v[0];
    v[2] += v[1];
    v[1] = ROTL(v[1], 17) ^ v[2];
    v[2] = ROTL(v[2], 32);
}

uint64_t siphash24(const uint8_t key[16], const void *data, size_t len)
{
    const unsigned char *p = data;
    uint64_t k[2], w, last = (uint64_t)len << 56;
    uint64_t v[4];
    size_t i;

    memcpy(k, key, 16);
    v[0] = k[0] ^ 0x736f6d6570736575u;
    v[1] = k[1] ^ 0x646f72616e646f6du;
    v[2] = k[0] ^ 0x6c7967656e657261u;
    v[3] = k[1] ^ 0x7465646279746573u;
    for (i = 0; i + 8 <= len; i += 8) {
        memcpy(&w, p + i, 8);
        v[3] ^= w;
        sip_round(v);
        sip_round(v);
        v[0] ^= w;
    }
    for (size_t j = 0; i + j < len; j++)
        last |= (uint64_t)p[i + j] << (8 * j);
    v[3] ^= last;
    sip_round(v);
    sip_round(v);
    v[0] ^= last;
    v[2] ^= 0xff;
    for (int r = 0; r < 4; r++)
        sip_round(v);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

static uint64_t hash_of(struct str key)
{
    pthread_once(&once, make_secret);
    return siphash24(secret, key.ptr, key.len);
}

static struct map_entry *slot_of(struct map_entry *slots, size_t cap, struct str key, uint64_t hash)
{
    for (size_t i = hash & (cap - 1);; i = (i + 1) & (cap - 1)) {
        struct map_entry *e = &slots[i];

        if (e->value == NULL || (e->hash == hash && str_eq(e->key, key)))
            return e;
    }
}

void *map_get(const struct map *m, struct str key)
{
    return m->cap == 0 ? NULL : slot_of(m->slots, m->cap, key, hash_of(key))->value;
}

static void map_grow(struct map *m)
{
    size_t cap = m->cap == 0 ? 16 : m->cap * 2;
    struct map_entry *slots = arena_array(m->arena, struct map_entry, cap);

    for (size_t i = 0; i < m->cap; i++) {
        struct map_entry *e = &m->slots[i];

        if (e->value != NULL)
            *slot_of(slots, cap, e->key, e->hash) = *e;
    }
    m->slots = slots;
    m->cap = cap;
}

void map_put(struct map *m, struct str key, void *value)
{
    uint64_t hash = hash_of(key);
    struct map_entry *e;

    if ((m->len + 1) * 4 > m->cap * 3)
        map_grow(m);
    e = slot_of(m->slots, m->cap, key, hash);
    if (e->value == NULL)
        m->len++;
    *e = (struct map_entry){.key = key, .value = value, .hash = hash};
}

struct map_entry *map_next(const struct map *m, size_t *i)
{
    while (*i < m->cap) {
        struct map_entry *e = &m->slots[(*i)++];

        if (e->value != NULL)
            return e;
    }
    return NULL;
}
