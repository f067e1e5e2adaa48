#include "engine/hunt/reader.h"

const struct hunt_reader *const hunt_readers[HUNT_FORMAT_COUNT] = {
    [HUNT_FORMAT_EVTX] = &hunt_reader_evtx,         [HUNT_FORMAT_JSON] = &hunt_reader_json,
    [HUNT_FORMAT_XML] = &hunt_reader_xml,           [HUNT_FORMAT_CSV] = &hunt_reader_csv,
    [HUNT_FORMAT_ZEEK] = &hunt_reader_zeek,         [HUNT_FORMAT_SYSLOG] = &hunt_reader_syslog,
    [HUNT_FORMAT_AUDITD] = &hunt_reader_auditd,     [HUNT_FORMAT_WEB] = &hunt_reader_web,
    [HUNT_FORMAT_CEF] = &hunt_reader_cef,           [HUNT_FORMAT_LEEF] = &hunt_reader_leef,
    [HUNT_FORMAT_KEYVALUE] = &hunt_reader_keyvalue, [HUNT_FORMAT_TEXT] = &hunt_reader_text,
};

const struct hunt_reader *hunt_reader_for(struct str head)
{
    const struct hunt_reader *best = NULL;
    int best_score = 0;
    for (size_t i = 0; i < HUNT_FORMAT_COUNT; i++) {
        int score = hunt_readers[i] != NULL ? hunt_readers[i]->sniff(head) : 0;
        if (score > best_score) {
            best_score = score;
            best = hunt_readers[i];
        }
    }
    return best;
}

void hunt_reading_init(struct hunt_reading *r, const struct hunt_schema *schema)
{
    memset(r, 0, sizeof(*r));
    r->schema = schema;
    hunt_batch_init(&r->batch, schema);
    evtx_init(&r->evtx, &r->batch);
    json_paths_init(&r->paths, schema);
}

void hunt_reading_release(struct hunt_reading *r)
{
    evtx_release(&r->evtx);
    json_paths_release(&r->paths);
    hunt_batch_release(&r->batch);
    arena_release(&r->scratch);
}

/* -------- lines -------- */

bool hunt_always_lines(const void *section)
{
    (void)section;
    return true;
}

size_t hunt_cut_lines(void *state, struct str data, bool eof, const void **section)
{
    (void)state;
    (void)section;
    if (eof)
        return data.len;
    const char *last = memrchr(data.ptr, '\n', data.len);
    return last == NULL ? 0 : (size_t)(last - data.ptr) + 1;
}

/* Byte counters overflow after 255 rounds: the compiler makes vectors of the inner loop. */
uint64_t hunt_count_lines(struct str s)
{
    uint64_t n = 0;
    size_t i = 0;
    while (s.len - i >= 64) {
        uint8_t count[64] = {0};
        size_t rounds = MIN((size_t)255, (s.len - i) / 64);
        for (size_t r = 0; r < rounds; r++, i += 64) {
            for (size_t k = 0; k < 64; k++)
                count[k] += s.ptr[i + k] == '\n';
        }
        for (size_t k = 0; k < 64; k++)
            n += count[k];
    }
    for (; i < s.len; i++)
        n += s.ptr[i] == '\n';
    return n;
}

void hunt_lines_init(struct hunt_lines *l, const struct hunt_block *b)
{
    *l = (struct hunt_lines){.rest = b->data, .number = b->line - 1, .next_offset = b->offset};
}

bool hunt_lines_next(struct hunt_lines *l)
{
    while (l->rest.len > 0) {
        const char *end = memchr(l->rest.ptr, '\n', l->rest.len);
        size_t len = end == NULL ? l->rest.len : (size_t)(end - l->rest.ptr);
        size_t step = end == NULL ? len : len + 1;
        l->line = str_sub(l->rest, 0, len);
        if (len > 0 && l->line.ptr[len - 1] == '\r')
            l->line.len--;
        l->rest = str_from(l->rest, step);
        l->offset = l->next_offset;
        l->next_offset += step;
        l->number++;
        if (l->line.len > 0)
            return true;
    }
    return false;
}

/* -------- EVTX -------- */

static int sniff_evtx(struct str head)
{
    return str_starts(head, str_make("ElfFile\0", 8)) || str_starts(head, STR("ElfChnk")) ? 100 : 0;
}

struct evtx_state {
    uint64_t at;
    uint32_t header; /* bytes in front of the first chunk: a carved file may have none */
};

static void *open_evtx(const struct hunt_schema *s, struct arena *a, struct str head)
{
    struct evtx_state *e = arena_new(a, struct evtx_state);
    e->header = str_starts(head, STR("ElfFile")) ? EVTX_HEADER : 0;
    return e;
}

static size_t cut_evtx(void *state, struct str data, bool eof, const void **section)
{
    struct evtx_state *e = state;
    size_t len = data.len;
    *section = &e->header;
    if (!eof) {
        uint64_t end = e->at + len;
        if (end < (uint64_t)e->header + EVTX_CHUNK)
            return 0;
        len -= (size_t)((end - e->header) % EVTX_CHUNK);
    }
    e->at += len;
    return len;
}

static void read_evtx(struct hunt_reading *r, const struct hunt_block *b)
{
    size_t skip = b->offset == 0 ? *(const uint32_t *)b->section : 0;
    r->evtx.problem = r->problem;
    r->evtx.problem_ctx = r->problem_ctx;
    if (b->data.len > skip)
        evtx_read(&r->evtx, b->data.ptr + skip, b->data.len - skip, b->offset + skip);
}

const struct hunt_reader hunt_reader_evtx = {.format = HUNT_FORMAT_EVTX,
                                             .sniff = sniff_evtx,
                                             .open = open_evtx,
                                             .cut = cut_evtx,
                                             .read = read_evtx};

/* -------- plain text -------- */

/* Anything that looks like text: no NUL, hardly any control characters. */
static int sniff_text(struct str head)
{
    size_t odd = 0;
    if (head.len == 0 || memchr(head.ptr, '\0', head.len) != NULL)
        return 0;
    for (size_t i = 0; i < head.len; i++) {
        unsigned char c = (unsigned char)head.ptr[i];
        odd += (c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != 0x1b) || c == 0x7f;
    }
    return odd * 100 > head.len ? 0 : 1;
}

static void read_text(struct hunt_reading *r, const struct hunt_block *b)
{
    uint32_t id = hunt_names_find(&r->schema->fields, STR("message"));
    struct hunt_lines l;
    hunt_lines_init(&l, b);
    while (hunt_lines_next(&l)) {
        struct hunt_event *e = hunt_batch_begin(&r->batch, l.offset);
        e->record_id = l.number;
        e->raw = l.line;
        hunt_batch_add(&r->batch, id, STR("message"), HUNT_STRING, l.line);
        hunt_batch_end(&r->batch);
    }
    hunt_batch_flush(&r->batch);
}

const struct hunt_reader hunt_reader_text = {.format = HUNT_FORMAT_TEXT,
                                             .sniff = sniff_text,
                                             .cut = hunt_cut_lines,
                                             .lines = hunt_always_lines,
                                             .read = read_text};
