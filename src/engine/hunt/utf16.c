#include "engine/hunt/utf16.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

static inline uint32_t unit_at(const unsigned char *in, size_t i)
{
    return (uint32_t)in[2 * i] | (uint32_t)in[2 * i + 1] << 8;
}

static char *put_code_point(char *o, uint32_t c)
{
    if (c < 0x80) {
        *o++ = (char)c;
        return o;
    }
    if (c < 0x800) {
        *o++ = (char)(0xc0 | c >> 6);
        *o++ = (char)(0x80 | (c & 0x3f));
        return o;
    }
    if (c >= 0x10000) {
        *o++ = (char)(0xf0 | c >> 18);
        *o++ = (char)(0x80 | (c >> 12 & 0x3f));
    } else {
        *o++ = (char)(0xe0 | c >> 12);
    }
    *o++ = (char)(0x80 | (c >> 6 & 0x3f));
    *o++ = (char)(0x80 | (c & 0x3f));
    return o;
}

size_t utf16_to_utf8(const unsigned char *in, size_t units, char *out)
{
    char *o = out;
    size_t i = 0;
    while (i < units) {
#ifdef __SSE2__
        const __m128i not_ascii = _mm_set1_epi16((short)0xff80);
        while (units - i >= 8) {
            __m128i v = _mm_loadu_si128((const __m128i *)(const void *)(in + 2 * i));
            __m128i high = _mm_and_si128(v, not_ascii);
            if (_mm_movemask_epi8(_mm_cmpeq_epi8(high, _mm_setzero_si128())) != 0xffff)
                break;
            _mm_storel_epi64((__m128i *)(void *)o, _mm_packus_epi16(v, v));
            o += 8;
            i += 8;
        }
        if (i == units)
            break;
#endif
        uint32_t c = unit_at(in, i++);
        if (c >= 0xd800 && c < 0xe000) {
            uint32_t low = i < units ? unit_at(in, i) : 0;
            if (c < 0xdc00 && low >= 0xdc00 && low < 0xe000) {
                c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
                i++;
            } else {
                c = 0xfffd;
            }
        }
        o = put_code_point(o, c);
    }
    return (size_t)(o - out);
}

struct str utf16_text(struct arena *a, const unsigned char *in, size_t units)
{
    char *out = arena_alloc_align(a, units * 3 + 16, 1);
    size_t len = utf16_to_utf8(in, units, out);
    a->at = out + len;
    return str_make(out, len);
}
