#include "engine/hunt/fold.h"
#include "engine/hunt/ioc_set.h"

/*
 * One pass over a text: it falls into tokens (letters, digits, . _ -), and what a token may be is
 * seen from its characters. Only what can be an indicator is looked up, and the bitmap answers most
 * of these questions from the second-level cache.
 */
enum {
    TOKEN_MAX = 1024,
    URL_MAX = 4096,
};

/* clang-format off */
#define D (CLASS_TOKEN | CLASS_DIGIT | CLASS_HEX | CLASS_MAIL)
#define X (CLASS_TOKEN | CLASS_HEX | CLASS_MAIL)
#define L (CLASS_TOKEN | CLASS_MAIL)
#define H (CLASS_TOKEN | CLASS_HIGH | CLASS_MAIL)
const uint8_t ioc_class[256] = {
    ['0' ... '9'] = D, ['a' ... 'f'] = X, ['A' ... 'F'] = X, ['g' ... 'z'] = L, ['G' ... 'Z'] = L,
    ['.'] = L, ['_'] = L, ['-'] = L, [0x80 ... 0xFF] = H,
    ['+'] = CLASS_MAIL, ['%'] = CLASS_MAIL, ['\''] = CLASS_MAIL, ['&'] = CLASS_MAIL,
};
/* clang-format on */

struct sweep {
    const struct ioc *set;
    struct str text;
    void (*hit)(void *ctx, uint32_t indicator, struct str part);
    void *ctx;
    bool hashes, names, addresses, blocks, emails, urls; /* what the set has */
    size_t address_done;                                 /* an IPv6 address was seen up to here */
};

static inline unsigned char lower(char c)
{
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
}

static inline bool may_be_filed(const struct ioc *set, uint64_t f)
{
    uint64_t bit = ioc_bit(f, set->head.bits);
    return (set->bitmap[bit / 64] >> (bit % 64) & 1) != 0;
}

/* -------- comparing -------- */

static bool same_text(struct str key, struct str s)
{
    if (key.len != s.len)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        if (lower(s.ptr[i]) != (unsigned char)key.ptr[i])
            return false;
    }
    return true;
}

static bool same_folded(struct str key, struct str s)
{
    char room[TOKEN_MAX * 2];
    if (same_text(key, s))
        return true;
    if (fold_room(s.len) > sizeof(room))
        return false;
    return str_eq(key, str_make(room, fold_text(s.ptr, s.len, room)));
}

static bool is_token_byte(const struct sweep *w, size_t at)
{
    return at < w->text.len && (ioc_class[(unsigned char)w->text.ptr[at]] & CLASS_TOKEN) != 0;
}

/* A file name or path whose token at `token` stands at `at` in the text: the whole, not as a part
 * of longer words. */
static void check_around(struct sweep *w, uint32_t row, const struct ioc_row *r, size_t at)
{
    struct str key = str_make(w->set->texts + r->key, r->key_len);
    if (at < r->token_at || at - r->token_at + key.len > w->text.len)
        return;
    size_t from = at - r->token_at;
    size_t to = from + key.len;
    struct str part = str_sub(w->text, from, key.len);
    bool joined_front = from > 0 && is_token_byte(w, from - 1) &&
                        (ioc_class[(unsigned char)key.ptr[0]] & CLASS_TOKEN) != 0 &&
                        w->text.ptr[from - 1] != '.';
    bool joined_back = is_token_byte(w, to) && w->text.ptr[to] != '.';
    if (!joined_front && !joined_back && same_folded(key, part))
        w->hit(w->ctx, row, part);
}

