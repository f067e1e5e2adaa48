#include "engine/hunt/ioc_set.h"

#include "base/io.h"

/* Building a set of indicators. */
enum {
    SHORTEST = 3, /* bytes of a key */
    AGENTS_OF_TOKEN = 8,
    TOKENS_OF_FILE = 16,
    FILES_OF_TOKEN = 16,
    FILES_OF_TOKEN_MAX = 2000,
};

static const char *const type_names[IOC_TYPES] = {
    "md5", "sha1",  "sha256",   "ip",       "cidr",      "domain",
    "url", "email", "filename", "filepath", "useragent",
};

const char *ioc_type_name(enum ioc_type t)
{
    return type_names[t];
}

struct ioc *ioc_new(void)
{
    struct ioc *set = calloc(1, sizeof(*set));
    if (set == NULL)
        die("out of memory");
    set->text = buf_make(&set->arena);
    set->list_names.arena = &set->arena;
    pthread_mutex_init(&set->lock, NULL);
    return set;
}

void ioc_free(struct ioc *set)
{
    if (set == NULL)
        return;
    if (set->mapped.len > 0)
        io_unmap(&set->mapped);
    pthread_mutex_destroy(&set->lock);
    free(set->hits);
    arena_release(&set->arena);
    free(set);
}

/* -------- adding -------- */

void ioc_note(struct ioc *set, struct str list, uint64_t line, const char *reason)
{
    for (size_t i = set->notices.len; i-- > 0;) {
        struct ioc_notice *n = &set->notices.at[i];
        if (str_eq(n->file, list) && str_is(n->reason, reason)) {
            n->count++;
            return;
        }
    }
    *vec_push(&set->notices, &set->arena) = (struct ioc_notice){
        str_dup(&set->arena, list), line, str_dup(&set->arena, str_c(reason)), 1};
}

const struct ioc_notice *ioc_notices(const struct ioc *set, size_t *len)
{
    *len = set->notices.len;
    return set->notices.at;
}

static uint32_t keep(struct ioc *set, struct str s)
{
    uint32_t at = (uint32_t)set->text.len;
    buf_add(&set->text, s);
    return at;
}

/* Lists and notes repeat: kept once. */
static uint32_t keep_once(struct ioc *set, struct str s)
{
    uintptr_t at = (uintptr_t)map_get(&set->list_names, s);
    if (at == 0) {
        at = (uintptr_t)keep(set, s) + 1;
        map_put(&set->list_names, str_dup(&set->arena, s), (void *)at);
    }
    return (uint32_t)(at - 1);
}

static void add_key(struct ioc *set, const struct ioc_key *k, struct str value, struct str note,
                    struct str list)
{
    struct ioc_row row = {.type = (uint8_t)k->type, .bits = k->bits, .token_at = k->token_at};
    row.value = keep(set, value);
    row.value_len = (uint32_t)value.len;
    row.key = str_eq(value, k->key) ? row.value : keep(set, k->key);
    row.key_len = (uint32_t)k->key.len;
    row.note = keep_once(set, note);
    row.note_len = (uint32_t)note.len;
    row.list = keep_once(set, list);
    row.list_len = (uint32_t)list.len;
    *vec_push(&set->building, &set->arena) = row;
    set->head.counts[k->type]++;
}

bool ioc_add(struct ioc *set, enum ioc_type type, struct str value, struct str note,
             struct str list, uint64_t line)
{
    struct arena tmp = {0};
    struct ioc_key k;
    struct str other;
    bool good = ioc_normalise(&tmp, type, ioc_refang(&tmp, str_trim(value)), &k);
    if (good && type != IOC_IP && type != IOC_CIDR && k.key.len < SHORTEST)
        good = false;
    if (!good) {
        char reason[80];
        snprintf(reason, sizeof(reason), "not a valid value of type %s", type_names[type]);
        ioc_note(set, list, line, reason);
    } else if (set->text.len > UINT32_MAX - 16384) {
        ioc_note(set, list, line, "the set is full");
        good = false;
    } else {
        add_key(set, &k, str_trim(value), note, list);
        if (type == IOC_DOMAIN && ioc_other_domain(&tmp, k.key, &other)) {
            k.key = other;
            add_key(set, &k, str_trim(value), note, list);
        }
    }
    arena_release(&tmp);
    return good;
}

uint64_t ioc_count(const struct ioc *set, enum ioc_type t)
{
    return set->head.counts[t];
}

uint64_t ioc_total(const struct ioc *set)
{
    uint64_t n = 0;
    for (int t = 0; t < IOC_TYPES; t++)
        n += set->head.counts[t];
    return n;
}

/* -------- tables -------- */

static struct str row_key(const struct ioc *set, const struct ioc_row *r)
{
    return str_make(set->texts + r->key, r->key_len);
}

