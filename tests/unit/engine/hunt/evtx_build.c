#include "evtx_build.h"

enum { FILE_MAX = 4096 + 16 * 65536, HEADER = 4096, CHUNK = 65536, CHUNK_HEADER = 512 };

static void put(struct evtx_builder *b, const void *p, size_t n)
{
    if (b->at + n > CHUNK)
        die("the chunk is full");
    memcpy(b->file + b->chunk + b->at, p, n);
    b->at += (uint32_t)n;
}

static void put_n(struct evtx_builder *b, uint64_t v, size_t n)
{
    put(b, &v, n);
}

static void set_n(struct evtx_builder *b, uint32_t at, uint64_t v, size_t n)
{
    memcpy(b->file + b->chunk + at, &v, n);
}

static void begin_chunk(struct evtx_builder *b)
{
    b->at = CHUNK_HEADER;
    b->first_id = 0;
    b->names_len = b->templates_len = 0;
    memcpy(b->file + b->chunk, "ElfChnk", 8);
}

struct evtx_builder evtx_build(struct arena *a)
{
    struct evtx_builder b = {.arena = a, .chunk = HEADER};
    b.file = arena_array(a, unsigned char, FILE_MAX);
    memcpy(b.file, "ElfFile", 8);
    begin_chunk(&b);
    return b;
}

static void end_chunk(struct evtx_builder *b)
{
    uint64_t n = b->last_id - b->first_id + (b->first_id != 0);
    set_n(b, 8, 1, 8);
    set_n(b, 16, n, 8);
    set_n(b, 24, b->first_id, 8);
    set_n(b, 32, b->last_id, 8);
    set_n(b, 40, 128, 4);
    set_n(b, 44, b->last_record, 4);
    set_n(b, 48, b->at, 4);
}

void evtx_build_chunk(struct evtx_builder *b)
{
    end_chunk(b);
    b->chunk += CHUNK;
    begin_chunk(b);
}

struct str evtx_build_end(struct evtx_builder *b)
{
    end_chunk(b);
    return str_make((const char *)b->file, b->chunk + CHUNK);
}

/* -------- the shorthand -------- */

static void put_utf16(struct evtx_builder *b, const char *s, size_t len)
{
    for (size_t i = 0; i < len; i++)
        put_n(b, (unsigned char)s[i], 2);
}

static void put_name(struct evtx_builder *b, const char *s, size_t len)
{
    for (size_t i = 0; i < b->names_len; i++) {
        if (strlen(b->names[i].text) == len && memcmp(b->names[i].text, s, len) == 0) {
            put_n(b, b->names[i].offset, 4);
            return;
        }
    }
    b->names[b->names_len].text = str_cdup(b->arena, str_make(s, len));
    b->names[b->names_len++].offset = b->at + 4;
    put_n(b, b->at + 4, 4);
    put_n(b, 0, 4);
    put_n(b, 0, 2);
    put_n(b, len, 2);
    put_utf16(b, s, len);
    put_n(b, 0, 2);
}

static size_t name_length(const char *p)
{
    return strcspn(p, " />='");
}

/* Text and substitutions up to one of the bytes in `end`. */
static const char *put_parts(struct evtx_builder *b, const char *p, const char *end)
{
    while (strchr(end, *p) == NULL) {
        if (*p == '%' || *p == '?') {
            put_n(b, *p == '%' ? 0x0d : 0x0e, 1);
            put_n(b, strtoul(p + 1, (char **)&p, 10), 2);
            put_n(b, 0x01, 1);
        } else if (*p == '&') {
            size_t len = strcspn(p, ";");
            put_n(b, 0x09, 1);
            put_name(b, p + 1, len - 1);
            p += len + 1;
        } else {
            size_t len = strcspn(p, "%?<'&");
            put_n(b, 0x05, 1);
            put_n(b, 0x01, 1);
            put_n(b, len, 2);
            put_utf16(b, p, len);
            p += len;
        }
    }
    return p;
}

static const char *put_element(struct evtx_builder *b, const char *p, bool dependency)
{
    size_t len = name_length(++p);
    bool attributes = p[len] == ' ';
    put_n(b, attributes ? 0x41 : 0x01, 1);
    if (dependency)
        put_n(b, 0xffff, 2);
    uint32_t size_at = b->at;
    put_n(b, 0, 4);
    put_name(b, p, len);
    p += len;
    if (attributes) {
        uint32_t list_at = b->at;
        put_n(b, 0, 4);
        while (*p == ' ') {
            len = name_length(++p);
            put_n(b, 0x06, 1);
            put_name(b, p, len);
            p = put_parts(b, p + len + 2, "'") + 1;
        }
        set_n(b, list_at, b->at - list_at - 4, 4);
    }
    if (*p == '/') {
        put_n(b, 0x03, 1);
        p += 2;
    } else {
        put_n(b, 0x02, 1);
        p++;
        while (p[0] != '<' || p[1] != '/')
            p = *p == '<' ? put_element(b, p, dependency) : put_parts(b, p, "<");
        put_n(b, 0x04, 1);
        p = strchr(p, '>') + 1;
    }
    set_n(b, size_at, b->at - size_at - 4, 4);
    return p;
}

