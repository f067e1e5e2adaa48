#include "engine/hunt/unit.h"

/* One copy of an event serves all its findings. */
struct kept {
    struct hunt_where where;
    const struct hunt_field *fields;
    size_t len;
    struct str raw;
};

struct hunt_where hunt_where(const struct hunt_event *e)
{
    return (struct hunt_where){.time = e->time,
                               .host = e->host,
                               .channel = e->channel,
                               .event_id = e->event_id,
                               .record_id = e->record_id,
                               .offset = e->offset,
                               .source = e->source};
}

struct arena *hunt_unit_arena(struct hunt_unit *u)
{
    return &u->arena;
}

struct hunt_run *hunt_unit_run(struct hunt_unit *u)
{
    return u->run;
}

static struct hunt_where copy_where(struct arena *a, const struct hunt_where *w)
{
    struct hunt_where copy = *w;
    copy.host = str_dup(a, w->host);
    copy.channel = str_dup(a, w->channel);
    return copy;
}

static bool is_kept(const struct hunt_unit *u, const struct hunt_event *e)
{
    return e->kept != NULL && e->kept_turn == u->turn;
}

static const struct kept *keep(struct hunt_unit *u, struct hunt_event *e)
{
    struct arena *a = &u->findings_arena;
    if (is_kept(u, e))
        return e->kept;
    hunt_event_text(e);
    struct kept *k = arena_new(a, struct kept);
    struct hunt_where where = hunt_where(e);
    struct hunt_field *fields = arena_array(a, struct hunt_field, e->len);
    k->where = copy_where(a, &where);
    for (uint32_t i = 0; i < e->len; i++) {
        if ((e->fields[i].flags & HUNT_FIELD_ALIAS) != 0)
            continue;
        struct hunt_field *f = &fields[k->len++];
        *f = e->fields[i];
        f->name = str_dup(a, f->name);
        f->value = str_dup(a, f->value);
    }
    k->fields = fields;
    if (e->source->format != HUNT_FORMAT_JSON && e->source->format != HUNT_FORMAT_XML)
        k->raw = str_dup(a, e->raw);
    e->kept = k;
    e->kept_turn = u->turn;
    return k;
}

static struct hunt_finding *new_finding(struct hunt_unit *u, const struct hunt_hit *hit,
                                        const struct hunt_match *matched, size_t n)
{
    struct arena *a = &u->findings_arena;
    struct hunt_match *copy = arena_array(a, struct hunt_match, n);
    for (size_t i = 0; i < n; i++)
        copy[i] = (struct hunt_match){str_dup(a, matched[i].name), str_dup(a, matched[i].value)};
    struct hunt_finding *f = vec_push(&u->findings, a);
    f->hit = hit;
    f->matched = copy;
    f->matched_len = n;
    return f;
}

void hunt_emit(struct hunt_unit *u, const struct hunt_hit *hit, struct hunt_event *e,
               const struct hunt_match *matched, size_t matched_len)
{
    if (u->findings_arena.used > hunt_unit_limit(u) && !is_kept(u, e))
        hunt_unit_flush(u);
    const struct kept *k = keep(u, e);
    struct hunt_finding *f = new_finding(u, hit, matched, matched_len);
    f->where = k->where;
    f->fields = k->fields;
    f->fields_len = k->len;
    f->raw = k->raw;
}

void hunt_emit_at(struct hunt_unit *u, const struct hunt_hit *hit, const struct hunt_where *where,
                  const struct hunt_match *matched, size_t matched_len)
{
    struct hunt_finding *f = new_finding(u, hit, matched, matched_len);
    f->where = copy_where(&u->findings_arena, where);
}
