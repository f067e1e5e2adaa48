#include "app/backup/inner.h"

void sum_init(struct backup_digest *d)
{
    *d = (struct backup_digest){0};
    crypto_hash_sha256_init(&d->all);
}

void sum_begin(struct backup_digest *d)
{
    crypto_hash_sha256_init(&d->one);
}

void sum_add(struct backup_digest *d, const void *bytes, size_t n)
{
    crypto_hash_sha256_update(&d->one, bytes, n);
}

static void add_number(crypto_hash_sha256_state *s, int64_t n)
{
    unsigned char bytes[8];

    for (int i = 7; i >= 0; i--, n >>= 8)
        bytes[i] = (unsigned char)n;
    crypto_hash_sha256_update(s, bytes, sizeof(bytes));
}

void sum_end(struct backup_digest *d, struct str name, int64_t size, char hex[SHA_HEX])
{
    unsigned char sum[SHA_BYTES];

    crypto_hash_sha256_final(&d->one, sum);
    sodium_bin2hex(hex, SHA_HEX, sum, sizeof(sum));
    add_number(&d->all, (int64_t)name.len);
    crypto_hash_sha256_update(&d->all, (const unsigned char *)name.ptr, name.len);
    add_number(&d->all, size);
    crypto_hash_sha256_update(&d->all, sum, sizeof(sum));
    d->members++;
    d->bytes += size;
}

void sum_final(struct backup_digest *d, char hex[SHA_HEX])
{
    unsigned char sum[SHA_BYTES];

    crypto_hash_sha256_final(&d->all, sum);
    sodium_bin2hex(hex, SHA_HEX, sum, sizeof(sum));
}
