#include "engine/hunt/batch.h"

enum { FIELDS_AT_ONCE = 4096 };

void hunt_batch_init(struct hunt_batch *b, const struct hunt_schema *schema)
{
    memset(b, 0, sizeof(*b));
    b->schema = schema;
    b->from = b->to = HUNT_NO_TIME;
}

void hunt_batch_release(struct hunt_batch *b)
{
    arena_release(&b->arena);
}

void hunt_batch_grow(struct hunt_batch *b)
{
    size_t have = b->now->len;
    size_t cap = MAX((size_t)FIELDS_AT_ONCE, have * 2);
    struct hunt_field *at = arena_alloc(&b->arena, cap * sizeof(*at));
    if (have > 0)
        memcpy(at, b->now->fields, have * sizeof(*at));
    b->now->fields = at;
    b->fields = at + have;
    b->fields_end = at + cap;
}

struct hunt_event *hunt_batch_begin(struct hunt_batch *b, uint64_t offset)
{
    struct hunt_event *e = &b->events[b->len];
    *e = (struct hunt_event){.fields = b->fields,
                             .time = HUNT_NO_TIME,
                             .event_id = -1,
                             .offset = offset,
                             .source = b->source,
                             .arena = &b->arena};
    b->now = e;
    return e;
}

static bool outside(const struct hunt_batch *b, int64_t time)
{
    if (time == HUNT_NO_TIME)
        return false;
    return (b->from != HUNT_NO_TIME && time < b->from) || (b->to != HUNT_NO_TIME && time >= b->to);
}

void hunt_batch_end(struct hunt_batch *b)
{
    b->seen++;
    if (outside(b, b->now->time)) {
        hunt_batch_drop(b);
        return;
    }
    b->now = NULL;
    b->len++;
    if (b->len == HUNT_BATCH_EVENTS || b->arena.used > b->base + HUNT_BATCH_BYTES)
        hunt_batch_flush(b);
}

void hunt_batch_drop(struct hunt_batch *b)
{
    b->fields = b->now->fields;
    b->now = NULL;
}

void hunt_batch_flush(struct hunt_batch *b)
{
    if (b->len > 0 && b->full != NULL)
        b->full(b->ctx, b->events, b->len);
    b->len = 0;
    b->fields = b->fields_end = NULL;
    arena_clear(&b->arena);
    b->base = b->arena.used;
}

static uint32_t number_of(const struct hunt_names *names, struct hunt_last_name *last,
                          struct str text)
{
    if (text.len == 0 || text.len > sizeof(last->text))
        return hunt_names_find(names, text);
    if (text.len != last->len || memcmp(text.ptr, last->text, text.len) != 0) {
        memcpy(last->text, text.ptr, text.len);
        last->len = text.len;
        last->id = hunt_names_find(names, text);
    }
    return last->id;
}

void hunt_batch_channel(struct hunt_batch *b, struct str channel)
{
    b->now->channel = channel;
    b->now->channel_id = number_of(&b->schema->channels, &b->last_channel, channel);
}

void hunt_batch_provider(struct hunt_batch *b, struct str provider)
{
    b->now->provider = provider;
    b->now->provider_id = number_of(&b->schema->providers, &b->last_provider, provider);
}