static void put_fragment(struct evtx_builder *b, const char *xml, const struct evtx_value *values,
                         size_t len);

static void put_definition(struct evtx_builder *b, const char *xml)
{
    put_n(b, 0, 4);
    put(b, "0123456789abcdef", 16);
    uint32_t size_at = b->at;
    put_n(b, 0, 4);
    put(b, "\x0f\x01\x01\x00", 4);
    put_element(b, xml, true);
    put_n(b, 0x00, 1);
    set_n(b, size_at, b->at - size_at - 4, 4);
}

static uint32_t template_of(struct evtx_builder *b, const char *xml)
{
    for (size_t i = 0; i < b->templates_len; i++) {
        if (strcmp(b->templates[i].text, xml) == 0)
            return b->templates[i].offset;
    }
    b->templates[b->templates_len].text = xml;
    return b->templates[b->templates_len++].offset = b->at + 4;
}

static void put_values(struct evtx_builder *b, const struct evtx_value *values, size_t len)
{
    uint32_t table = b->at + 4;
    put_n(b, len, 4);
    for (size_t i = 0; i < len; i++) {
        put_n(b, values[i].len, 2);
        put_n(b, values[i].type, 2);
    }
    for (size_t i = 0; i < len; i++) {
        const struct evtx_value *v = &values[i];
        uint32_t from = b->at;
        if (v->xml != NULL)
            put_fragment(b, v->xml, v->values, v->values_len);
        else
            put(b, v->data != NULL ? v->data : &v->number, v->len);
        set_n(b, table + 4 * (uint32_t)i, b->at - from, 2);
    }
}

static void put_fragment(struct evtx_builder *b, const char *xml, const struct evtx_value *values,
                         size_t len)
{
    put(b, "\x0f\x01\x01\x00\x0c\x01", 6);
    put_n(b, 0x1234, 4);
    uint32_t offset = template_of(b, xml);
    put_n(b, offset, 4);
    if (offset == b->at)
        put_definition(b, xml);
    put_values(b, values, len);
    put_n(b, 0x00, 1);
}

size_t evtx_build_record(struct evtx_builder *b, uint64_t id, const char *xml,
                         const struct evtx_value *values, size_t len)
{
    uint32_t from = b->at;
    b->last_record = from;
    b->first_id = b->first_id == 0 ? id : b->first_id;
    b->last_id = id;
    put(b, "\x2a\x2a\x00\x00", 4);
    put_n(b, 0, 4);
    put_n(b, id, 8);
    put_n(b, 133000000000000000u, 8); /* 2022-06-18T04:26:40Z */
    put_fragment(b, xml, values, len);
    while (b->at % 8 != 4)
        put_n(b, 0, 1);
    put_n(b, b->at + 4 - from, 4);
    set_n(b, from + 4, b->at - from, 4);
    return b->chunk + from;
}

/* -------- values -------- */

struct evtx_value evtx_text(struct arena *a, const char *utf8)
{
    size_t len = strlen(utf8), n = 0;
    unsigned char *out = arena_array(a, unsigned char, 2 * len + 2);
    for (size_t i = 0; i < len; i++, n++) {
        unsigned c = (unsigned char)utf8[i];
        if (c >= 0xc0 && i + 1 < len)
            c = (c & 0x1f) << 6 | ((unsigned char)utf8[++i] & 0x3f);
        out[2 * n] = (unsigned char)c;
        out[2 * n + 1] = (unsigned char)(c >> 8);
    }
    return evtx_bytes(0x01, out, 2 * n);
}

struct evtx_value evtx_bytes(uint8_t type, const void *data, size_t len)
{
    return (struct evtx_value){.type = type, .data = data, .len = (uint16_t)len};
}

struct evtx_value evtx_number(uint8_t type, uint64_t n, size_t size)
{
    return (struct evtx_value){.type = type, .number = n, .len = (uint16_t)size};
}

struct evtx_value evtx_nothing(void)
{
    return (struct evtx_value){0};
}

struct evtx_value evtx_nested(const char *xml, const struct evtx_value *values, size_t len)
{
    return (struct evtx_value){.type = 0x21, .xml = xml, .values = values, .values_len = len};
}
