#include "engine/hunt/correlate_rule.h"
#include "engine/hunt/fold.h"

/* What correlations keep of a match: when, where, and the values they will ask for. */
enum {
    VALUE_MAX = 1024, /* bytes of a value that are kept; longer ones end in a hash */
    KEY_PLAIN = 240,  /* bytes of a value in a group key */
};

struct correlate_notes {
    struct correlation *correlation;
    const struct note *note;      /* NULL: a match without a time */
    struct correlate_notes *next; /* newest first */
};

static const uint8_t no_secret[16];

/* Values are compared without case, like everywhere in Sigma. Long ones by their beginning and a
 * hash of the whole. */
static void add_key(struct buf *b, struct str value)
{
    char *room = arena_alloc_align(b->arena, fold_room(value.len), 1);
    struct str folded = str_make(room, fold_text(value.ptr, value.len, room));
    uint32_t len = (uint32_t)MIN(folded.len, (size_t)KEY_PLAIN);
    uint64_t hash = folded.len > KEY_PLAIN ? siphash24(no_secret, folded.ptr, folded.len) : 0;
    buf_add(b, str_make((const char *)&len, sizeof(len)));
    buf_add(b, str_sub(folded, 0, len));
    buf_add(b, str_make((const char *)&hash, sizeof(hash)));
}

static void add_value(struct buf *b, struct str value, bool has)
{
    uint32_t len = has ? (uint32_t)MIN(value.len, (size_t)VALUE_MAX) : NOTE_ABSENT;
    buf_add(b, str_make((const char *)&len, sizeof(len)));
    if (has)
        buf_add(b, str_sub(value, 0, len));
}

struct note *note_make(const struct correlation *c, uint32_t m, const struct hunt_where *where,
                       const struct str *values, const bool *has, struct arena *a)
{
    struct buf b = buf_make(a);
    for (size_t i = 0; i < c->group_by.len; i++) {
        if (!has[i])
            return NULL;
        add_key(&b, values[i]);
    }
    uint32_t group_len = (uint32_t)b.len;
    for (size_t i = 0; i < c->slots.len; i++)
        add_value(&b, values[i], has[i]);
    add_value(&b, where->host, true);
    add_value(&b, where->channel, true);
    struct note *n = arena_alloc(a, sizeof(*n) + b.len);
    memcpy(n + 1, b.ptr, b.len);
    *n = (struct note){
        .head = {.size = (uint32_t)(sizeof(*n) + b.len)},
        .time = where->time,
        .offset = where->offset,
        .record_id = where->record_id,
        .event_id = where->event_id,
        .source = where->source,
        .member = m,
        .group_len = group_len,
    };
    return n;
}

bool note_value(const struct note *n, uint32_t i, struct str *out)
{
    const char *p = (const char *)(n + 1) + n->group_len;
    for (;; i--) {
        uint32_t len;
        memcpy(&len, p, sizeof(len));
        p += sizeof(len);
        if (i == 0) {
            *out = len == NOTE_ABSENT ? STR_EMPTY : str_make(p, len);
            return len != NOTE_ABSENT;
        }
        p += len == NOTE_ABSENT ? 0 : len;
    }
}

void correlate_note(struct sigma *s, const struct sigma_rule *rule, const struct hunt_event *e,
                    correlate_value value, void *ctx, struct arena *a,
                    struct correlate_notes **notes)
{
    struct hunt_where where = hunt_where(e);
    for (size_t i = 0; i < rule->listeners.len; i++) {
        struct correlation *c = s->correlations.at[rule->listeners.at[i] >> 6];
        uint32_t m = rule->listeners.at[i] & (MEMBERS_MAX - 1);
        if (!correlation_is_good(c))
            continue;
        struct str values[32] = {{0}};
        bool has[32] = {false};
        for (size_t k = 0; k < c->slots.len; k++)
            has[k] = value(ctx, c->members.at[m].fields[k], &values[k]);
        struct correlate_notes *n = arena_new(a, struct correlate_notes);
        n->correlation = c;
        if (where.time != HUNT_NO_TIME)
            n->note = note_make(c, m, &where, values, has, a);
        if (where.time != HUNT_NO_TIME && n->note == NULL)
            continue; /* belongs to no group */
        n->next = *notes;
        *notes = n;
    }
}

void correlate_merge(struct sigma *s, const struct correlate_notes *notes)
{
    for (; notes != NULL; notes = notes->next) {
        if (notes->note == NULL)
            notes->correlation->untimed++;
        else
            spool_put(&notes->correlation->spool, &notes->note->head);
    }
}
