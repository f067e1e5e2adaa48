#include "pogen.h"

/* pogen PO_DIRECTORY OUTPUT DEPFILE */
int main(int argc, char **argv)
{
    _cleanup_(arena_release) struct arena a = {0};
    struct problems p = {.arena = &a};
    struct buf out = buf_make(&a), deps = buf_make(&a);
    struct po_table table;

    if (argc != 4) {
        fputs("usage: pogen DIRECTORY OUTPUT DEPFILE\n", stderr);
        return 2;
    }
    po_init(&table, &a);
    po_read_all(&table, argv[1], &p);
    if (p.len > 0)
        return problems_end(&p);
    po_write(&table, &out);
    gen_depfile(&deps, argv[2], table.files.at, table.files.len);
    gen_write(&a, argv[2], buf_str(&out), &p);
    gen_write(&a, argv[3], buf_str(&deps), &p);
    return problems_end(&p);
}
