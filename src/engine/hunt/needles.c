#include "engine/hunt/needles.h"

enum {
    GRAM = 4,
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

struct needles {
    struct needle *list;
    /* needles of four bytes and more */
    uint32_t *bitmap;
    uint32_t bitmap_shift;
    uint32_t *heads;
    uint32_t heads_shift;
    struct gram_entry *grams;
    size_t grams_len;
    /* shorter ones */
    uint32_t *shorts;
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

static void add_gram(struct needles *n, uint32_t index, const uint16_t *counts)
{
    struct str t = n->list[index].text;
    size_t offset = rarest(t, counts);
    uint32_t gram = gram_at(t.ptr + offset);
    uint32_t h = mix(gram);
    uint32_t bit = h >> n->bitmap_shift;
    n->bitmap[bit / 32] |= 1u << (bit % 32);
    uint32_t *head = &n->heads[h >> n->heads_shift];
    n->grams[n->grams_len] = (struct gram_entry){gram, (uint32_t)offset, index, *head};
    *head = (uint32_t)n->grams_len++;
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

struct needles *needles_new(struct arena *a, const struct needle *list, size_t len)
{
    struct needles *n = arena_new(a, struct needles);
    size_t exact = 0;
    size_t shorts = 0;
    for (size_t i = 0; i < len; i++) {
        bool whole = list[i].anchor == (NEEDLE_FRONT | NEEDLE_END);
        exact += whole;
        shorts += !whole && list[i].text.len < GRAM;
    }
    size_t grams = len - exact - shorts;
    n->list = arena_array(a, struct needle, len);
    if (len > 0)
        memcpy(n->list, list, len * sizeof(*list));
    uint32_t bits = bits_for(grams * 32, BITS_MIN, BITS_MAX);
    n->bitmap_shift = 32 - bits;
    n->bitmap = arena_array(a, uint32_t, (size_t)1 << (bits - 5));
    bits = bits_for(grams * 2, 4, 20);
    n->heads_shift = 32 - bits;
    n->heads = arena_array(a, uint32_t, (size_t)1 << bits);
    memset(n->heads, 0xFF, sizeof(uint32_t) << bits);
    n->grams = arena_array(a, struct gram_entry, grams);
    n->shorts = arena_array(a, uint32_t, shorts);
    bits = bits_for(exact * 2 + 1, 2, 24);
    n->exact_mask = ((size_t)1 << bits) - 1;
    n->exact_len = exact;
    n->exact = arena_array(a, uint32_t, n->exact_mask + 1);
    memset(n->exact, 0xFF, sizeof(uint32_t) << bits);
    uint16_t *counts = calloc((size_t)1 << COMMON_BITS, sizeof(*counts));
    if (counts == NULL)
        die("out of memory");
    count_grams(list, len, counts);
    for (uint32_t i = 0; i < len; i++) {
        if (list[i].anchor == (NEEDLE_FRONT | NEEDLE_END))
            add_exact(n, i);
        else if (list[i].text.len < GRAM)
            n->shorts[n->shorts_len++] = i;
        else
            add_gram(n, i, counts);
    }
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

__attribute__((noinline)) static void check_place(const struct needles *n, struct str value,
                                                  size_t at, uint32_t gram,
                                                  void (*hit)(void *ctx, uint32_t target),
                                                  void *ctx)
{
    for (uint32_t i = n->heads[mix(gram) >> n->heads_shift]; i != NONE; i = n->grams[i].next) {
        const struct gram_entry *g = &n->grams[i];
        if (g->gram != gram || g->offset > at)
            continue;
        const struct needle *d = &n->list[g->needle];
        if (stands_at(d, value, at - g->offset))
            hit(ctx, d->target);
    }
}

void needles_scan(const struct needles *n, struct str value,
                  void (*hit)(void *ctx, uint32_t target), void *ctx)
{
    if (n->exact_len > 0)
        scan_exact(n, value, hit, ctx);
    if (n->shorts_len > 0)
        scan_shorts(n, value, hit, ctx);
    if (n->grams_len == 0)
        return;
    const uint32_t *bitmap = n->bitmap;
    uint32_t shift = n->bitmap_shift;
    for (size_t i = 0; i + GRAM <= value.len; i++) {
        uint32_t gram = gram_at(value.ptr + i);
        uint32_t bit = mix(gram) >> shift;
        if (__builtin_expect(bitmap[bit / 32] >> (bit % 32) & 1, 0))
            check_place(n, value, i, gram, hit, ctx);
    }
}
