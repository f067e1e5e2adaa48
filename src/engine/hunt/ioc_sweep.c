#include "engine/hunt/fold.h"
#include "engine/hunt/ioc_walk.h"

/*
 * One pass over a text: it falls into tokens (letters, digits, . _ -), and what a token may be is
 * seen from its characters. Only what can be an indicator is looked up, and the bitmap answers most
 * of these questions from the second-level cache.
 *
 * ioc_skim is the same pass over the text of whole records. It has to see every indicator that
 * ioc_sweep would see in one of the values, which stand in the text between bytes that belong to no
 * token; it may see more. So it does not ask where a value begins and ends, and looks for URLs,
 * e-mail addresses and user agents by a token that they must have.
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
    bool skim, json; /* the text is of whole records; they are JSON */
    bool unicode;    /* a \\u was met */
    bool unsure;     /* and it may stand for a part of a token */
    bool stop;
    uint32_t types;      /* what tokens are looked up for */
    size_t address_done; /* an IPv6 address was seen up to here */
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
static bool stands_around(const struct sweep *w, const struct ioc_row *r, size_t at,
                          struct str *part)
{
    struct str key = str_make(w->set->texts + r->key, r->key_len);
    if (at < r->token_at || at - r->token_at + key.len > w->text.len)
        return false;
    size_t from = at - r->token_at;
    size_t to = from + key.len;
    *part = str_sub(w->text, from, key.len);
    bool joined_front = from > 0 && is_token_byte(w, from - 1) &&
                        (ioc_class[(unsigned char)key.ptr[0]] & CLASS_TOKEN) != 0 &&
                        w->text.ptr[from - 1] != '.';
    bool joined_back = is_token_byte(w, to) && w->text.ptr[to] != '.';
    return !joined_front && !joined_back && same_folded(key, *part);
}

/* Whether the key may stand in the text with its token at `at`; says no only when it is sure. Bytes
 * of a key beyond ASCII are not compared, nor what may be escaped in one way or another. */
static bool may_stand_around(const struct sweep *w, const struct ioc_row *r, size_t at)
{
    struct str key = str_make(w->set->texts + r->key, r->key_len);
    const char *p = w->text.ptr;
    size_t i = at;
    if (w->unicode)
        return true;
    for (size_t k = r->token_at; k-- > 0;) {
        if ((key.ptr[k] & 0x80) != 0 || key.ptr[k] == '"')
            return true;
        if (i == 0 || (p[i - 1] & 0x80) != 0 || lower(p[i - 1]) != (unsigned char)key.ptr[k])
            return i > 0 && (p[i - 1] & 0x80) != 0;
        i--;
        if (w->json && i > 0 && p[i - 1] == '\\')
            i--; /* an escaped quote, slash or backslash is two bytes */
    }
    i = at;
    for (size_t k = r->token_at; k < key.len; k++, i++) {
        if (w->json && i + 1 < w->text.len && p[i] == '\\' && p[++i] == 'u')
            return true;
        if (i >= w->text.len)
            return false;
        if ((key.ptr[k] & 0x80) != 0 || (p[i] & 0x80) != 0 || key.ptr[k] == '"')
            return true;
        if (lower(p[i]) != (unsigned char)key.ptr[k])
            return false;
    }
    return true;
}

static void take_file(struct sweep *w, uint32_t row, const struct ioc_row *r, struct str token)
{
    struct str part = token;
    size_t at = (size_t)(token.ptr - w->text.ptr);
    if (w->skim ? may_stand_around(w, r, at) : stands_around(w, r, at, &part))
        w->hit(w->ctx, row, part);
}

