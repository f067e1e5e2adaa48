#include "sys/db/postgres.h"

/* The numbers of pg_type.dat, which PostgreSQL promises not to change. */
enum {
    OID_BOOL = 16,
    OID_BYTEA = 17,
    OID_NAME = 19,
    OID_INT8 = 20,
    OID_INT2 = 21,
    OID_INT4 = 23,
    OID_TEXT = 25,
    OID_FLOAT4 = 700,
    OID_FLOAT8 = 701,
    OID_VARCHAR = 1043,
    OID_NUMERIC = 1700,
};

#define BIT(t) (1u << (t))

static const struct {
    Oid oid;
    unsigned types;
} fits[] = {
    {OID_BOOL, BIT(DB_BOOL) | BIT(DB_INT)},
    {OID_INT2, BIT(DB_INT) | BIT(DB_BOOL) | BIT(DB_REAL)},
    {OID_INT4, BIT(DB_INT) | BIT(DB_BOOL) | BIT(DB_REAL)},
    {OID_INT8, BIT(DB_INT) | BIT(DB_BOOL) | BIT(DB_REAL)},
    {OID_NUMERIC, BIT(DB_INT) | BIT(DB_REAL)}, /* what SUM and AVG of an int8 give */
    {OID_FLOAT4, BIT(DB_REAL)},
    {OID_FLOAT8, BIT(DB_REAL)},
    {OID_TEXT, BIT(DB_TEXT)},
    {OID_VARCHAR, BIT(DB_TEXT)},
    {OID_NAME, BIT(DB_TEXT)},
    {OID_BYTEA, BIT(DB_BLOB)},
};

Oid postgres_type(enum db_type type)
{
    static const Oid oids[] = {[DB_INT] = OID_INT8,
                               [DB_REAL] = OID_FLOAT8,
                               [DB_TEXT] = OID_TEXT,
                               [DB_BLOB] = OID_BYTEA,
                               [DB_BOOL] = OID_INT8};

    return oids[type];
}

bool postgres_type_fits(Oid oid, enum db_type type)
{
    for (size_t i = 0; i < ARRAY_LEN(fits); i++) {
        if (fits[i].oid == oid)
            return (fits[i].types & BIT(type)) != 0;
    }
    return false;
}

static uint64_t big_endian(const char *ptr, size_t len)
{
    uint64_t n = 0;

    for (size_t i = 0; i < len; i++)
        n = n << 8 | (unsigned char)ptr[i];
    return n;
}

/* numeric_send: digits to the base 10,000; the value is the sum of digit[i] * 10000^(weight - i).
 */
struct numeric {
    int digits, weight;
    bool negative;
    const char *digit;
};

static bool numeric_read(const char *ptr, size_t len, struct numeric *out)
{
    unsigned sign;

    if (len < 8)
        return false;
    out->digits = (int)big_endian(ptr, 2);
    out->weight = (int16_t)big_endian(ptr + 2, 2);
    sign = (unsigned)big_endian(ptr + 4, 2);
    out->negative = sign == 0x4000;
    out->digit = ptr + 8;
    /* The other signs are NaN and the infinities. */
    return (sign == 0 || sign == 0x4000) && len == 8 + 2 * (size_t)out->digits;
}

static int digit_at(const struct numeric *n, int i)
{
    return i < n->digits ? (int)big_endian(n->digit + 2 * (size_t)i, 2) : 0;
}

static bool numeric_int(const struct numeric *n, int64_t *out)
{
    int64_t v = 0;

    for (int i = MAX(n->weight + 1, 0); i < n->digits; i++) {
        if (digit_at(n, i) != 0)
            return false;
    }
    /* Built on the negative side, which reaches one further. */
    for (int i = 0; i <= n->weight; i++) {
        if (__builtin_mul_overflow(v, 10000, &v) || __builtin_sub_overflow(v, digit_at(n, i), &v))
            return false;
    }
    if (!n->negative && __builtin_sub_overflow(0, v, &v))
        return false;
    *out = v;
    return true;
}

static bool numeric_real(const struct numeric *n, double *out)
{
    enum { DIGITS = 8 }; /* 29 decimal digits and more: a double holds 17 */
    char text[DIGITS * 4 + 32];
    size_t at = 0;
    int used = MIN(n->digits, (int)DIGITS);

    at += (size_t)snprintf(text, sizeof(text), "%s0", n->negative ? "-" : "");
    for (int i = 0; i < used; i++)
        at += (size_t)snprintf(text + at, sizeof(text) - at, "%04d", digit_at(n, i));
    snprintf(text + at, sizeof(text) - at, "e%d", 4 * (n->weight - used + 1));
    return str_to_double(str_c(text), out);
}

static bool decode_int(Oid oid, const char *ptr, size_t len, int64_t *out)
{
    struct numeric n;

    switch (oid) {
    case OID_BOOL:
        *out = ptr[0] != 0;
        return len == 1;
    case OID_INT2:
        *out = (int16_t)big_endian(ptr, len);
        return len == 2;
    case OID_INT4:
        *out = (int32_t)big_endian(ptr, len);
        return len == 4;
    case OID_INT8:
        *out = (int64_t)big_endian(ptr, len);
        return len == 8;
    default:
        return numeric_read(ptr, len, &n) && numeric_int(&n, out);
    }
}

static bool decode_real(Oid oid, const char *ptr, size_t len, double *out)
{
    struct numeric n;
    uint64_t bits = big_endian(ptr, len);
    uint32_t half = (uint32_t)bits;
    float f;
    int64_t i;

    switch (oid) {
    case OID_FLOAT8:
        memcpy(out, &bits, sizeof(*out));
        return len == 8;
    case OID_FLOAT4:
        memcpy(&f, &half, sizeof(f));
        *out = (double)f;
        return len == 4;
    case OID_NUMERIC:
        return numeric_read(ptr, len, &n) && numeric_real(&n, out);
    default:
        if (!decode_int(oid, ptr, len, &i))
            return false;
        *out = (double)i;
        return true;
    }
}

bool postgres_decode(Oid oid, const char *ptr, size_t len, struct db_value *out)
{
    if (!postgres_type_fits(oid, out->type))
        return false;
    if (out->type == DB_INT || out->type == DB_BOOL)
        return decode_int(oid, ptr, len, &out->i);
    if (out->type == DB_REAL)
        return decode_real(oid, ptr, len, &out->r);
    out->s = str_make(ptr, len);
    return true;
}
