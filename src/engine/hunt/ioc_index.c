#include "engine/hunt/ioc_set.h"

#include "base/io.h"

/* The file of a finished set: its arrays one behind the other, each padded to eight bytes. It is of
 * the machine's byte order; an index is made where it is used. */
const char ioc_magic[8] = "UNGCIOC";

static size_t padded(size_t n)
{
    return (n + 7) & ~(size_t)7;
}

struct section {
    const void *bytes;
    size_t len;
};

int ioc_write(const struct ioc *set, const char *path, struct err *err)
{
    const struct ioc_head *h = &set->head;
    const struct section sections[] = {
        {h, sizeof(*h)},
        {set->rows, h->rows * sizeof(*set->rows)},
        {set->texts, h->texts},
        {set->fingerprints, h->slots * sizeof(uint64_t)},
        {set->row_of, h->slots * sizeof(uint32_t)},
        {set->bitmap, h->bits / 8},
    };
    struct arena tmp = {0};
    struct buf out = buf_make(&tmp);
    for (size_t i = 0; i < ARRAY_LEN(sections); i++) {
        buf_add(&out, str_make(sections[i].bytes, sections[i].len));
        while (out.len != padded(out.len))
            buf_add_char(&out, 0);
    }
    int rc = io_replace_file(path, buf_str(&out), 0644, err);
    arena_release(&tmp);
    return rc;
}

static bool power_of_two(uint64_t n)
{
    return n != 0 && (n & (n - 1)) == 0;
}

/* Numbers out of a file are believed only when they stay inside it. */
static bool rows_are_sound(const struct ioc *set)
{
    for (uint32_t i = 0; i < set->head.rows; i++) {
        const struct ioc_row *r = &set->rows[i];
        const uint64_t ends[] = {
            (uint64_t)r->value + r->value_len,
            (uint64_t)r->key + r->key_len,
            (uint64_t)r->note + r->note_len,
            (uint64_t)r->list + r->list_len,
        };
        for (size_t k = 0; k < ARRAY_LEN(ends); k++) {
            if (ends[k] > set->head.texts)
                return false;
        }
        bool address = r->type == IOC_IP || r->type == IOC_CIDR;
        if (r->type >= IOC_TYPES || r->bits > 128 || r->token_at > r->key_len ||
            (address && r->key_len != NET_IP))
            return false;
    }
    return true;
}

static bool slots_are_sound(const struct ioc *set)
{
    bool free_slot = false;
    for (uint64_t i = 0; i < set->head.slots; i++) {
        if (set->fingerprints[i] == 0)
            free_slot = true;
        else if (set->row_of[i] >= set->head.rows)
            return false;
    }
    return free_slot; /* or a search would not end */
}

bool ioc_is_index(struct str bytes)
{
    return bytes.len >= sizeof(ioc_magic) && memcmp(bytes.ptr, ioc_magic, sizeof(ioc_magic)) == 0;
}

int ioc_map(struct ioc *set, struct str path, struct str bytes, struct err *err)
{
    struct ioc_head *h = &set->head;
    const char *p = bytes.ptr;
    if (bytes.len < sizeof(*h))
        return err_set(err, ERR_INVALID, STR_FMT ": the index is cut off", STR_ARG(path));
    memcpy(h, p, sizeof(*h));
    bool sound = h->version == IOC_INDEX_VERSION && power_of_two(h->slots) &&
                 power_of_two(h->bits) && h->bits >= 64 && h->slots <= bytes.len &&
                 h->bits <= bytes.len * 8 && h->texts <= bytes.len && h->rows <= bytes.len;
    size_t sizes[] = {sizeof(*h),
                      sound ? h->rows * sizeof(struct ioc_row) : 0,
                      sound ? h->texts : 0,
                      sound ? h->slots * 8 : 0,
                      sound ? h->slots * 4 : 0,
                      sound ? h->bits / 8 : 0};
    size_t at[ARRAY_LEN(sizes) + 1] = {0};
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++)
        at[i + 1] = at[i] + padded(sizes[i]);
    if (!sound || at[ARRAY_LEN(sizes)] != bytes.len)
        return err_set(err, ERR_INVALID, STR_FMT ": not an index of this version, or damaged",
                       STR_ARG(path));
    set->rows = (const void *)(p + at[1]);
    set->texts = p + at[2];
    set->fingerprints = (const void *)(p + at[3]);
    set->row_of = (const void *)(p + at[4]);
    set->bitmap = (const void *)(p + at[5]);
    if (!rows_are_sound(set) || !slots_are_sound(set))
        return err_set(err, ERR_INVALID, STR_FMT ": the index is damaged", STR_ARG(path));
    return 0;
}
