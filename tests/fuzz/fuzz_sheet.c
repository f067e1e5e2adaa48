#include "fuzz.h"

#include "sys/sheet/sheet.h"

static void sink(void *ctx, int64_t number, const struct str *cells, size_t len)
{
    int64_t *last = ctx;

    for (size_t i = 0; i < len; i++)
        if (cells[i].len > SHEET_CELL_MAX)
            abort();
    if (number <= *last || len > SHEET_COLUMNS_MAX)
        abort();
    *last = number;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a = {0};
    struct err err = {0};
    struct str name = STR("");
    int64_t last = 0;

    sheet_parse(str_make((const char *)data, size), &a, &name, sink, &last, &err);
    arena_release(&a);
    return 0;
}
