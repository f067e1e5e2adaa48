#include "fuzz.h"

#include "pogen.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_(arena_release) struct arena a = {0};
    struct problems p = {.arena = &a};
    struct source src = {.path = "in.po", .text = str_make((const char *)data, size)};
    struct buf code = buf_make(&a);
    struct po_table table;

    po_init(&table, &a);
    po_parse(&table, &src, LANG_VI, &p);
    for (size_t i = 0; i < table.entries.len; i++)
        FUZZ_CHECK(map_get(&table.by_key, table.entries.at[i]->key) == table.entries.at[i]);
    po_write(&table, &code);
    return 0;
}
