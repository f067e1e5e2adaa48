#include "fuzz.h"

#include "htmlgen.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_(arena_release) struct arena a = {0};
    struct problems p = {.arena = &a};
    struct source src = {.path = "in.html", .text = str_make((const char *)data, size)};
    struct buf header = buf_make(&a), code = buf_make(&a);

    htmlgen_write(&a, &src, STR("app/room/pages/in.html"), &header, &code, &p);
    FUZZ_CHECK((p.len > 0) == (problems_text(&p).len > 0));
    return 0;
}
