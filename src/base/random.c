#include "base/random.h"

#include <errno.h>
#include <sys/random.h>

void random_bytes(void *out, size_t n)
{
    char *p = out;

    while (n > 0) {
        ssize_t got = getrandom(p, n, 0);

        if (got < 0) {
            if (errno == EINTR)
                continue;
            die("getrandom: %s", strerror(errno));
        }
        p += got;
        n -= (size_t)got;
    }
}

struct str random_uuid7(struct arena *a, int64_t now_ms)
{
    unsigned char b[16];
    struct str hex;

    random_bytes(b, sizeof(b));
    for (int i = 0; i < 6; i++)
        b[i] = (unsigned char)((uint64_t)now_ms >> (40 - 8 * i));
    b[6] = (unsigned char)(0x70 | (b[6] & 0x0f));
    b[8] = (unsigned char)(0x80 | (b[8] & 0x3f));
    hex = str_hex(a, b, sizeof(b));
    return str_printf(a, "%.8s-%.4s-%.4s-%.4s-%.12s", hex.ptr, hex.ptr + 8, hex.ptr + 12,
                      hex.ptr + 16, hex.ptr + 20);
}

struct str random_code(struct arena *a, size_t n)
{
    static const char digits[] = "0123456789abcdefghjkmnpqrstvwxyz";
    char *p = arena_alloc_align(a, n + 1, 1);

    random_bytes(p, n);
    for (size_t i = 0; i < n; i++)
        p[i] = digits[(unsigned char)p[i] & 31];
    p[n] = '\0';
    return str_make(p, n);
}

uint64_t prng_next(struct prng *p)
{
    uint64_t z = p->state += 0x9e3779b97f4a7c15u;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

uint64_t prng_below(struct prng *p, uint64_t n)
{
    return prng_next(p) % n;
}
