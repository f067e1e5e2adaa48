#ifndef APP_UPKEEP_VIEW_H
#define APP_UPKEEP_VIEW_H

#include "app/care/care.h"
#include "app/upkeep/upkeep.h"
#include "app/web/web.h"

/* What the pages show. */

struct upkeep_health_view {
    struct {
        const struct finding *at;
        size_t len;
    } mend, think, well; /* by level */
    bool asked;          /* the mail servers were asked */
};

struct upkeep_rule {
    const struct care_rule *rule;
    struct str days, error; /* as typed; what is wrong with it */
};
struct upkeep_retention_view {
    struct {
        const struct upkeep_rule *at;
        size_t len;
    } rules;
    struct {
        const struct upkeep_past *at;
        size_t len;
    } runs;
    bool may_change;
    bool tried;    /* counted: n of each rule says what would go */
    int64_t total; /* of all rules */
    struct str confirm_error;
};
struct upkeep_past {
    int64_t at;
    struct str by, done; /* "3 ...; 12 ..." */
};

struct upkeep_persons_view {
    struct str q;
    struct care_hits hits;
    bool may;
};
struct upkeep_person_view {
    struct care_person person;
    struct str held; /* why not now, in words */
    struct str reason, reason_error, confirm_error;
    bool texts;
};

#endif
