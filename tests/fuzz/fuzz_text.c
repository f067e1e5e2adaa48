#include "fuzz.h"

#include "base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_(arena_release) struct arena a = {0};
    struct str text = str_make((const char *)data, size);
    size_t bad = 0;
    struct str repaired = text_repair(&a, text, &bad);
    struct str folded = text_fold(&a, text);
    struct str slug = text_slug(&a, text, 40);
    struct str composed = text_compose(&a, repaired);

    FUZZ_CHECK(text_is_valid(repaired, true));
    FUZZ_CHECK(text_is_valid(text, true) == (bad == 0));
    FUZZ_CHECK(text_is_valid(folded, false));
    FUZZ_CHECK(str_eq(text_fold(&a, folded), folded));
    FUZZ_CHECK(slug.len <= 40 && str_find_char(slug, ' ') < 0 && text_is_valid(slug, false));
    FUZZ_CHECK(slug.len == 0 || (slug.ptr[0] != '-' && slug.ptr[slug.len - 1] != '-'));
    FUZZ_CHECK(text_is_valid(composed, true) && composed.len <= repaired.len);
    FUZZ_CHECK(str_eq(text_compose(&a, composed), composed));
    FUZZ_CHECK(str_eq(text_fold(&a, composed), text_fold(&a, repaired)));
    FUZZ_CHECK(text_length(text_ellipsis(&a, text, 7)) <= 7);
    return 0;
}
