#include "fuzz.h"

#include "engine/hunt/ioc.h"
#include "engine/hunt/skim.h"

/*
 * Looking through the text of a log before its values are known loses nothing. The first byte names
 * the reader; a list of indicators follows, then an empty line, then the log. What the values hold
 * is compared with what is found when only the wanted lines are read.
 */
struct side {
    const struct ioc *set;
    const struct hunt_detector *detector;
    void *state; /* of the detector; NULL: the side that reads everything */
    enum hunt_format format;
    uint64_t hits, sum, offset;
    bool hit;
};

static void on_hit(void *ctx, uint32_t indicator, struct str part)
{
    struct side *s = ctx;

    s->hit = true;
    s->hits++;
    s->sum = (s->sum ^ indicator ^ s->offset << 20 ^ part.len) * 0x9E3779B97F4A7C15u;
}

static void on_events(void *ctx, struct hunt_event *events, size_t len)
{
    struct side *s = ctx;

    for (size_t i = 0; i < len; i++) {
        struct hunt_event *e = &events[i];
        s->offset = e->offset;
        s->hit = false;
        hunt_event_text(e);
        for (uint32_t k = 0; k < e->len; k++)
            ioc_sweep(s->set, e->fields[k].value, on_hit, s);
        if (s->hit && s->state != NULL && e->raw.len > 0)
            FUZZ_CHECK(s->detector->skim(s->state, s->format, e->raw));
    }
}

static bool is_wanted(void *ctx, struct str text)
{
    struct side *s = ctx;

    return s->detector->skim(s->state, s->format, text);
}

static void on_problem(void *ctx, uint64_t offset, uint64_t count, const char *reason) {}

static void read_log(struct side *s, const struct hunt_reader *reader, struct str log)
{
    static struct hunt_reading r;
    _cleanup_(arena_release) struct arena arena = {0};
    struct hunt_source source = {.path = STR("fuzz"), .format = reader->format};
    struct hunt_block block = {.line = 1};
    struct hunt_skim skim = {is_wanted, s};
    struct hunt_schema schema;

    hunt_schema_init(&schema);
    hunt_names_add(&schema.fields, STR("a"));
    hunt_reading_init(&r, &schema);
    r.batch.full = on_events;
    r.batch.ctx = s;
    r.batch.source = &source;
    r.problem = on_problem;
    void *state =
        reader->open != NULL ? reader->open(&schema, &arena, str_sub(log, 0, HUNT_HEAD)) : NULL;
    while (log.len > 0) {
        block.data = str_sub(log, 0, reader->cut(state, log, true, &block.section));
        if (s->state != NULL && reader->lines != NULL && reader->lines(block.section))
            hunt_skim_block(&r, reader, &block, &skim);
        else
            reader->read(&r, &block);
        hunt_batch_flush(&r.batch);
        block.line += hunt_count_lines(block.data);
        block.offset += block.data.len;
        log = str_from(log, block.data.len);
    }
    hunt_reading_release(&r);
    hunt_schema_release(&schema);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = str_make((const char *)data, size);
    ptrdiff_t end = str_find(text, STR("\n\n"));

    if (size < 3 || end < 1)
        return 0;
    struct str log = str_from(text, (size_t)end + 2);
    const struct hunt_reader *reader = hunt_readers[data[0] % HUNT_FORMAT_COUNT];
    if (reader == NULL)
        reader = hunt_reader_for(log);
    if (reader == NULL || reader->format == HUNT_FORMAT_EVTX)
        return 0;
    struct ioc *set = ioc_new();
    ioc_load_text(set, STR("list"), str_sub(text, 1, (size_t)end - 1), NULL);
    ioc_finish(set);
    struct hunt_detector d = ioc_detector(set);
    struct side whole = {.set = set, .detector = &d, .format = reader->format};
    struct side some = whole;
    some.state = d.thread_open(d.self);
    read_log(&whole, reader, log);
    read_log(&some, reader, log);
    FUZZ_CHECK(whole.hits == some.hits && whole.sum == some.sum);
    d.thread_close(d.self, some.state);
    ioc_free(set);
    return 0;
}