/* Every row filed under f. `token`: the text; `at`: its place, when it is a whole token. */
static void look_up(struct sweep *w, uint64_t f, struct str token, bool whole, uint32_t types)
{
    const struct ioc *set = w->set;
    uint64_t mask = set->head.slots - 1;
    for (uint64_t i = f & mask; set->fingerprints[i] != 0; i = (i + 1) & mask) {
        if (set->fingerprints[i] != f)
            continue;
        uint32_t row = set->row_of[i];
        const struct ioc_row *r = &set->rows[row];
        struct str key = str_make(set->texts + r->key, r->key_len);
        if ((types >> r->type & 1) == 0)
            continue;
        if (r->type == IOC_FILE_NAME || r->type == IOC_FILE_PATH) {
            if (whole)
                check_around(w, row, r, (size_t)(token.ptr - w->text.ptr));
        } else if ((whole || r->type == IOC_DOMAIN) && same_folded(key, token)) {
            w->hit(w->ctx, row, token);
        }
    }
}

#define BIT(t) (1u << (t))
enum {
    TOKEN_TYPES = BIT(IOC_MD5) | BIT(IOC_SHA1) | BIT(IOC_SHA256) | BIT(IOC_DOMAIN) |
                  BIT(IOC_FILE_NAME) | BIT(IOC_FILE_PATH),
};

/* -------- addresses -------- */

static void look_up_block(struct sweep *w, const uint8_t ip[NET_IP], unsigned bits, struct str part)
{
    uint8_t first[NET_IP] = {0};
    memcpy(first, ip, bits / 8);
    if (bits % 8 != 0)
        first[bits / 8] = (uint8_t)(ip[bits / 8] & (0xFF00 >> (bits % 8)));
    uint64_t f =
        ioc_fingerprint(str_make((const char *)first, NET_IP), (unsigned char)(SALT_CIDR + bits));
    if (!may_be_filed(w->set, f))
        return;
    uint64_t mask = w->set->head.slots - 1;
    for (uint64_t i = f & mask; w->set->fingerprints[i] != 0; i = (i + 1) & mask) {
        uint32_t row = w->set->row_of[i];
        const struct ioc_row *r = &w->set->rows[row];
        if (w->set->fingerprints[i] == f && r->type == IOC_CIDR && r->bits == bits &&
            memcmp(w->set->texts + r->key, first, NET_IP) == 0)
            w->hit(w->ctx, row, part);
    }
}

static void take_address(struct sweep *w, struct str part)
{
    uint8_t ip[NET_IP];
    if (!net_parse_ip(part, ip))
        return;
    struct str bytes = str_make((const char *)ip, NET_IP);
    uint64_t f = ioc_fingerprint(bytes, SALT_IP);
    uint64_t mask = w->set->head.slots - 1;
    for (uint64_t i = f & mask; may_be_filed(w->set, f) && w->set->fingerprints[i] != 0;
         i = (i + 1) & mask) {
        uint32_t row = w->set->row_of[i];
        const struct ioc_row *r = &w->set->rows[row];
        if (w->set->fingerprints[i] == f && r->type == IOC_IP &&
            memcmp(w->set->texts + r->key, ip, NET_IP) == 0)
            w->hit(w->ctx, row, part);
    }
    for (unsigned bits = 0; w->blocks && bits <= 128; bits++) {
        if (w->set->head.prefixes[bits] != 0)
            look_up_block(w, ip, bits, part);
    }
}

static bool in_address(char c)
{
    return c == ':' || c == '.' || (ioc_class[(unsigned char)c] & CLASS_HEX) != 0;
}

/* Around the colon at `at`: "::" or seven colons make an IPv6 address. */
static void take_ipv6(struct sweep *w, size_t at)
{
    size_t from = at;
    size_t to = at + 1;
    size_t colons = 1;
    bool doubled = false;
    while (from > 0 && at - from < 8 && in_address(w->text.ptr[from - 1]))
        from--;
    for (; to < w->text.len && to - from < 46 && in_address(w->text.ptr[to]); to++) {
        colons += w->text.ptr[to] == ':';
        doubled = doubled || (w->text.ptr[to] == ':' && w->text.ptr[to - 1] == ':');
    }
    w->address_done = to;
    while (to > from && w->text.ptr[to - 1] == '.')
        to--;
    if (colons >= 2 && (doubled || colons == 7))
        take_address(w, str_sub(w->text, from, to - from));
}

