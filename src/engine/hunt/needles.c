#include "engine/hunt/needles.h"

enum {
    GRAM = 4,
    PAIR = 2,
    BITS_MIN = 9,  /* of the bitmap: 64 bytes ... */
    BITS_MAX = 17, /* ... 16 KiB */
    NONE = UINT32_MAX,
};

struct gram_entry {
    uint32_t gram;
    uint32_t offset; /* of the gram in the needle */
    uint32_t needle;
    uint32_t next;
};

/* Needles by a gram of theirs. */
struct gram_index {
    uint32_t *bitmap;
    uint32_t bitmap_shift;
    uint32_t *heads;
    uint32_t heads_shift;
    struct gram_entry *entries;
    size_t len;
};

struct needles {
    struct needle *list;
    struct gram_index grams; /* needles of four bytes and more */
    struct gram_index pairs; /* of two and three, anywhere */
    uint32_t *shorts;        /* other needles below four bytes */
    size_t shorts_len;
    /* whole values */
    uint32_t *exact; /* open addressing, NONE: free */
    size_t exact_mask;
    size_t exact_len;
    size_t longest_exact;
};

static uint32_t gram_at(const char *p)
{
    uint32_t g;
    memcpy(&g, p, GRAM);
    return g;
}

static uint32_t pair_at(const char *p)
{
    uint16_t g;
    memcpy(&g, p, PAIR);
    return g;
}

static uint32_t mix(uint32_t gram)
{
    return gram * 0x9E3779B1u;
}

/* What Windows and its logs are full of: texts should not be filed under these four bytes. */
static const char common[] =
    "c:\\windows\\system32\\cmd.exe c:\\windows\\syswow64\\windowspowershell\\v1.0\\powershell.exe "
    "c:\\program files (x86)\\microsoft\\ c:\\programdata\\ "
    "c:\\users\\administrator\\appdata\\local"
    "\\temp\\ roaming\\microsoft\\windows\\ nt authority\\system "
    "hklm\\software\\microsoft\\windows nt"
    "\\currentversion\\ hklm\\system\\currentcontrolset\\services\\ svchost.exe -k netsvcs -p "
    "\\device\\harddiskvolume2\\ wow6432node\\classes\\clsid\\ md5= sha256= imphash= explorer.exe "
    "microsoft corporation operating system .dll .exe .tmp .log .dat -command http https:// www. "
    ".com";

enum { COMMON_BITS = 12 };

/* How common each gram (hashed) is: in the text above, and among the needles. */
static void count_grams(const struct needle *list, size_t len, uint16_t *counts)
{
    for (size_t i = 0; i + GRAM < sizeof(common); i++)
        counts[mix(gram_at(common + i)) >> (32 - COMMON_BITS)] += 16;
    for (size_t i = 0; i < len; i++) {
        struct str t = list[i].text;
        for (size_t k = 0; k + GRAM <= t.len; k++) {
            uint16_t *c = &counts[mix(gram_at(t.ptr + k)) >> (32 - COMMON_BITS)];
            *c = (uint16_t)(*c + (*c < UINT16_MAX));
        }
    }
}

static size_t rarest(struct str t, const uint16_t *counts)
{
    size_t best = 0;
    uint32_t best_count = UINT32_MAX;
    for (size_t k = 0; k + GRAM <= t.len; k++) {
        uint32_t c = counts[mix(gram_at(t.ptr + k)) >> (32 - COMMON_BITS)];
        if (c < best_count) {
            best = k;
            best_count = c;
        }
    }
    return best;
}

static uint32_t bits_for(size_t n, uint32_t least, uint32_t most)
{
    uint32_t bits = least;
    while (bits < most && ((size_t)1 << bits) < n)
        bits++;
    return bits;
}

static void index_init(struct gram_index *x, struct arena *a, size_t n)
{
    uint32_t bits = bits_for(n * 32, BITS_MIN, BITS_MAX);
    x->bitmap_shift = 32 - bits;
    x->bitmap = arena_array(a, uint32_t, (size_t)1 << (bits - 5));
    bits = bits_for(n * 2, 4, 20);
    x->heads_shift = 32 - bits;
    x->heads = arena_array(a, uint32_t, (size_t)1 << bits);
    memset(x->heads, 0xFF, sizeof(uint32_t) << bits);
    x->entries = arena_array(a, struct gram_entry, n);
}

static void index_add(struct gram_index *x, uint32_t gram, size_t offset, uint32_t needle)
{
    uint32_t h = mix(gram);
    uint32_t bit = h >> x->bitmap_shift;
    x->bitmap[bit / 32] |= 1u << (bit % 32);
    uint32_t *head = &x->heads[h >> x->heads_shift];
    x->entries[x->len] = (struct gram_entry){gram, (uint32_t)offset, needle, *head};
    *head = (uint32_t)x->len++;
}

static void add_exact(struct needles *n, uint32_t index)
{
    struct str t = n->list[index].text;
    size_t i = str_hash(t) & n->exact_mask;
    while (n->exact[i] != NONE)
        i = (i + 1) & n->exact_mask;
    n->exact[i] = index;
    n->longest_exact = MAX(n->longest_exact, t.len);
}

enum place { EXACT, SHORT, PAIRED, FILED };

