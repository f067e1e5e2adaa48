#include "app/incident/drawn.h"

#include "app/observable/observable.h"
#include "base/clock.h"
#include "sys/i18n/i18n.h"

enum {
    SIDE = 14,        /* left and right of the plot */
    TOP = 10,         /* above the first lane */
    LANE_HEIGHT = 46, /* label and line */
    LINE_AT = 34,     /* of the line within its lane */
    MARK_WIDTH = 15,  /* closer marks step aside */
    AXIS_HEIGHT = 40, /* labels beneath */
    TICK_WIDTH = 74,  /* room that a label wants */
    OBSERVABLE_LANES = 8
};

/* ---- sorts of entries --------------------------------------------------------------------------
 */

static const struct {
    const char *name, *label, *shape;
} groups[GROUP_COUNT] = {
    [GROUP_STORY] = {"story", N_("group|Course of the case"),
                     "M-6 0a6 6 0 1 0 12 0a6 6 0 1 0 -12 0z"},
    [GROUP_ATTACK] = {"attack", N_("group|Attack"), "M0 -7L7 6H-7z"},
    [GROUP_FINDING] = {"finding", N_("group|Finding"), "M0 -7L7 0L0 7L-7 0z"},
    [GROUP_MEASURE] = {"measure", N_("group|Measure"), "M-5.5 -5.5H5.5V5.5H-5.5z"},
    [GROUP_CONTACT] = {"contact", N_("group|Contact"), "M-7 -6H7L0 7z"},
    [GROUP_NOTE] = {"note", N_("group|Note"), "M-6 -1.8H6V1.8H-6z"},
    [GROUP_MATERIAL] = {"material", N_("group|Material"), "M-2 -6H2V-2H6V2H2V6H-2V2H-6V-2H-2z"},
};

enum event_group event_group_of(struct str kind)
{
    static const struct {
        const char *prefix;
        enum event_group group;
    } kinds[] = {
        {"attack", GROUP_ATTACK},       {"detected", GROUP_FINDING}, {"finding", GROUP_FINDING},
        {"measure", GROUP_MEASURE},     {"task", GROUP_MEASURE},     {"contact", GROUP_CONTACT},
        {"party", GROUP_CONTACT},       {"member", GROUP_CONTACT},   {"lead", GROUP_CONTACT},
        {"note", GROUP_NOTE},           {"comment", GROUP_NOTE},     {"mail", GROUP_NOTE},
        {"observable", GROUP_MATERIAL}, {"file", GROUP_MATERIAL},    {"report", GROUP_MATERIAL},
        {"system", GROUP_MATERIAL},
    };

    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        if (str_starts(kind, str_c(kinds[i].prefix)))
            return kinds[i].group;
    }
    return GROUP_STORY;
}

const char *event_group_name(enum event_group g)
{
    return groups[g].name;
}

const char *event_group_label(enum event_group g)
{
    return groups[g].label;
}

const char *event_group_shape(enum event_group g)
{
    return groups[g].shape;
}

bool event_group_from_name(struct str name, enum event_group *out)
{
    for (size_t g = 0; g < GROUP_COUNT; g++) {
        if (str_is(name, groups[g].name)) {
            *out = (enum event_group)g;
            return true;
        }
    }
    return false;
}

/* ---- lanes -------------------------------------------------------------------------------------
 */

struct lane {
    struct str key; /* "s CODE", "o kind value", "g NAME" */
    struct str label;
    int64_t entries;
    int rank; /* systems, then observables, then sorts */
};
VEC_TYPE(lanes, struct lane);

static struct str group_key(struct arena *a, const struct incident_events_row *e)
{
    return str_printf(a, "g %s", groups[event_group_of(e->kind)].name);
}

static struct str key_of(struct arena *a, const struct incident_events_row *e)
{
    if (e->system_code.len > 0)
        return str_printf(a, "s " STR_FMT, STR_ARG(e->system_code));
    if (e->observable_value.len > 0)
        return str_printf(a, "o " STR_FMT " " STR_FMT, STR_ARG(e->observable_kind),
                          STR_ARG(e->observable_value));
    return group_key(a, e);
}

static struct lane *lane_find(struct lanes *lanes, struct str key)
{
    for (size_t i = 0; i < lanes->len; i++) {
        if (str_eq(lanes->at[i].key, key))
            return &lanes->at[i];
    }
    return NULL;
}

static void lane_add(struct lanes *lanes, struct arena *a, struct str key, struct str label,
                     int rank)
{
    struct lane *lane = lane_find(lanes, key);

    if (lane == NULL) {
        lane = vec_push(lanes, a);
        *lane = (struct lane){.key = key, .label = label, .rank = rank};
    }
    lane->entries++;
}

static int compare_lanes(const void *left, const void *right)
{
    const struct lane *l = left, *r = right;

    if (l->rank != r->rank)
        return l->rank - r->rank;
    if (l->rank < 2 && l->entries != r->entries)
        return l->entries > r->entries ? -1 : 1;
    return str_cmp(l->key, r->key);
}

static void collect(struct arena *a, enum lang lang, const struct incident_events_rows *events,
                    struct lanes *out)
{
    struct lanes all = {0};
    size_t observables = 0;