/* The token a row that is no file is filed under, or has for ioc_skim: empty when it has none. */
static struct str row_token(const struct ioc *set, const struct ioc_row *r)
{
    struct ioc_key k = {0};
    struct str key = row_key(set, r);
    if (r->type == IOC_IP || r->type == IOC_CIDR)
        return STR_EMPTY;
    if (r->type == IOC_URL || r->type == IOC_EMAIL)
        ioc_token_from(key, r->token_at, &k);
    else
        ioc_token(key, &k);
    return str_sub(key, k.token_at, k.token_len);
}

/* Under which fingerprint the sweep finds it. */
static uint64_t filed_under(const struct ioc *set, const struct ioc_row *r, struct str token)
{
    struct str key = row_key(set, r);
    switch (r->type) {
    case IOC_IP:
        return ioc_fingerprint(key, SALT_IP);
    case IOC_CIDR:
        return ioc_fingerprint(key, (unsigned char)(SALT_CIDR + r->bits));
    case IOC_URL:
    case IOC_EMAIL:
        return ioc_fingerprint(key, SALT_TOKEN);
    case IOC_USER_AGENT:
        return ioc_fingerprint(key, SALT_WHOLE);
    default:
        return ioc_fingerprint(token, SALT_TOKEN);
    }
}

static bool is_hash(const struct ioc_row *r)
{
    return r->type == IOC_MD5 || r->type == IOC_SHA1 || r->type == IOC_SHA256;
}

static bool same_row(const struct ioc *set, const struct ioc_row *x, const struct ioc_row *y)
{
    return x->type == y->type && (x->type != IOC_CIDR || x->bits == y->bits) &&
           str_eq(row_key(set, x), row_key(set, y));
}

struct tables {
    uint64_t *fingerprints;
    uint32_t *row_of;
    uint64_t *bitmap;
};

/* False: the same row is there already. */
static bool file_under(struct ioc *set, uint32_t i, uint64_t f, struct tables *t)
{
    struct ioc_head *h = &set->head;
    uint64_t at = f & (h->slots - 1);
    while (t->fingerprints[at] != 0) {
        if (t->fingerprints[at] == f && same_row(set, &set->rows[t->row_of[at]], &set->rows[i]))
            return false;
        at = (at + 1) & (h->slots - 1);
    }
    t->fingerprints[at] = f;
    t->row_of[at] = i;
    uint64_t bit = ioc_bit(f, h->bits);
    t->bitmap[bit / 64] |= (uint64_t)1 << (bit % 64);
    return true;
}

static bool is_figure(struct str token)
{
    for (size_t i = 0; i < token.len; i++) {
        if (strchr("0123456789abcdefx-truefals", token.ptr[i]) == NULL)
            return false;
    }
    return true;
}

static void mark_word(struct ioc_head *h, struct str token)
{
    if (token.len == 0 || str_find_char(token, '.') >= 0)
        return;
    h->figures |= is_figure(token);
    unsigned bit = ioc_word_bit(token.len, (unsigned char)token.ptr[0],
                                (unsigned char)token.ptr[token.len - 1]);
    h->word_bits[bit / 64] |= (uint64_t)1 << (bit % 64);
    h->word_lengths |= (uint64_t)1 << MIN(token.len, (size_t)63);
}

/* For ioc_skim: one URL of a host and one address of a mail domain stand for all of them, a few
 * user agents with the same token for the others. */
static void file_for_skim(struct ioc *set, uint32_t i, struct str token, struct tables *t)
{
    uint64_t f = ioc_fingerprint(token, SALT_TOKEN);
    uint64_t mask = set->head.slots - 1;
    uint32_t last = i;
    int rows = 0;
    for (uint64_t at = f & mask; t->fingerprints[at] != 0; at = (at + 1) & mask) {
        if (t->fingerprints[at] == f && set->rows[t->row_of[at]].type == set->rows[i].type) {
            last = t->row_of[at];
            rows++;
        }
    }
    if (rows < (set->rows[i].type == IOC_USER_AGENT ? AGENTS_OF_TOKEN : 1))
        file_under(set, i, f, t);
    else
        set->building.at[last].bits = IOC_ANY_WITH_TOKEN;
    set->head.opaque |= token.len == 0;
}

/* How many rows of its type are filed under f; *same: the row itself is. */
static size_t rows_under(const struct ioc *set, const struct ioc_row *r, uint64_t f,
                         const struct tables *t, bool *same)
{
    uint64_t mask = set->head.slots - 1;
    size_t n = 0;
    *same = false;
    for (uint64_t at = f & mask; t->fingerprints[at] != 0 && !*same; at = (at + 1) & mask) {
        const struct ioc_row *other = &set->rows[t->row_of[at]];
        if (t->fingerprints[at] != f || other->type != r->type)
            continue;
        n++;
        *same = same_row(set, other, r);
    }
    return n;
}

/* Files go under their longest token that few others are filed under: thousands of paths end in the
 * same name. */
