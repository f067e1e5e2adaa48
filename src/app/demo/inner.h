#ifndef APP_DEMO_INNER_H
#define APP_DEMO_INNER_H

#include "app/account/account.h"
#include "app/demo/demo.h"
#include "base/random.h"

struct demo_story;

/* What the files of this room share: the province in the making. */
struct demo_org {
    int64_t id;
    struct str name, slug, kind; /* slug: "so-y-te", the label of its domain */
    int64_t officer_id;          /* account of whoever reports for it; 0: none */
    struct str officer_name;
    int64_t since;                 /* when it came into being, 0: before all else */
    int64_t first_system, systems; /* a run in struct demo.systems */
};

struct demo_system {
    int64_t id;
    int64_t org;                             /* index */
    struct str name, label, domain, address; /* label: "www", what its domain begins with */
    int64_t level;
};

struct demo {
    struct db *db;
    struct arena *arena; /* for what lives as long as the making */
    struct prng random;
    int64_t now, begin;        /* the two years end now */
    VEC(struct demo_org) orgs; /* the first is the root */
    VEC(struct demo_system) systems;
    VEC(struct actor) responders;
    struct actor admin, coordinator;
    struct str password;                        /* hashed */
    int64_t told, next_thread, dragging, unled; /* how far the cases are */
    size_t turn[3];
    struct demo_summary *summary;
    struct err *err;
};

int demo_places(struct demo *d);
int demo_systems(struct demo *d);
/* The account that registers everything else, before there is anything to be appointed to. */
int demo_admin(struct demo *d);
int demo_people(struct demo *d);
int demo_templates(struct demo *d);
int demo_cases(struct demo *d);

/* A report in the making, and the incident it becomes. */
struct demo_case {
    const struct demo_story *story;
    const struct demo_system *system;
    int64_t mark;   /* those with the same one have the same attacker; below 500 */
    int64_t number; /* of the report */
    int64_t noticed, received;
    int64_t report_id, incident_id, severity;
    bool serious;
};

/* The text with its places filled in. */
struct str demo_fill(struct demo *d, const char *text, const struct demo_case *c);

/* Leads the incident through its playbook as far as its age lets it. */
int demo_work_on(struct demo *d, int64_t incident_id, const struct demo_case *c, int64_t opened);

static inline int64_t demo_below(struct demo *d, int64_t n)
{
    return (int64_t)prng_below(&d->random, (uint64_t)n);
}

#define DEMO_PICK(d, list) ((list)[demo_below((d), (int64_t)ARRAY_LEN(list))])

/* "Sở Y tế" -> "so-y-te" */
struct str demo_slug(struct demo *d, struct str name);

#endif