/* -------- e-mail and URL -------- */

static void take_email(struct sweep *w, size_t at_sign, size_t end)
{
    size_t from = at_sign;
    while (from > 0 && at_sign - from < 64 &&
           (ioc_class[(unsigned char)w->text.ptr[from - 1]] & CLASS_MAIL) != 0)
        from--;
    while (from < at_sign && strchr(".-'%", w->text.ptr[from]) != NULL)
        from++;
    struct str email = str_sub(w->text, from, end - from);
    uint64_t h = IOC_SEED ^ SALT_TOKEN;
    for (size_t i = email.len; i-- > 0;)
        h = ioc_step(h, lower(email.ptr[i]));
    if (may_be_filed(w->set, ioc_mix(h)))
        look_up(w, ioc_mix(h), email, true, BIT(IOC_EMAIL));
}

static void look_up_url(struct sweep *w, struct str key, struct str part)
{
    uint64_t f = ioc_fingerprint(key, SALT_TOKEN);
    uint64_t mask = w->set->head.slots - 1;
    for (uint64_t i = f & mask; may_be_filed(w->set, f) && w->set->fingerprints[i] != 0;
         i = (i + 1) & mask) {
        uint32_t row = w->set->row_of[i];
        const struct ioc_row *r = &w->set->rows[row];
        if (w->set->fingerprints[i] == f && r->type == IOC_URL &&
            str_eq(key, str_make(w->set->texts + r->key, r->key_len)))
            w->hit(w->ctx, row, part);
    }
}

/* A URL whose scheme is the token from `from`; as it stands, and without its query. */
static void take_url(struct sweep *w, size_t from)
{
    size_t to = from;
    while (to < w->text.len && to - from < URL_MAX && (unsigned char)w->text.ptr[to] > ' ' &&
           strchr("\"'<>`|^{}\\", w->text.ptr[to]) == NULL)
        to++;
    while (to > from && strchr(".,;:!?)]", w->text.ptr[to - 1]) != NULL)
        to--;
    struct str part = str_sub(w->text, from, to - from);
    struct arena tmp = {0};
    if (str_find(part, STR("://")) > 0) {
        struct str key = ioc_url_key(&tmp, part);
        look_up_url(w, key, part);
        ptrdiff_t query = str_find_char(key, '?');
        if (query > 0)
            look_up_url(w, ioc_url_key(&tmp, str_sub(key, 0, (size_t)query)), part);
    }
    arena_release(&tmp);
}

/* A colon may stand in an IPv6 address or behind the scheme of a URL. */
static void take_colon(struct sweep *w, size_t at)
{
    struct str rest = str_from(w->text, at + 1);
    if (rest.len < 2)
        return;
    if (w->addresses && at >= w->address_done && rest.ptr[0] != '.' && in_address(rest.ptr[0]))
        take_ipv6(w, at);
    if (!w->urls || rest.ptr[0] != '/' || rest.ptr[1] != '/')
        return;
    size_t from = at;
    while (from > 0 && isalpha((unsigned char)w->text.ptr[from - 1]) && at - from < 20)
        from--;
    if (from < at)
        take_url(w, from);
}

/* -------- tokens -------- */

/* The token and, behind each of its dots, its ends: "a.b.c", "b.c", "c". */
static void take_name(struct sweep *w, struct str token)
{
    uint64_t h = IOC_SEED ^ SALT_TOKEN;
    for (size_t i = token.len; i-- > 0;) {
        h = ioc_step(h, lower(token.ptr[i]));
        if (i > 0 && token.ptr[i - 1] != '.')
            continue;
        uint64_t f = ioc_mix(h);
        if (may_be_filed(w->set, f))
            look_up(w, f, str_from(token, i), i == 0, TOKEN_TYPES);
    }
}

