#ifndef TESTS_UNIT_TOOLS_SAMPLE_VIEW_H
#define TESTS_UNIT_TOOLS_SAMPLE_VIEW_H

#include "base/base.h"

/* What the sample pages show. */
struct sample_row {
    struct str code, title;
    struct opt_int closed_at;
    bool urgent;
};

struct sample_view {
    VEC(struct sample_row) rows;
    struct str text, url;
    const char *state; /* a translation key */
    int64_t total, at;
    struct opt_int due;
};

#endif
