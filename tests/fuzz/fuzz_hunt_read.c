#include "fuzz.h"

#include "engine/hunt/reader.h"

/*
 * Every reader of text. The first byte names the reader (0: the one that suits), the second the
 * size of blocks; the rest is the log.
 */
struct reading {
    struct hunt_reading r;
    uint64_t problems;
};

static void on_problem(void *ctx, uint64_t offset, uint64_t count, const char *reason)
{
    struct reading *f = ctx;

    f->problems += count;
    FUZZ_CHECK(reason != NULL && reason[0] != '\0');
}

static void check_events(void *ctx, struct hunt_event *events, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        hunt_event_text(&events[i]);
        for (uint32_t k = 0; k < events[i].len; k++)
            FUZZ_CHECK((events[i].fields[k].flags & HUNT_FIELD_RAW) == 0);
        FUZZ_CHECK(events[i].record_id > 0 || events[i].family == HUNT_FAMILY_WINDOWS);
    }
}

static void read_all(struct reading *f, const struct hunt_reader *reader, struct str log,
                     size_t step, const struct hunt_schema *schema)
{
    _cleanup_(arena_release) struct arena arena = {0};
    struct hunt_source source = {.path = STR("fuzz"), .format = reader->format};
    struct hunt_block block = {.line = 1};
    void *state =
        reader->open != NULL ? reader->open(schema, &arena, str_sub(log, 0, HUNT_HEAD)) : NULL;

    f->r.batch.source = &source;
    while (log.len > 0) {
        size_t want = MIN(step, log.len), cut;

        while ((cut = reader->cut(state, str_sub(log, 0, want), want == log.len, &block.section)) ==
                   0 &&
               want < log.len)
            want = MIN(want * 2, log.len);
        FUZZ_CHECK(cut > 0 && cut <= want);
        block.data = str_sub(log, 0, cut);
        reader->read(&f->r, &block);
        for (size_t i = 0; i < cut; i++)
            block.line += log.ptr[i] == '\n';
        block.offset += cut;
        log = str_from(log, cut);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct reading f;
    struct hunt_schema schema;
    const struct hunt_reader *reader;

    if (size < 3)
        return 0;
    struct str log = str_make((const char *)data + 2, size - 2);
    reader = hunt_readers[data[0] % HUNT_FORMAT_COUNT];
    if (reader == NULL)
        reader = hunt_reader_for(log);
    if (reader == NULL || reader->format == HUNT_FORMAT_EVTX)
        return 0;
    hunt_schema_init(&schema);
    hunt_names_add(&schema.fields, STR("a"));
    hunt_names_add(&schema.fields, STR("CommandLine"));
    f = (struct reading){0};
    hunt_reading_init(&f.r, &schema);
    f.r.batch.full = check_events;
    f.r.problem = on_problem;
    f.r.problem_ctx = &f;
    read_all(&f, reader, log, (size_t)data[1] * 16 + 16, &schema);
    hunt_reading_release(&f.r);
    hunt_schema_release(&schema);
    return 0;
}