/* Letters beyond ASCII: the same over the folded token; what is reported is the token. */
static void take_wide_name(struct sweep *w, struct str token)
{
    char room[TOKEN_MAX * 2];
    size_t len = fold_text(token.ptr, token.len, room);
    uint64_t h = IOC_SEED ^ SALT_TOKEN;
    for (size_t i = len; i-- > 0;) {
        h = ioc_step(h, (unsigned char)room[i]);
        if (i > 0 && room[i - 1] != '.')
            continue;
        uint64_t f = ioc_mix(h);
        size_t at = len == token.len ? i : 0; /* folding seldom changes the length */
        if (may_be_filed(w->set, f) && (len == token.len || i == 0))
            look_up(w, f, str_from(token, at), i == 0, TOKEN_TYPES);
    }
}

static void take_token(struct sweep *w, size_t from, size_t to, uint8_t any, size_t dots)
{
    size_t start = from;
    while (from < to && w->text.ptr[from] == '.') {
        from++;
        dots--;
    }
    while (to > from && (w->text.ptr[to - 1] == '.' || w->text.ptr[to - 1] == '-'))
        dots -= w->text.ptr[--to] == '.';
    size_t len = to - from;
    if (len == 0 || len > TOKEN_MAX)
        return;
    struct str token = str_sub(w->text, from, len);
    if ((any & CLASS_HIGH) != 0) {
        take_wide_name(w, token);
        return;
    }
    bool hash = len == 32 || len == 40 || len == 64;
    if (dots == 0 ? w->set->head.words != 0 || (hash && w->hashes) : w->names)
        take_name(w, token);
    if (dots >= 3 && w->addresses && len <= 15 &&
        (ioc_class[(unsigned char)token.ptr[0]] & CLASS_DIGIT) != 0)
        take_address(w, token);
    if (w->emails && start > 0 && w->text.ptr[start - 1] == '@' && dots > 0)
        take_email(w, start - 1, to);
}

static void sweep_whole(struct sweep *w)
{
    const struct ioc_head *h = &w->set->head;
    if (w->text.len < h->agent_least || w->text.len > h->agent_most)
        return;
    uint64_t hash = IOC_SEED ^ SALT_WHOLE;
    for (size_t i = w->text.len; i-- > 0;)
        hash = ioc_step(hash, lower(w->text.ptr[i]));
    if (may_be_filed(w->set, ioc_mix(hash)))
        look_up(w, ioc_mix(hash), w->text, true, BIT(IOC_USER_AGENT));
}

void ioc_sweep(const struct ioc *set, struct str text,
               void (*hit)(void *ctx, uint32_t indicator, struct str part), void *ctx)
{
    const uint64_t *n = set->head.counts;
    struct sweep w = {.set = set, .text = text, .hit = hit, .ctx = ctx};
    w.hashes = n[IOC_MD5] + n[IOC_SHA1] + n[IOC_SHA256] > 0;
    w.names = n[IOC_DOMAIN] + n[IOC_FILE_NAME] + n[IOC_FILE_PATH] > 0;
    w.blocks = n[IOC_CIDR] > 0;
    w.addresses = n[IOC_IP] > 0 || w.blocks;
    w.emails = n[IOC_EMAIL] > 0;
    w.urls = n[IOC_URL] > 0;
    if (n[IOC_USER_AGENT] > 0)
        sweep_whole(&w);
    const char *p = text.ptr;
    for (size_t i = 0; i < text.len;) {
        unsigned char c = (unsigned char)p[i];
        uint8_t class = ioc_class[c];
        if ((class & CLASS_TOKEN) == 0) {
            if (c == ':')
                take_colon(&w, i);
            i++;
            continue;
        }
        size_t from = i;
        uint8_t any = 0;
        size_t dots = 0;
        do {
            any |= class;
            dots += p[i] == '.';
            i++;
        } while (i < text.len && ((class = ioc_class[(unsigned char)p[i]]) & CLASS_TOKEN) != 0);
        take_token(&w, from, i, any, dots);
    }
}