static void take_row(struct sweep *w, uint32_t row, struct str token, bool whole)
{
    const struct ioc_row *r = &w->set->rows[row];
    struct str key = str_make(w->set->texts + r->key, r->key_len);
    switch (r->type) {
    case IOC_FILE_NAME:
    case IOC_FILE_PATH:
        if (whole)
            take_file(w, row, r, token);
        return;
    case IOC_USER_AGENT:
        if (w->skim && whole && r->bits != IOC_ANY_WITH_TOKEN) {
            take_file(w, row, r, token);
            return;
        }
        break;
    default:
        break;
    }
    bool known =
        w->skim && (r->type == IOC_URL || r->type == IOC_EMAIL || r->type == IOC_USER_AGENT);
    if ((whole || r->type == IOC_DOMAIN) && (known || same_folded(key, token)))
        w->hit(w->ctx, row, token);
}

/* Every row filed under f. `whole`: the text is a whole token, not the end of one. */
static void look_up(struct sweep *w, uint64_t f, struct str token, bool whole, uint32_t types)
{
    const struct ioc *set = w->set;
    uint64_t mask = set->head.slots - 1;
    for (uint64_t i = f & mask; set->fingerprints[i] != 0; i = (i + 1) & mask) {
        uint32_t row = set->row_of[i];
        if (set->fingerprints[i] == f && (types >> set->rows[row].type & 1) != 0)
            take_row(w, row, token, whole);
    }
}

#define BIT(t) (1u << (t))
enum {
    TOKEN_TYPES = BIT(IOC_MD5) | BIT(IOC_SHA1) | BIT(IOC_SHA256) | BIT(IOC_DOMAIN) |
                  BIT(IOC_FILE_NAME) | BIT(IOC_FILE_PATH),
    SKIM_TYPES = TOKEN_TYPES | BIT(IOC_URL) | BIT(IOC_EMAIL) | BIT(IOC_USER_AGENT),
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

/* From `from`: "::" or seven colons make an IPv6 address. Behind what may be one. */
static size_t take_ipv6_from(struct sweep *w, size_t from)
{
    const char *p = w->text.ptr;
    size_t to = from, colons = 0;
    bool doubled = false;
    for (; to < w->text.len && to - from < 46 && in_address(p[to]); to++) {
        colons += p[to] == ':';
        doubled = doubled || (to > from && p[to] == ':' && p[to - 1] == ':');
    }
    size_t behind = to;
    while (to > from && p[to - 1] == '.')
        to--;
    if (colons >= 2 && (doubled || colons == 7))
        take_address(w, str_sub(w->text, from, to - from));
    return behind;
}

/* Around the colon at `at`. */
static void take_ipv6(struct sweep *w, size_t at)
{
    const char *p = w->text.ptr;
    size_t from = at;
    while (from > 0 && at - from < 8 && in_address(p[from - 1]))
        from--;
    size_t to = take_ipv6_from(w, from);
    w->address_done = MAX(to, at + 1);
    if (!w->skim)
        return;
    /* A value may begin behind a colon, or behind an escape that ends in what looks like digits. */
    bool escape = w->unicode || (from > 0 && p[from - 1] == '\\');
    for (size_t i = from; i < to; i++) {
        if (p[i] == ':' || (escape && i < at))
            take_ipv6_from(w, i + 1);
    }
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
            look_up(w, f, str_from(token, i), i == 0, w->types);
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
            look_up(w, f, str_from(token, at), i == 0, w->types);
    }
}

static inline bool may_be_word(const struct sweep *w, struct str token)
{
    if ((w->set->head.word_lengths >> MIN(token.len, (size_t)63) & 1) == 0)
        return false;
    unsigned bit = ioc_word_bit(token.len, lower(token.ptr[0]), lower(token.ptr[token.len - 1]));
    return (w->set->head.word_bits[bit / 64] >> (bit % 64) & 1) != 0;
}

static inline bool may_be_hash(const struct sweep *w, size_t len)
{
    return w->hashes && (len == 32 || len == 40 || len == 64);
}

static size_t count_dots(struct str s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.len; i++)
        n += s.ptr[i] == '.';
    return n;
}