static bool file_file(struct ioc *set, uint32_t i, struct tables *t)
{
    struct ioc_row *r = &set->building.at[i];
    struct str key = row_key(set, r);
    struct ioc_key tokens[TOKENS_OF_FILE];
    size_t len = ioc_tokens(key, tokens, TOKENS_OF_FILE);
    size_t best = 0, fewest = FILES_OF_TOKEN_MAX;
    uint64_t under[TOKENS_OF_FILE];
    for (size_t k = 0; k < len; k++) {
        bool same;
        under[k] =
            ioc_fingerprint(str_sub(key, tokens[k].token_at, tokens[k].token_len), SALT_TOKEN);
        size_t n = rows_under(set, r, under[k], t, &same);
        if (same)
            return false;
        if (n < fewest) {
            best = k;
            fewest = n;
        }
        if (n < FILES_OF_TOKEN)
            break;
    }
    if (fewest == FILES_OF_TOKEN_MAX) {
        ioc_note(set, str_make(set->texts + r->list, r->list_len), 0,
                 "too many paths that are made of the same words");
        return false;
    }
    r->token_at = tokens[best].token_at;
    mark_word(&set->head, str_sub(key, r->token_at, tokens[best].token_len));
    return file_under(set, i, under[best], t);
}

/* What stands in several lists, or twice in one, is kept once: as it came first. */
static void file_row(struct ioc *set, uint32_t i, struct tables *t)
{
    struct ioc_head *h = &set->head;
    const struct ioc_row *r = &set->rows[i];
    bool is_file = r->type == IOC_FILE_NAME || r->type == IOC_FILE_PATH;
    struct str token = is_file ? STR_EMPTY : row_token(set, r);
    if (!(is_file ? file_file(set, i, t) : file_under(set, i, filed_under(set, r, token), t))) {
        h->counts[r->type]--;
        return;
    }
    if (r->type == IOC_CIDR)
        h->prefixes[r->bits] = 1;
    if (r->type == IOC_USER_AGENT) {
        h->agent_least = h->agent_least == 0 ? r->key_len : MIN(h->agent_least, r->key_len);
        h->agent_most = MAX(h->agent_most, r->key_len);
    }
    if (r->type == IOC_URL || r->type == IOC_EMAIL || r->type == IOC_USER_AGENT)
        file_for_skim(set, i, token, t);
    if (!is_hash(r))
        mark_word(h, token);
}

static void build(struct ioc *set)
{
    struct ioc_head *h = &set->head;
    memcpy(h->magic, ioc_magic, sizeof(h->magic));
    h->version = IOC_INDEX_VERSION;
    h->rows = (uint32_t)set->building.len;
    h->texts = set->text.len;
    uint64_t filed =
        set->building.len + h->counts[IOC_URL] + h->counts[IOC_EMAIL] + h->counts[IOC_USER_AGENT];
    h->slots = 16;
    while (h->slots < filed + filed / 2)
        h->slots *= 2;
    h->bits = MIN(MAX(h->slots * 8, (uint64_t)1 << 13), (uint64_t)1 << 24);
    struct tables t = {arena_array(&set->arena, uint64_t, h->slots),
                       arena_array(&set->arena, uint32_t, h->slots),
                       arena_array(&set->arena, uint64_t, h->bits / 64)};
    set->rows = set->building.at;
    set->texts = buf_str(&set->text).ptr;
    for (uint32_t i = 0; i < h->rows; i++)
        file_row(set, i, &t);
    set->fingerprints = t.fingerprints;
    set->row_of = t.row_of;
    set->bitmap = t.bitmap;
}

/* An index among other lists is read row by row. */
static void unpack(struct ioc *set, const struct ioc_index_file *f)
{
    struct ioc *part = ioc_new();
    struct err err = {0};
    if (ioc_map(part, f->path, f->bytes, &err) < 0)
        ioc_note(set, f->path, 0, err.what);
    for (uint32_t i = 0; err.code == 0 && i < part->head.rows; i++) {
        const struct ioc_row *r = &part->rows[i];
        ioc_add(set, r->type, ioc_value_of(part, i), str_make(part->texts + r->note, r->note_len),
                str_make(part->texts + r->list, r->list_len), 0);
    }
    ioc_free(part);
}

void ioc_finish(struct ioc *set)
{
    struct err err = {0};
    bool alone = set->indexes.len == 1 && set->building.len == 0;
    if (alone && ioc_map(set, set->indexes.at[0].path, set->indexes.at[0].bytes, &err) == 0) {
        set->mapped = set->indexes.at[0].bytes;
    } else {
        if (err.code != 0)
            ioc_note(set, set->indexes.at[0].path, 0, err.what);
        for (size_t i = 0; i < set->indexes.len; i++) {
            if (err.code == 0)
                unpack(set, &set->indexes.at[i]);
            io_unmap(&set->indexes.at[i].bytes);
        }
        build(set);
    }
    set->hits = calloc((size_t)set->head.rows + 1, sizeof(*set->hits));
    if (set->hits == NULL)
        die("out of memory");
}

enum ioc_type ioc_type_of(const struct ioc *set, uint32_t indicator)
{
    return set->rows[indicator].type;
}

struct str ioc_value_of(const struct ioc *set, uint32_t indicator)
{
    const struct ioc_row *r = &set->rows[indicator];
    return str_make(set->texts + r->value, r->value_len);
}
