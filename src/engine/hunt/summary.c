#include "engine/hunt/summary.h"

#include "base/clock.h"
#include "base/text.h"

enum { VALUE_MAX = 4096, FIELDS_MAX = 200 };

struct hunt_summary *hunt_summary_new(bool whole_events)
{
    struct hunt_summary *s = calloc(1, sizeof(*s));
    if (s == NULL)
        die("out of memory");
    s->whole_events = whole_events;
    s->groups_by_hit.arena = s->hosts_by_name.arena = &s->arena;
    s->buckets = arena_array(&s->arena, struct hunt_bucket, HUNT_BUCKETS * 2);
    s->step = MINUTE_MS;
    s->first = s->last = HUNT_NO_TIME;
    return s;
}

void hunt_summary_free(struct hunt_summary *s)
{
    if (s == NULL)
        return;
    arena_release(&s->arena);
    free(s);
}

/* -------- adding -------- */

static struct str keep(struct hunt_summary *s, struct str text)
{
    size_t bad;
    text = text.len > VALUE_MAX ? str_sub(text, 0, VALUE_MAX) : text;
    return text_is_valid(text, true) ? str_dup(&s->arena, text)
                                     : text_repair(&s->arena, text, &bad);
}

static struct hunt_group *group_of(struct hunt_summary *s, const struct hunt_hit *hit)
{
    struct str key = str_make((const char *)&hit, sizeof(hit));
    struct hunt_group *g = map_get(&s->groups_by_hit, key);
    if (g != NULL || s->groups.len >= HUNT_GROUPS)
        return g;
    g = arena_new(&s->arena, struct hunt_group);
    g->hit = hit;
    g->first = g->last = HUNT_NO_TIME;
    g->hosts_by_name.arena = &s->arena;
    map_put(&s->groups_by_hit, str_dup(&s->arena, key), g);
    *vec_push(&s->groups, &s->arena) = g;
    return g;
}

static struct hunt_host_count *new_host(struct hunt_summary *s, struct map *by_name,
                                        struct str name)
{
    struct hunt_host_count *h = arena_new(&s->arena, struct hunt_host_count);
    h->name = keep(s, name);
    map_put(by_name, str_dup(&s->arena, name), h);
    return h;
}

static void count_group_host(struct hunt_summary *s, struct hunt_group *g, struct str name)
{
    struct hunt_host_count *h = map_get(&g->hosts_by_name, name);
    if (h == NULL && g->hosts.len >= HUNT_HOSTS) {
        g->hosts_left_out++;
        return;
    }
    if (h == NULL) {
        h = new_host(s, &g->hosts_by_name, name);
        *vec_push(&g->hosts, &s->arena) = h;
    }
    h->count++;
}

static void count_host(struct hunt_summary *s, struct str name, enum hunt_level level)
{
    struct hunt_host_count *h = map_get(&s->hosts_by_name, name);
    if (h == NULL && s->hosts.len >= HUNT_HOSTS)
        return;
    if (h == NULL) {
        h = new_host(s, &s->hosts_by_name, name);
        *vec_push(&s->hosts, &s->arena) = h;
    }
    h->count++;
    h->by_level[level]++;
}

static void widen(int64_t *first, int64_t *last, int64_t time)
{
    if (time == HUNT_NO_TIME)
        return;
    if (*first == HUNT_NO_TIME || time < *first)
        *first = time;
    if (*last == HUNT_NO_TIME || time > *last)
        *last = time;
}

static struct hunt_bucket *bucket_of(struct hunt_bucket *buckets, int64_t at)
{
    size_t slots = HUNT_BUCKETS * 2;
    size_t i = (uint64_t)at * 0x9e3779b97f4a7c15u % slots;
    while (buckets[i].at != 0 && buckets[i].at != at)
        i = (i + 1) % slots;
    return &buckets[i];
}

static int64_t step_of(int64_t time, int64_t step)
{
    return (time >= 0 ? time / step : (time - step + 1) / step) + 1;
}

/* Too many buckets: ten times longer ones. */
static void coarsen(struct hunt_summary *s)
{
    struct hunt_bucket *old = s->buckets;
    int64_t step = s->step * 10;
    s->buckets = arena_array(&s->arena, struct hunt_bucket, HUNT_BUCKETS * 2);
    s->buckets_len = 0;
    for (size_t i = 0; i < HUNT_BUCKETS * 2; i++) {
        if (old[i].at == 0)
            continue;
        int64_t at = step_of((old[i].at - 1) * s->step, step);
        struct hunt_bucket *b = bucket_of(s->buckets, at);
        s->buckets_len += b->at == 0;
        b->at = at;
        for (size_t l = 0; l < HUNT_LEVELS_LEN; l++)
            b->by_level[l] += old[i].by_level[l];
    }
    s->step = step;
}

static void count_time(struct hunt_summary *s, int64_t time, enum hunt_level level)
{
    while (s->buckets_len >= HUNT_BUCKETS)
        coarsen(s);
    int64_t at = step_of(time, s->step);
    if (at == 0)
        return;
    struct hunt_bucket *b = bucket_of(s->buckets, at);
    s->buckets_len += b->at == 0;
    b->at = at;
    b->by_level[level]++;
}

static uint64_t hash_matched(const struct hunt_finding *f)
{
    uint64_t h = f->matched_len;
    for (size_t i = 0; i < f->matched_len; i++)
        h = (h * 31 + str_hash(f->matched[i].name)) * 31 + str_hash(f->matched[i].value);
    return h;
}

