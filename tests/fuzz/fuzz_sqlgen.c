#include "fuzz.h"

#include "sqlgen.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_(arena_release) struct arena a = {0};
    struct problems p = {.arena = &a};
    struct source src = {.path = "in.sql", .text = str_make((const char *)data, size)};
    struct buf header = buf_make(&a), code = buf_make(&a), list = buf_make(&a);
    struct sql_file file = {0};

    sqlgen_parse(&a, &src, &file, &p);
    if (p.len > 0)
        return 0;
    for (size_t i = 0; i < file.statements.len; i++) {
        const struct sql_statement *st = &file.statements.at[i];

        FUZZ_CHECK(gen_is_name(st->name) && gen_is_name(st->row));
        FUZZ_CHECK(st->has_body[SQL_SQLITE] && st->body[SQL_SQLITE].len > 0);
        FUZZ_CHECK((st->kind == SQL_EXEC) == (st->out.len == 0));
    }
    sqlgen_header(&a, &file, STR("app/room/in.sql"), &header);
    sqlgen_source(&file, STR("app/room/in.sql"), &code);
    sqlgen_list_file(&header, &list, &file);
    return 0;
}