    for (size_t i = 0; i < events->len; i++) {
        const struct incident_events_row *e = &events->at[i];

        if (e->system_code.len > 0)
            lane_add(&all, a, key_of(a, e), e->system_name, 0);
        else if (e->observable_value.len > 0)
            lane_add(&all, a, key_of(a, e),
                     observable_defang_text(a, e->observable_kind, e->observable_value), 1);
    }
    if (all.len > 0)
        qsort(all.at, all.len, sizeof(*all.at), compare_lanes);
    for (size_t i = 0; i < all.len; i++) {
        if (all.at[i].rank == 0 || observables++ < OBSERVABLE_LANES)
            *vec_push(out, a) = all.at[i];
    }
    for (size_t i = 0; i < events->len; i++) {
        const struct incident_events_row *e = &events->at[i];
        enum event_group g = event_group_of(e->kind);

        if (lane_find(out, key_of(a, e)) == NULL)
            lane_add(out, a, group_key(a, e), i18n_text(lang, groups[g].label), 2 + (int)g);
    }
    qsort(out->at, out->len, sizeof(*out->at), compare_lanes);
}

/* ---- the axis ----------------------------------------------------------------------------------
 */

struct span {
    int64_t from, to;
};

static int place(const struct drawn *d, struct span s, int64_t at)
{
    int64_t plot = d->width - 2 * SIDE;

    return SIDE + (int)((at - s.from) * plot / (s.to - s.from));
}

/* The smallest step whose labels have room. */
static int64_t step_of(const struct drawn *d, struct span s)
{
    static const int64_t steps[] = {MINUTE_MS,   5 * MINUTE_MS, 15 * MINUTE_MS, 30 * MINUTE_MS,
                                    HOUR_MS,     2 * HOUR_MS,   6 * HOUR_MS,    12 * HOUR_MS,
                                    DAY_MS,      2 * DAY_MS,    7 * DAY_MS,     14 * DAY_MS,
                                    30 * DAY_MS, 60 * DAY_MS,   120 * DAY_MS,   365 * DAY_MS};
    int64_t most = MAX((d->width - 2 * SIDE) / TICK_WIDTH, 2);

    for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
        if ((s.to - s.from) / steps[i] <= most)
            return steps[i];
    }
    return (s.to - s.from) / most;
}

static void put_ticks(struct arena *a, struct drawn *d, struct span s)
{
    int64_t step = step_of(d, s), zone = i18n_zone() * MINUTE_MS;
    int64_t at = (s.from + zone + step - 1) / step * step - zone;
    int day = -1;

    for (; at <= s.to; at += step) {
        struct civil c = civil_from_ms(at, i18n_zone());
        struct str date = str_printf(a, "%02d/%02d", c.day, c.month);
        struct str hour = str_printf(a, "%02d:%02d", c.hour, c.minute);

        if (step >= DAY_MS)
            date = str_printf(a, STR_FMT "/%04d", STR_ARG(date), c.year);
        *vec_push(&d->ticks, a) =
            (struct drawn_tick){place(d, s, at), step >= DAY_MS ? date : hour,
                                step < DAY_MS && c.day != day ? date : STR("")};
        day = c.day;
    }
}

/* ---- marks -------------------------------------------------------------------------------------
 */

/* Marks that would cover each other step up and down around their line. */
static void put_marks(struct arena *a, struct drawn *d, const struct lanes *lanes,
                      const struct incident_events_rows *events, struct span s)
{
    static const int aside[] = {0, -9, 8};
    int *last = arena_array(a, int, lanes->len + 1);
    size_t *row = arena_array(a, size_t, lanes->len + 1);

    for (size_t l = 0; l < lanes->len; l++)
        last[l] = -MARK_WIDTH;
    for (size_t i = events->len; i-- > 0;) { /* oldest first */
        const struct incident_events_row *e = &events->at[i];
        struct str key = key_of(a, e);
        size_t l = 0;
        int x = place(d, s, e->at);

        if (lane_find((struct lanes *)lanes, key) == NULL)
            key = group_key(a, e);
        while (!str_eq(lanes->at[l].key, key))
            l++;
        row[l] = x - last[l] < MARK_WIDTH ? (row[l] + 1) % ARRAY_LEN(aside) : 0;
        last[l] = x;
        *vec_push(&d->marks, a) = (struct drawn_mark){
            e, event_group_of(e->kind), x, TOP + (int)l * LANE_HEIGHT + LINE_AT + aside[row[l]]};
    }
}

void drawn_layout(struct arena *a, enum lang lang, const struct incident_events_rows *events,
                  int width, struct drawn *out)
{
    struct lanes lanes = {0};
    struct span s;

    *out = (struct drawn){.width = width, .top = TOP};
    if (events->len == 0)
        return;
    collect(a, lang, events, &lanes);
    s = (struct span){events->at[events->len - 1].at, events->at[0].at};
    if (s.to - s.from < 10 * MINUTE_MS) { /* one moment: it stands in the middle */
        s.from -= 5 * MINUTE_MS;
        s.to += 5 * MINUTE_MS;
    }
    out->bottom = TOP + (int)lanes.len * LANE_HEIGHT;
    out->height = out->bottom + AXIS_HEIGHT;
    for (size_t l = 0; l < lanes.len; l++)
        *vec_push(&out->lanes, a) =
            (struct drawn_lane){lanes.at[l].label, TOP + (int)l * LANE_HEIGHT + LINE_AT};
    put_ticks(a, out, s);
    put_marks(a, out, &lanes, events, s);
}
