#ifndef ENGINE_HUNT_SUMMARY_H
#define ENGINE_HUNT_SUMMARY_H

#include "engine/hunt/hunt.h"

#include "base/map.h"

/*
 * The findings of a hunt, put together for people: repeats counted instead of listed, by rule,
 * host, tactic and time. Its memory is bounded whatever is found: examples and hosts are kept up to
 * a number, and counted beyond.
 */
enum { HUNT_EXAMPLES = 8, HUNT_GROUPS = 20000, HUNT_HOSTS = 10000, HUNT_BUCKETS = 20000 };
enum { HUNT_LEVELS_LEN = HUNT_LEVEL_CRITICAL + 1 };

/* Findings with the same matched values: one example of them. */
struct hunt_example {
    struct hunt_where where; /* of the first */
    struct hunt_match *matched;
    size_t matched_len;
    struct hunt_match *fields; /* of its event; only for HTML */
    size_t fields_len;
    uint64_t count;
    uint64_t hash;
};

struct hunt_host_count {
    struct str name;
    uint64_t count;
    uint64_t by_level[HUNT_LEVELS_LEN];
};

/* What one rule, indicator or YARA rule found. */
struct hunt_group {
    const struct hunt_hit *hit;
    uint64_t count, other; /* other: findings that are none of the examples */
    int64_t first, last;
    struct map hosts_by_name;
    VEC(struct hunt_host_count *) hosts;
    uint64_t hosts_left_out;
    struct hunt_example examples[HUNT_EXAMPLES];
    size_t examples_len;
};

struct hunt_bucket {
    int64_t at; /* number of the step since 1970, plus 1; 0 marks a free slot */
    uint64_t by_level[HUNT_LEVELS_LEN];
};

struct hunt_summary {
    struct arena arena;
    bool whole_events;
    struct map groups_by_hit; /* key: the bytes of the pointer */
    VEC(struct hunt_group *) groups;
    struct map hosts_by_name;
    VEC(struct hunt_host_count *) hosts;
    struct hunt_bucket *buckets; /* open addressing by time */
    size_t buckets_len;
    int64_t step; /* milliseconds to a bucket; grows when there are too many */
    uint64_t by_level[HUNT_LEVELS_LEN];
    uint64_t total, without_time, left_out;
    int64_t first, last;
};

struct hunt_summary *hunt_summary_new(bool whole_events);
void hunt_summary_free(struct hunt_summary *s);
void hunt_summary_add(struct hunt_summary *s, const struct hunt_finding *f);

/* Sorts groups (worst level first, then most often) and hosts (most findings first). */
void hunt_summary_sort(struct hunt_summary *s);

/* The times with findings in order; `at` is the beginning in milliseconds, s->step the length. */
struct hunt_bucket *hunt_summary_times(struct hunt_summary *s, size_t *len);

/* ATT&CK: "attack.t1059.001" gives "T1059.001" in the arena; false for other tags. */
bool hunt_tag_technique(struct str tag, struct arena *a, struct str *out);

/* Position of the tactic a tag names in the order of ATT&CK, or -1. */
enum { HUNT_TACTICS = 16 };
int hunt_tag_tactic(struct str tag);

#endif
