#ifndef APP_DEMO_INNER_H
#define APP_DEMO_INNER_H

#include "app/account/account.h"
#include "app/demo/demo.h"
#include "base/random.h"

/* What the files of this room share: the province in the making. */
struct demo_org {
    int64_t id;
    struct str name, slug, kind;   /* slug: "so-y-te", the label of its domain */
    int64_t since;                 /* when it came into being, 0: before all else */
    int64_t first_system, systems; /* a run in struct demo.systems */
};

struct demo_system {
    int64_t id;
    int64_t org; /* index */
    struct str name, domain, address;
    int64_t level;
};

struct demo {
    struct db *db;
    struct arena *arena; /* for what lives as long as the making */
    struct prng random;
    int64_t now, begin;        /* the two years end now */
    VEC(struct demo_org) orgs; /* the first is the root */
    VEC(struct demo_system) systems;
    VEC(int64_t) responders;
    struct actor admin, coordinator, responder;
    struct str password; /* hashed */
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

static inline int64_t demo_below(struct demo *d, int64_t n)
{
    return (int64_t)prng_below(&d->random, (uint64_t)n);
}

#define DEMO_PICK(d, list) ((list)[demo_below((d), (int64_t)ARRAY_LEN(list))])

/* "Sở Y tế" -> "so-y-te" */
struct str demo_slug(struct demo *d, struct str name);

#endif
