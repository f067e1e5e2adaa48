#ifndef ENGINE_HUNT_IOC_SET_H
#define ENGINE_HUNT_IOC_SET_H

#include "engine/hunt/ioc.h"

#include "base/map.h"
#include "base/net.h"

#include <pthread.h>

/*
 * What the ioc files share. A finished set is a few flat arrays, the same in memory and in an index
 * file: rows, their texts, an open-addressing table from 64-bit fingerprints to rows, and a bitmap
 * of fingerprints that answers most questions without touching the table.
 */
struct ioc_row {
    uint32_t value, value_len; /* as in the list */
    uint32_t key, key_len;     /* as it is compared: ioc_normal.c */
    uint32_t note, note_len;   /* what the list says about it */
    uint32_t list, list_len;   /* name of the list */
    uint8_t type;
    uint8_t bits;      /* CIDR: of the 128; user agent: 0 or IOC_ANY_WITH_TOKEN */
    uint16_t token_at; /* where in the key the token begins under which it is filed; of a URL, an
                          e-mail address and a user agent: for ioc_skim */
};

enum { IOC_ANY_WITH_TOKEN = 1 }; /* ioc_skim: the row stands for others with the same token */
enum { IOC_INDEX_VERSION = 2, IOC_WORD_BITS = 1 << 16 };
extern const char ioc_magic[8];

struct ioc_head {
    char magic[8];
    uint32_t version, rows;
    uint64_t texts; /* bytes */
    uint64_t slots; /* a power of two */
    uint64_t bits;  /* of the bitmap, a power of two */
    uint64_t counts[IOC_TYPES];
    uint8_t prefixes[136]; /* CIDR: which lengths occur */
    uint8_t opaque;        /* a row has no token: ioc_skim knows nothing */
    uint8_t figures;       /* a filed token may be the text of a number, a truth value or a GUID */
    uint8_t unused[6];
    uint64_t agent_least, agent_most;       /* bytes of a user agent */
    uint64_t word_lengths;                  /* bit n: of n bytes; 63: of that or more */
    uint64_t word_bits[IOC_WORD_BITS / 64]; /* of the filed tokens without a dot: ioc_word_bit */
};

VEC_TYPE(ioc_rows, struct ioc_row);
VEC_TYPE(ioc_notice_list, struct ioc_notice);

struct ioc_index_file {
    struct str path, bytes;
};

struct ioc {
    struct arena arena;
    struct ioc_head head;
    struct ioc_rows building;
    struct buf text; /* while building */
    struct map list_names;
    struct ioc_notice_list notices;
    const struct ioc_row *rows;
    const char *texts;
    const uint64_t *fingerprints; /* 0: free */
    const uint32_t *row_of;
    const uint64_t *bitmap;
    struct str mapped; /* the index that is used as it lies in its file, or empty */
    VEC(struct ioc_index_file) indexes; /* until ioc_finish */
    pthread_mutex_t lock;
    struct hunt_hit **hits; /* by row, made at the first finding */
};

/* ioc_normal.c: from a list's spelling to a type and the text that is compared. */
struct ioc_key {
    enum ioc_type type;
    struct str key; /* IP, CIDR: the 16 bytes of the (first) address */
    uint8_t bits;
    uint16_t token_at, token_len; /* what the sweep meets first */
};

struct str ioc_refang(struct arena *a, struct str s);
/* What kind of indicator an untyped text is; false: none. */
bool ioc_classify(struct str s, enum ioc_type *type);
/* False: not a valid value of that type. */
bool ioc_normalise(struct arena *a, enum ioc_type type, struct str s, struct ioc_key *out);
/* The longest token of a key, of those the sweep will see with the same ends: token_at, token_len.
 */
bool ioc_token(struct str key, struct ioc_key *out);
/* Up to `most` tokens, the longest first; of equal ones, the first. */
size_t ioc_tokens(struct str key, struct ioc_key *out, size_t most);
/* The first token at `from` or behind it. */
bool ioc_token_from(struct str key, size_t from, struct ioc_key *out);
/* A domain with letters beyond ASCII has a second spelling, xn--. */
bool ioc_other_domain(struct arena *a, struct str key, struct str *other);
/* A URL as it is compared: scheme and host in small letters, no default port, no fragment. */
struct str ioc_url_key(struct arena *a, struct str url);

/* ioc.c. False: refused, a notice was made. */
bool ioc_add(struct ioc *set, enum ioc_type type, struct str value, struct str note,
             struct str list, uint64_t line);
void ioc_note(struct ioc *set, struct str list, uint64_t line, const char *reason);
/* ioc_index.c: whether a file is an index; taking its tables over as they lie. */
bool ioc_is_index(struct str bytes);
int ioc_map(struct ioc *set, struct str path, struct str bytes, struct err *err);

/* ioc_load.c: the type a list means by a name; adding with what the value itself says (an address
 * with a prefix is a block, a name with slashes a path). */
bool ioc_type_named(struct str name, enum ioc_type *type);
bool ioc_add_typed(struct ioc *set, enum ioc_type type, struct str value, struct str note,
                   struct str list, uint64_t line);

/* ioc_json.c: STIX 2.1 and MISP. */
int ioc_load_json(struct ioc *set, struct str list, struct str text, struct err *err);

/* Fingerprint of a text, from its end to its front so that those of all its ends come on the way.
 */
#define IOC_SEED  0xcbf29ce484222325u
#define IOC_PRIME 0x100000001b3u

static inline uint64_t ioc_step(uint64_t h, unsigned char c)
{
    return (h ^ c) * IOC_PRIME;
}

static inline uint64_t ioc_mix(uint64_t h)
{
    h ^= h >> 32;
    h *= 0x9E3779B97F4A7C15u;
    h ^= h >> 29;
    return h == 0 ? 1 : h;
}

static inline uint64_t ioc_fingerprint(struct str s, unsigned char salt)
{
    uint64_t h = IOC_SEED ^ salt;
    for (size_t i = s.len; i-- > 0;)
        h = ioc_step(h, (unsigned char)s.ptr[i]);
    return ioc_mix(h);
}

/* Which bit of a bitmap of `bits` stands for a fingerprint. */
static inline uint64_t ioc_bit(uint64_t fingerprint, uint64_t bits)
{
    return (fingerprint >> 20) & (bits - 1);
}

/* A token without a dot is seldom an indicator: its length and its ends tell most of them. */
static inline unsigned ioc_word_bit(size_t len, unsigned char first, unsigned char last)
{
    return ((unsigned)len * 0x9E5Fu ^ first * 0x3D4Du ^ last * 0x0101u) % IOC_WORD_BITS;
}

enum { SALT_TOKEN, SALT_WHOLE, SALT_IP, SALT_CIDR /* + bits */ };

/* Bytes that belong to a token: letters, digits, . _ - and all beyond ASCII. */
extern const uint8_t ioc_class[256];
enum { CLASS_TOKEN = 1, CLASS_DIGIT = 2, CLASS_HEX = 4, CLASS_HIGH = 8, CLASS_MAIL = 16 };

#endif
