#ifndef APP_UPKEEP_VIEW_H
#define APP_UPKEEP_VIEW_H

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

#endif
