#include "htmlgen.h"

/* htmlgen ROOT page.html page.html.h page.html.c; ROOT is src/. */
int main(int argc, char **argv)
{
    _cleanup_(arena_release) struct arena a = {0};
    struct problems p = {.arena = &a};
    struct buf header = buf_make(&a), source = buf_make(&a);
    struct source src;

    if (argc != 5) {
        fputs("usage: htmlgen ROOT INPUT HEADER SOURCE\n", stderr);
        return 2;
    }
    if (!source_read(&a, argv[2], &src, &p))
        return problems_end(&p);
    htmlgen_write(&a, &src, gen_name(&a, argv[1], argv[2]), &header, &source, &p);
    if (p.len > 0)
        return problems_end(&p);
    gen_write(&a, argv[3], buf_str(&header), &p);
    gen_write(&a, argv[4], buf_str(&source), &p);
    return problems_end(&p);
}
