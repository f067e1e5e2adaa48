#include "fuzz.h"

#include "app/backup/backup.h"

/* A backup from anywhere: unpacked, its parts, its rows, its list. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_(arena_release) struct arena a = {0};
    struct backup_facts facts = {0};
    struct err err = {0};
    int r = backup_verify_text(str_make((const char *)data, size), &a, &facts, &err);

    FUZZ_CHECK(r == 0 || (err.code == r && err.what[0] != '\0'));
    FUZZ_CHECK(r < 0 || (facts.schema > 0 && facts.rows >= 0 && facts.audit.hash.len > 0));
    return 0;
}
