#include "fuzz.h"

#include "engine/hunt/ioc.h"

/* A list of indicators of any form; swept over its own text. */
static void on_hit(void *ctx, uint32_t indicator, struct str part)
{
    const struct ioc *set = ctx;
    FUZZ_CHECK(ioc_value_of(set, indicator).len > 0);
    FUZZ_CHECK(part.len > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = str_make((const char *)data, size);
    struct ioc *set = ioc_new();
    ioc_load_text(set, STR("fuzz"), text, NULL);
    ioc_finish(set);
    ioc_sweep(set, text, on_hit, set);
    ioc_free(set);
    return 0;
}