static enum place place_of(const struct needle *d)
{
    if (d->anchor == (NEEDLE_FRONT | NEEDLE_END))
        return EXACT;
    if (d->text.len >= GRAM)
        return FILED;
    return d->anchor == 0 && d->text.len >= PAIR ? PAIRED : SHORT;
}

static void add(struct needles *n, uint32_t i, const uint16_t *counts)
{
    struct str t = n->list[i].text;
    size_t offset;
    switch (place_of(&n->list[i])) {
    case EXACT:
        add_exact(n, i);
        break;
    case SHORT:
        n->shorts[n->shorts_len++] = i;
        break;
    case PAIRED:
        index_add(&n->pairs, pair_at(t.ptr), 0, i);
        break;
    case FILED:
        offset = rarest(t, counts);
        index_add(&n->grams, gram_at(t.ptr + offset), offset, i);
    }
}

struct needles *needles_new(struct arena *a, const struct needle *list, size_t len)
{
    struct needles *n = arena_new(a, struct needles);
    size_t sizes[FILED + 1] = {0};
    for (size_t i = 0; i < len; i++)
        sizes[place_of(&list[i])]++;
    n->list = arena_array(a, struct needle, len);
    if (len > 0)
        memcpy(n->list, list, len * sizeof(*list));
    index_init(&n->grams, a, sizes[FILED]);
    index_init(&n->pairs, a, sizes[PAIRED]);
    n->shorts = arena_array(a, uint32_t, sizes[SHORT]);
    uint32_t bits = bits_for(sizes[EXACT] * 2 + 1, 2, 24);
    n->exact_mask = ((size_t)1 << bits) - 1;
    n->exact_len = sizes[EXACT];
    n->exact = arena_array(a, uint32_t, n->exact_mask + 1);
    memset(n->exact, 0xFF, sizeof(uint32_t) << bits);
    uint16_t *counts = calloc((size_t)1 << COMMON_BITS, sizeof(*counts));
    if (counts == NULL)
        die("out of memory");
    count_grams(list, len, counts);
    for (uint32_t i = 0; i < len; i++)
        add(n, i, counts);
    free(counts);
    return n;
}

/* The needle's text would begin at `at`. */
static bool stands_at(const struct needle *d, struct str value, size_t at)
{
    struct str t = d->text;
    if (at + t.len > value.len)
        return false;
    if ((d->anchor & NEEDLE_FRONT) != 0 && at != 0)
        return false;
    if ((d->anchor & NEEDLE_END) != 0 && at + t.len != value.len)
        return false;
    return memcmp(value.ptr + at, t.ptr, t.len) == 0;
}

static void scan_shorts(const struct needles *n, struct str value,
                        void (*hit)(void *ctx, uint32_t target), void *ctx)
{
    for (size_t i = 0; i < n->shorts_len; i++) {
        const struct needle *d = &n->list[n->shorts[i]];
        bool found;
        if (d->text.len > value.len)
            continue;
        if ((d->anchor & NEEDLE_FRONT) != 0)
            found = stands_at(d, value, 0);
        else if ((d->anchor & NEEDLE_END) != 0)
            found = stands_at(d, value, value.len - d->text.len);
        else
            found = memmem(value.ptr, value.len, d->text.ptr, d->text.len) != NULL;
        if (found)
            hit(ctx, d->target);
    }
}

static void scan_exact(const struct needles *n, struct str value,
                       void (*hit)(void *ctx, uint32_t target), void *ctx)
{
    if (value.len > n->longest_exact)
        return;
    for (size_t i = str_hash(value) & n->exact_mask; n->exact[i] != NONE;
         i = (i + 1) & n->exact_mask) {
        const struct needle *d = &n->list[n->exact[i]];
        if (str_eq(d->text, value))
            hit(ctx, d->target);
    }
}

__attribute__((noinline)) static void
check_place(const struct needles *n, const struct gram_index *x, struct str value, size_t at,
            uint32_t gram, void (*hit)(void *ctx, uint32_t target), void *ctx)
{
    for (uint32_t i = x->heads[mix(gram) >> x->heads_shift]; i != NONE; i = x->entries[i].next) {
        const struct gram_entry *g = &x->entries[i];
        if (g->gram != gram || g->offset > at)
            continue;
        const struct needle *d = &n->list[g->needle];
        if (stands_at(d, value, at - g->offset))
            hit(ctx, d->target);
    }
}

static inline bool may_stand(const struct gram_index *x, uint32_t gram)
{
    uint32_t bit = mix(gram) >> x->bitmap_shift;
    return __builtin_expect(x->bitmap[bit / 32] >> (bit % 32) & 1, 0);
}

void needles_scan(const struct needles *n, struct str value,
                  void (*hit)(void *ctx, uint32_t target), void *ctx)
{
    if (n->exact_len > 0)
        scan_exact(n, value, hit, ctx);
    if (n->shorts_len > 0)
        scan_shorts(n, value, hit, ctx);
    for (size_t i = 0; n->pairs.len > 0 && i + PAIR <= value.len; i++) {
        uint32_t pair = pair_at(value.ptr + i);
        if (may_stand(&n->pairs, pair))
            check_place(n, &n->pairs, value, i, pair, hit, ctx);
    }
    for (size_t i = 0; n->grams.len > 0 && i + GRAM <= value.len; i++) {
        uint32_t gram = gram_at(value.ptr + i);
        if (may_stand(&n->grams, gram))
            check_place(n, &n->grams, value, i, gram, hit, ctx);
    }
}
