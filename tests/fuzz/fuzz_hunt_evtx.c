#include "fuzz.h"

#include "base/text.h"
#include "engine/hunt/evtx.h"

/* The chunks of a Windows event log, without the file's header. */

static void check_events(void *ctx, struct hunt_event *events, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        hunt_event_text(&events[i]);
        for (uint32_t k = 0; k < events[i].len; k++) {
            const struct hunt_field *f = &events[i].fields[k];
            FUZZ_CHECK((f->flags & HUNT_FIELD_RAW) == 0);
            FUZZ_CHECK(text_is_valid(f->name, true) && text_is_valid(f->value, true));
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct hunt_batch batch;
    static struct evtx x;
    struct hunt_schema schema;

    hunt_schema_init(&schema);
    hunt_names_add(&schema.fields, STR("Image"));
    hunt_batch_init(&batch, &schema);
    batch.full = check_events;
    evtx_init(&x, &batch);
    x.slack = size % 2 == 1;
    evtx_read(&x, (const char *)data, size, EVTX_HEADER);
    evtx_release(&x);
    hunt_batch_release(&batch);
    hunt_schema_release(&schema);
    return 0;
}