/* A token that has a dot or bytes beyond ASCII. */
static void take_special(struct sweep *w, size_t from, size_t to, bool high)
{
    size_t start = from;
    while (from < to && w->text.ptr[from] == '.')
        from++;
    while (to > from && (w->text.ptr[to - 1] == '.' || w->text.ptr[to - 1] == '-'))
        to--;
    struct str token = str_sub(w->text, from, to - from);
    if (token.len == 0 || token.len > TOKEN_MAX)
        return;
    if (high) {
        take_wide_name(w, token);
        return;
    }
    size_t dots = count_dots(token);
    if (dots > 0 ? w->names : may_be_hash(w, token.len) || may_be_word(w, token))
        take_name(w, token);
    if (dots >= 3 && w->addresses && token.len <= 15 &&
        (ioc_class[(unsigned char)token.ptr[0]] & CLASS_DIGIT) != 0)
        take_address(w, token);
    if (w->emails && dots > 0 && start > 0 && w->text.ptr[start - 1] == '@')
        take_email(w, start - 1, to);
}

static inline void take_plain(struct sweep *w, size_t from, size_t to)
{
    while (to > from && w->text.ptr[to - 1] == '-')
        to--;
    struct str token = str_sub(w->text, from, to - from);
    if (token.len > 0 && token.len <= TOKEN_MAX &&
        (may_be_word(w, token) || may_be_hash(w, token.len)))
        take_name(w, token);
}

static inline void take_token(struct sweep *w, size_t from, size_t to, bool dots, bool high)
{
    if (dots || high)
        take_special(w, from, to, high);
    else
        take_plain(w, from, to);
}

/* -------- the walk -------- */

/* \uXXXX at p: whether it stands for a byte of a token or of an address. */
static bool is_token_escape(const char *p, size_t len)
{
    uint8_t code[2];
    if (len < 6 || !str_from_hex(str_make(p + 2, 4), code, 2))
        return false; /* no JSON: it will be refused */
    return code[0] != 0 || code[1] == ':' || (ioc_class[code[1]] & CLASS_TOKEN) != 0;
}

/* The bytes of escapes, which are no tokens. *carry: those that reach into the next step. */
static uint64_t escapes(struct sweep *w, size_t base, uint64_t backslash, uint64_t *carry)
{
    uint64_t found = *carry;
    backslash &= ~*carry;
    *carry = 0;
    while (backslash != 0) {
        unsigned i = (unsigned)__builtin_ctzll(backslash);
        unsigned len = 2;
        if (base + i + 1 < w->text.len && w->text.ptr[base + i + 1] == 'u') {
            len = 6;
            w->unicode = true;
            w->unsure =
                w->unsure || is_token_escape(w->text.ptr + base + i, w->text.len - base - i);
        }
        uint64_t bytes = ((uint64_t)1 << len) - 1;
        found |= bytes << i;
        if (i + len > IOC_STEP)
            *carry = bytes >> (IOC_STEP - i);
        backslash &= ~(bytes << i);
    }
    return found;
}

struct open_token {
    size_t from;
    bool open, dots, high; /* of the steps before */
};

/* The token of the step that ends in front of bit `end`; or goes on behind it, when that is 64. */
static inline uint64_t token_bits(const struct ioc_masks *m, unsigned end)
{
    uint64_t below = end == IOC_STEP ? ~(uint64_t)0 : ((uint64_t)1 << end) - 1;
    uint64_t others = ~m->token & below;
    return others == 0 ? below : below & (~(uint64_t)1 << (63 - __builtin_clzll(others)));
}

