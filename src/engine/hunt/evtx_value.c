#include "engine/hunt/evtx_value.h"

#include "base/clock.h"
#include "engine/hunt/utf16.h"

int64_t evtx_filetime_ms(uint64_t filetime)
{
    return (int64_t)(filetime / 10000) - INT64_C(11644473600000);
}

static const uint8_t sizes[] = {
    [EVTX_INT8] = 1,     [EVTX_UINT8] = 1,  [EVTX_INT16] = 2, [EVTX_UINT16] = 2,
    [EVTX_INT32] = 4,    [EVTX_UINT32] = 4, [EVTX_INT64] = 8, [EVTX_UINT64] = 8,
    [EVTX_FLOAT] = 4,    [EVTX_DOUBLE] = 8, [EVTX_BOOL] = 4,  [EVTX_GUID] = 16,
    [EVTX_FILETIME] = 8, [EVTX_HEX32] = 4,  [EVTX_HEX64] = 8, [EVTX_SYSTEMTIME] = 16,
};

size_t evtx_value_size(uint8_t type)
{
    return type < ARRAY_LEN(sizes) ? sizes[type] : 0;
}

bool evtx_value_is_number(uint8_t type)
{
    return type >= EVTX_INT8 && type <= EVTX_DOUBLE;
}

/* Decimal digits that end at `end`; where they begin. */
static char *digits_before(char *end, uint64_t v)
{
    do {
        *--end = (char)('0' + v % 10);
        v /= 10;
    } while (v > 0);
    return end;
}

static struct str put_uint(struct arena *a, uint64_t v, bool minus)
{
    char tmp[24];
    size_t at = (size_t)(digits_before(tmp + sizeof(tmp), v) - tmp);
    if (minus)
        tmp[--at] = '-';
    char *out = arena_alloc_align(a, sizeof(tmp) - at, 1);
    memcpy(out, tmp + at, sizeof(tmp) - at);
    return str_make(out, sizeof(tmp) - at);
}

static struct str put_int(struct arena *a, int64_t v)
{
    return put_uint(a, v < 0 ? 0 - (uint64_t)v : (uint64_t)v, v < 0);
}

static struct str put_hex(struct arena *a, uint64_t v)
{
    char tmp[18];
    size_t at = sizeof(tmp);
    do {
        tmp[--at] = "0123456789abcdef"[v & 15];
        v >>= 4;
    } while (v > 0);
    tmp[--at] = 'x';
    tmp[--at] = '0';
    char *out = arena_alloc_align(a, sizeof(tmp) - at, 1);
    memcpy(out, tmp + at, sizeof(tmp) - at);
    return str_make(out, sizeof(tmp) - at);
}

static struct str put_bytes(struct arena *a, struct str raw)
{
    char *out = arena_alloc_align(a, raw.len * 2 + 1, 1);
    for (size_t i = 0; i < raw.len; i++) {
        out[2 * i] = "0123456789ABCDEF"[(unsigned char)raw.ptr[i] >> 4];
        out[2 * i + 1] = "0123456789ABCDEF"[raw.ptr[i] & 15];
    }
    return str_make(out, raw.len * 2);
}

/* Strings end at their first NUL: what follows is what was in the memory before. */
static struct str put_string(struct arena *a, struct str raw)
{
    const unsigned char *p = (const unsigned char *)raw.ptr;
    size_t units = raw.len / 2;
    while (units > 0 && p[2 * units - 2] == 0 && p[2 * units - 1] == 0)
        units--;
    return utf16_text(a, p, units);
}

/* Windows-1252 as Latin-1: what matters of it, letters, is the same. */
static struct str put_ansi(struct arena *a, struct str raw)
{
    while (raw.len > 0 && raw.ptr[raw.len - 1] == '\0')
        raw.len--;
    char *out = arena_alloc_align(a, raw.len * 2 + 1, 1);
    size_t len = 0;
    for (size_t i = 0; i < raw.len; i++) {
        unsigned char c = (unsigned char)raw.ptr[i];
        if (c >= 0x80) {
            out[len++] = (char)(0xc0 | c >> 6);
            c = 0x80 | (c & 0x3f);
        }
        out[len++] = (char)c;
    }
    return str_make(out, len);
}

static void put_digits(char *out, unsigned v, int n)
{
    for (; n > 0; n--, v /= 10)
        out[n - 1] = (char)('0' + v % 10);
}

static struct str put_time(struct arena *a, const struct civil *c, unsigned ticks, int digits)
{
    char *out = arena_alloc_align(a, 32, 1);
    memcpy(out, "0000-00-00T00:00:00.", 20);
    put_digits(out, (unsigned)c->year, 4);
    put_digits(out + 5, (unsigned)c->month, 2);
    put_digits(out + 8, (unsigned)c->day, 2);
    put_digits(out + 11, (unsigned)c->hour, 2);
    put_digits(out + 14, (unsigned)c->minute, 2);
    put_digits(out + 17, (unsigned)c->second, 2);
    put_digits(out + 20, ticks, digits);
    out[20 + digits] = 'Z';
    return str_make(out, 21 + (size_t)digits);
}

