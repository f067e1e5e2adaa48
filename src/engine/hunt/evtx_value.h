#ifndef ENGINE_HUNT_EVTX_VALUE_H
#define ENGINE_HUNT_EVTX_VALUE_H

#include "base/base.h"

/* Types of values in binary XML (MS-EVEN6 section 2.2.12, BinXml value types). */
enum evtx_type {
    EVTX_NULL = 0x00,
    EVTX_STRING = 0x01,
    EVTX_ANSI = 0x02,
    EVTX_INT8 = 0x03,
    EVTX_UINT8 = 0x04,
    EVTX_INT16 = 0x05,
    EVTX_UINT16 = 0x06,
    EVTX_INT32 = 0x07,
    EVTX_UINT32 = 0x08,
    EVTX_INT64 = 0x09,
    EVTX_UINT64 = 0x0a,
    EVTX_FLOAT = 0x0b,
    EVTX_DOUBLE = 0x0c,
    EVTX_BOOL = 0x0d,
    EVTX_BINARY = 0x0e,
    EVTX_GUID = 0x0f,
    EVTX_SIZE = 0x10,
    EVTX_FILETIME = 0x11,
    EVTX_SYSTEMTIME = 0x12,
    EVTX_SID = 0x13,
    EVTX_HEX32 = 0x14,
    EVTX_HEX64 = 0x15,
    EVTX_HANDLE = 0x20,
    EVTX_BINXML = 0x21,
    EVTX_HANDLE2 = 0x23,
    EVTX_ARRAY = 0x80, /* added to the type of the elements */
};

/* The value as Windows writes it in XML. Damaged values (a size that does not suit the type) are
 * given as hexadecimal. */
struct str evtx_value_text(struct arena *a, uint8_t type, struct str raw);

/* Bytes of one element of an array, 0 when its elements have no fixed size. */
size_t evtx_value_size(uint8_t type);

bool evtx_value_is_number(uint8_t type);

/* Whether the text of the value is that of a number, a truth value, a point in time or a GUID. */
bool evtx_value_is_figure(uint8_t type, struct str raw);

/* An unsigned whole number of 1 to 8 bytes, little end first. */
static inline uint64_t evtx_uint(const void *p, size_t n)
{
    uint64_t v = 0;
    memcpy(&v, p, n);
    return v;
}

int64_t evtx_filetime_ms(uint64_t filetime);

#endif