/* What ends in the step, in the order of the text. */
static inline void take_step(struct sweep *w, size_t base, const struct ioc_masks *m,
                             struct open_token *t)
{
    uint64_t ends = ~m->token & (m->token << 1 | (uint64_t)t->open);
    uint64_t colons = w->addresses || w->urls ? m->colon : 0;
    if (!w->urls) /* in addresses, digits and colons follow */
        colons &= m->token >> 1 | m->colon >> 1 | (uint64_t)1 << 63;
    for (uint64_t todo = ends | colons; todo != 0; todo &= todo - 1) {
        unsigned i = (unsigned)__builtin_ctzll(todo);
        if ((ends >> i & 1) != 0) {
            uint64_t bits = token_bits(m, i);
            size_t from = bits != 0 ? base + (unsigned)__builtin_ctzll(bits) : base;
            bool begun = t->open && from == base;
            bool dots = (m->dot & bits) != 0 || (begun && t->dots);
            bool high = (m->high & bits) != 0 || (begun && t->high);
            take_token(w, begun ? t->from : from, base + i, dots, high);
        }
        if ((colons >> i & 1) != 0)
            take_colon(w, base + i);
    }
    uint64_t bits = token_bits(m, IOC_STEP);
    bool begun = t->open && bits == ~(uint64_t)0;
    t->open = m->token >> 63 != 0;
    t->from = begun ? t->from : t->open ? base + (unsigned)__builtin_ctzll(bits) : 0;
    t->dots = (m->dot & bits) != 0 || (begun && t->dots);
    t->high = (m->high & bits) != 0 || (begun && t->high);
}

static void walk(struct sweep *w)
{
    struct open_token t = {0};
    struct ioc_masks m;
    uint64_t carry = 0;
    size_t base = 0;
    for (; base < w->text.len && !w->stop; base += IOC_STEP) {
        char last[IOC_STEP] = {0};
        const char *p = w->text.ptr + base;
        if (w->text.len - base < IOC_STEP) {
            memcpy(last, p, w->text.len - base);
            p = last;
        }
        ioc_masks_of(p, &m);
        if (w->json && (m.backslash | carry) != 0)
            m.token &= ~escapes(w, base, m.backslash, &carry);
        take_step(w, base, &m, &t);
    }
    if (t.open && !w->stop)
        take_token(w, t.from, w->text.len, t.dots, t.high);
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

static struct sweep prepared(const struct ioc *set, struct str text)
{
    const uint64_t *n = set->head.counts;
    struct sweep w = {.set = set, .text = text, .types = TOKEN_TYPES};
    w.hashes = n[IOC_MD5] + n[IOC_SHA1] + n[IOC_SHA256] > 0;
    w.names = n[IOC_DOMAIN] + n[IOC_FILE_NAME] + n[IOC_FILE_PATH] > 0;
    w.blocks = n[IOC_CIDR] > 0;
    w.addresses = n[IOC_IP] > 0 || w.blocks;
    w.emails = n[IOC_EMAIL] > 0;
    w.urls = n[IOC_URL] > 0;
    return w;
}

void ioc_sweep(const struct ioc *set, struct str text,
               void (*hit)(void *ctx, uint32_t indicator, struct str part), void *ctx)
{
    struct sweep w = prepared(set, text);
    w.hit = hit;
    w.ctx = ctx;
    if (set->head.counts[IOC_USER_AGENT] > 0)
        sweep_whole(&w);
    walk(&w);
}

static void stop_at_first(void *ctx, uint32_t indicator, struct str part)
{
    (void)indicator;
    (void)part;
    ((struct sweep *)ctx)->stop = true;
}

enum ioc_skim ioc_skim(const struct ioc *set, struct str text, bool json)
{
    struct sweep w = prepared(set, text);
    w.hit = stop_at_first;
    w.ctx = &w;
    w.skim = true;
    w.json = json;
    w.types = SKIM_TYPES;
    w.names = w.names || w.urls || w.emails || set->head.counts[IOC_USER_AGENT] > 0;
    w.urls = w.emails = false;
    w.stop = set->head.opaque != 0;
    walk(&w);
    return w.stop ? IOC_SKIM_SOME : w.unsure ? IOC_SKIM_UNSURE : IOC_SKIM_NONE;
}
