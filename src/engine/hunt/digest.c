#include "engine/hunt/digest.h"

#include <sodium.h>

static uint32_t left(uint32_t x, int n)
{
    return x << n | x >> (32 - n);
}

/* Both digests work on blocks of 64 bytes; the last one or two hold the rest, a 1 bit, zeros, and
 * the length in bits. */
static void blocks(struct str data, bool big, uint32_t *state,
                   void (*block)(uint32_t *state, const uint8_t *p))
{
    const uint8_t *p = (const uint8_t *)data.ptr;
    size_t n = data.len;
    uint8_t tail[128] = {0};
    for (; n >= 64; n -= 64, p += 64)
        block(state, p);
    if (n > 0)
        memcpy(tail, p, n);
    tail[n] = 0x80;
    size_t len = n < 56 ? 64 : 128;
    uint64_t bits = (uint64_t)data.len * 8;
    for (int i = 0; i < 8; i++)
        tail[len - 8 + (size_t)i] = (uint8_t)(bits >> (big ? 56 - 8 * i : 8 * i));
    block(state, tail);
    if (len == 128)
        block(state, tail + 64);
}

static const uint32_t md5_sines[64] = {
    0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501,
    0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821,
    0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
    0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a,
    0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
    0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
    0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
    0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391,
};

/* One of the four rounds: `mix` of b, c, d; the word at `place`; shifts s1 .. s4 in turn. */
#define MD5_ROUND(round, mix, place, s1, s2, s3, s4)                                               \
    for (int i = 16 * (round); i < 16 * (round) + 16; i++) {                                       \
        static const uint8_t shifts[] = {s1, s2, s3, s4};                                          \
        uint32_t f = a + (mix) + md5_sines[i] + w[(place) % 16];                                   \
        a = d;                                                                                     \
        d = c;                                                                                     \
        c = b;                                                                                     \
        b += left(f, shifts[i % 4]);                                                               \
    }

static void md5_block(uint32_t *s, const uint8_t *p)
{
    uint32_t w[16];
    uint32_t a = s[0], b = s[1], c = s[2], d = s[3];
    for (int i = 0; i < 16; i++)
        w[i] = (uint32_t)p[4 * i] | (uint32_t)p[4 * i + 1] << 8 | (uint32_t)p[4 * i + 2] << 16 |
               (uint32_t)p[4 * i + 3] << 24;
    MD5_ROUND(0, (b & c) | (~b & d), i, 7, 12, 17, 22)
    MD5_ROUND(1, (d & b) | (~d & c), 5 * i + 1, 5, 9, 14, 20)
    MD5_ROUND(2, b ^ c ^ d, 3 * i + 5, 4, 11, 16, 23)
    MD5_ROUND(3, c ^ (b | ~d), 7 * i, 6, 10, 15, 21)
    s[0] += a;
    s[1] += b;
    s[2] += c;
    s[3] += d;
}

void digest_md5(struct str data, uint8_t out[16])
{
    uint32_t s[4] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
    blocks(data, false, s, md5_block);
    for (int i = 0; i < 16; i++)
        out[i] = (uint8_t)(s[i / 4] >> (8 * (i % 4)));
}

static void sha1_block(uint32_t *s, const uint8_t *p)
{
    static const uint32_t constants[] = {0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6};
    uint32_t w[80];
    uint32_t a = s[0], b = s[1], c = s[2], d = s[3], e = s[4];
    for (int i = 0; i < 16; i++)
        w[i] = (uint32_t)p[4 * i] << 24 | (uint32_t)p[4 * i + 1] << 16 |
               (uint32_t)p[4 * i + 2] << 8 | (uint32_t)p[4 * i + 3];
    for (int i = 16; i < 80; i++)
        w[i] = left(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
    for (int i = 0; i < 80; i++) {
        uint32_t f = i < 20              ? (b & c) | (~b & d)
                     : i < 40 || i >= 60 ? b ^ c ^ d
                                         : (b & c) | (b & d) | (c & d);
        uint32_t t = left(a, 5) + f + e + constants[i / 20] + w[i];
        e = d;
        d = c;
        c = left(b, 30);
        b = a;
        a = t;
    }
    s[0] += a;
    s[1] += b;
    s[2] += c;
    s[3] += d;
    s[4] += e;
}

void digest_sha1(struct str data, uint8_t out[20])
{
    uint32_t s[5] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
    blocks(data, true, s, sha1_block);
    for (int i = 0; i < 20; i++)
        out[i] = (uint8_t)(s[i / 4] >> (24 - 8 * (i % 4)));
}

void digest_sha256(struct str data, uint8_t out[32])
{
    crypto_hash_sha256(out, (const unsigned char *)data.ptr, data.len);
}