static void keep_fields(struct hunt_summary *s, struct hunt_example *e,
                        const struct hunt_finding *f)
{
    size_t n = MIN(f->fields_len, (size_t)FIELDS_MAX);
    e->fields = arena_array(&s->arena, struct hunt_match, n);
    e->fields_len = n;
    for (size_t i = 0; i < n; i++)
        e->fields[i] = (struct hunt_match){keep(s, f->fields[i].name), keep(s, f->fields[i].value)};
}

static void add_example(struct hunt_summary *s, struct hunt_group *g, const struct hunt_finding *f)
{
    uint64_t hash = hash_matched(f);
    for (size_t i = 0; i < g->examples_len; i++) {
        if (g->examples[i].hash == hash) {
            g->examples[i].count++;
            return;
        }
    }
    if (g->examples_len == HUNT_EXAMPLES) {
        g->other++;
        return;
    }
    struct hunt_example *e = &g->examples[g->examples_len++];
    e->hash = hash;
    e->count = 1;
    e->where = f->where;
    e->where.host = keep(s, f->where.host);
    e->where.channel = keep(s, f->where.channel);
    e->matched = arena_array(&s->arena, struct hunt_match, f->matched_len);
    e->matched_len = f->matched_len;
    for (size_t i = 0; i < f->matched_len; i++)
        e->matched[i] =
            (struct hunt_match){keep(s, f->matched[i].name), keep(s, f->matched[i].value)};
    if (s->whole_events)
        keep_fields(s, e, f);
}

void hunt_summary_add(struct hunt_summary *s, const struct hunt_finding *f)
{
    int64_t time = f->where.time;
    s->total++;
    s->by_level[f->hit->level]++;
    if (time == HUNT_NO_TIME)
        s->without_time++;
    else
        count_time(s, time, f->hit->level);
    widen(&s->first, &s->last, time);
    count_host(s, f->where.host, f->hit->level);
    struct hunt_group *g = group_of(s, f->hit);
    if (g == NULL) {
        s->left_out++;
        return;
    }
    g->count++;
    widen(&g->first, &g->last, time);
    count_group_host(s, g, f->where.host);
    add_example(s, g, f);
}

/* -------- order -------- */

static int by_weight(const void *a, const void *b)
{
    const struct hunt_group *x = *(struct hunt_group *const *)a;
    const struct hunt_group *y = *(struct hunt_group *const *)b;
    if (x->hit->level != y->hit->level)
        return x->hit->level > y->hit->level ? -1 : 1;
    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    int c = str_cmp(x->hit->title, y->hit->title);
    return c != 0 ? c : str_cmp(x->hit->id, y->hit->id);
}

static int by_count(const void *a, const void *b)
{
    const struct hunt_host_count *x = *(struct hunt_host_count *const *)a;
    const struct hunt_host_count *y = *(struct hunt_host_count *const *)b;
    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    return str_cmp(x->name, y->name);
}

void hunt_summary_sort(struct hunt_summary *s)
{
    if (s->groups.len > 0)
        qsort(s->groups.at, s->groups.len, sizeof(*s->groups.at), by_weight);
    if (s->hosts.len > 0)
        qsort(s->hosts.at, s->hosts.len, sizeof(*s->hosts.at), by_count);
    for (size_t i = 0; i < s->groups.len; i++) {
        struct hunt_group *g = s->groups.at[i];
        if (g->hosts.len > 0)
            qsort(g->hosts.at, g->hosts.len, sizeof(*g->hosts.at), by_count);
    }
}

static int by_time(const void *a, const void *b)
{
    const struct hunt_bucket *x = a, *y = b;
    return x->at < y->at ? -1 : x->at > y->at;
}

struct hunt_bucket *hunt_summary_times(struct hunt_summary *s, size_t *len)
{
    struct hunt_bucket *out = arena_array(&s->arena, struct hunt_bucket, s->buckets_len);
    *len = 0;
    for (size_t i = 0; i < HUNT_BUCKETS * 2; i++) {
        if (s->buckets[i].at == 0)
            continue;
        out[*len] = s->buckets[i];
        out[(*len)++].at = (s->buckets[i].at - 1) * s->step;
    }
    if (*len > 0)
        qsort(out, *len, sizeof(*out), by_time);
    return out;
}

/* -------- ATT&CK -------- */

bool hunt_tag_technique(struct str tag, struct arena *a, struct str *out)
{
    if (!str_starts(tag, STR("attack.t")) || tag.len < 12 || !isdigit((unsigned char)tag.ptr[8]))
        return false;
    char *text = str_cdup(a, str_from(tag, 7));
    text[0] = 'T';
    *out = str_make(text, tag.len - 7);
    return true;
}

int hunt_tag_tactic(struct str tag)
{
    static const char *const tactics[HUNT_TACTICS] = {
        "reconnaissance",     "resource-development", "initial-access",  "execution",
        "persistence",        "privilege-escalation", "defense-evasion", "stealth",
        "defense-impairment", "credential-access",    "discovery",       "lateral-movement",
        "collection",         "command-and-control",  "exfiltration",    "impact",
    };
    if (!str_starts(tag, STR("attack.")))
        return -1;
    tag = str_from(tag, 7);
    for (int i = 0; i < HUNT_TACTICS; i++) {
        if (tag.len != strlen(tactics[i]))
            continue;
        size_t k = 0;
        while (k < tag.len &&
               (tag.ptr[k] == tactics[i][k] || (tag.ptr[k] == '_' && tactics[i][k] == '-')))
            k++;
        if (k == tag.len)
            return i;
    }
    return -1;
}