static struct str put_filetime(struct arena *a, uint64_t v)
{
    struct civil c = civil_from_ms(evtx_filetime_ms(v), 0);
    return put_time(a, &c, (unsigned)(v % 10000000), 7);
}

static struct str put_systemtime(struct arena *a, const unsigned char *p)
{
    struct civil c = {.year = (int)evtx_uint(p, 2),
                      .month = (int)evtx_uint(p + 2, 2),
                      .day = (int)evtx_uint(p + 6, 2),
                      .hour = (int)evtx_uint(p + 8, 2),
                      .minute = (int)evtx_uint(p + 10, 2),
                      .second = (int)evtx_uint(p + 12, 2)};
    return put_time(a, &c, (unsigned)evtx_uint(p + 14, 2), 3);
}

static struct str put_guid(struct arena *a, const unsigned char *p)
{
    static const uint8_t order[16] = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};
    char *out = arena_alloc_align(a, 38, 1);
    char *o = out;
    *o++ = '{';
    for (size_t i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            *o++ = '-';
        *o++ = "0123456789ABCDEF"[p[order[i]] >> 4];
        *o++ = "0123456789ABCDEF"[p[order[i]] & 15];
    }
    *o = '}';
    return str_make(out, 38);
}

static struct str put_sid(struct arena *a, struct str raw)
{
    const unsigned char *p = (const unsigned char *)raw.ptr;
    if (raw.len < 8 || p[1] > 15 || raw.len < 8 + 4 * (size_t)p[1])
        return put_bytes(a, raw);
    uint64_t authority = 0;
    for (size_t i = 2; i < 8; i++)
        authority = authority << 8 | p[i];
    /* Written from its end: 15 numbers of 10 digits at most, the authority, "S-255". */
    char tmp[15 * 11 + 24 + 8];
    char *at = tmp + sizeof(tmp);
    for (size_t i = p[1]; i > 0; i--) {
        at = digits_before(at, evtx_uint(p + 4 + 4 * i, 4));
        *--at = '-';
    }
    at = digits_before(at, authority);
    *--at = '-';
    at = digits_before(at, p[0]);
    *--at = '-';
    *--at = 'S';
    size_t len = (size_t)(tmp + sizeof(tmp) - at);
    char *out = arena_alloc_align(a, len, 1);
    memcpy(out, at, len);
    return str_make(out, len);
}

static struct str put_real(struct arena *a, struct str raw)
{
    double d;
    float f;
    if (raw.len == 4) {
        memcpy(&f, raw.ptr, 4);
        return str_printf(a, "%.9g", (double)f);
    }
    memcpy(&d, raw.ptr, 8);
    return str_printf(a, "%.17g", d);
}

static int64_t sign_extend(uint64_t v, size_t size)
{
    unsigned shift = 64 - 8 * (unsigned)size;
    return (int64_t)(v << shift) >> shift;
}

struct str evtx_value_text(struct arena *a, uint8_t type, struct str raw)
{
    const unsigned char *p = (const unsigned char *)raw.ptr;
    size_t size = evtx_value_size(type);
    if (type != EVTX_STRING && size > 0 && raw.len != size) {
        if (type != EVTX_BOOL || raw.len == 0 || raw.len > 8)
            return put_bytes(a, raw);
    }
    switch (type) {
    case EVTX_NULL:
        return STR_EMPTY;
    case EVTX_STRING:
        return put_string(a, raw);
    case EVTX_ANSI:
        return put_ansi(a, raw);
    case EVTX_INT8:
    case EVTX_INT16:
    case EVTX_INT32:
    case EVTX_INT64:
        return put_int(a, sign_extend(evtx_uint(p, size), size));
    case EVTX_UINT8:
    case EVTX_UINT16:
    case EVTX_UINT32:
    case EVTX_UINT64:
        return put_uint(a, evtx_uint(p, size), false);
    case EVTX_FLOAT:
    case EVTX_DOUBLE:
        return put_real(a, raw);
    case EVTX_BOOL:
        return evtx_uint(p, raw.len) != 0 ? STR("true") : STR("false");
    case EVTX_GUID:
        return put_guid(a, p);
    case EVTX_SIZE:
    case EVTX_HANDLE:
    case EVTX_HANDLE2:
        return raw.len == 4 || raw.len == 8 ? put_hex(a, evtx_uint(p, raw.len)) : put_bytes(a, raw);
    case EVTX_HEX32:
    case EVTX_HEX64:
        return put_hex(a, evtx_uint(p, size));
    case EVTX_FILETIME:
        return put_filetime(a, evtx_uint(p, 8));
    case EVTX_SYSTEMTIME:
        return put_systemtime(a, p);
    case EVTX_SID:
        return put_sid(a, raw);
    default:
        return put_bytes(a, raw);
    }
}

bool evtx_value_is_figure(uint8_t type, struct str raw)
{
    size_t size = evtx_value_size(type);
    return size > 0 && raw.len == size && type != EVTX_BINARY;
}
