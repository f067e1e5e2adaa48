#include "base/base.h"
#include "base/io.h"

/*
 * packgen NAME OUT.c FILE...: the texts of the files as `const struct str NAME[]` and
 * `const size_t NAME_len`, for data that is built into the program.
 */
enum { FILE_LIMIT = 8 << 20 };

static void write_text(struct buf *out, struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (i % 24 == 0)
            buf_add(out, STR("\n    "));
        buf_printf(out, "%u,", (unsigned)(unsigned char)text.ptr[i]);
    }
}

int main(int argc, char **argv)
{
    _cleanup_(arena_release) struct arena a = {0};
    struct buf out = buf_make(&a);
    struct err err = {0};
    if (argc < 4) {
        fprintf(stderr, "usage: packgen NAME OUT.c FILE...\n");
        return 2;
    }
    buf_printf(&out, "#include \"base/base.h\"\n\nextern const struct str %s[];\n", argv[1]);
    buf_printf(&out, "extern const size_t %s_len;\n\n", argv[1]);
    struct buf table = buf_make(&a);
    for (int i = 3; i < argc; i++) {
        struct str text;
        if (io_read_file(&a, argv[i], FILE_LIMIT, &text, &err) < 0) {
            fprintf(stderr, "packgen: %s\n", err.what);
            return 1;
        }
        buf_printf(&out, "static const unsigned char text_%d[] = {", i);
        write_text(&out, text);
        buf_add(&out, STR("\n    0};\n\n"));
        buf_printf(&table, "    {(const char *)text_%d, %zu},\n", i, text.len);
    }
    buf_printf(&out, "const struct str %s[] = {\n" STR_FMT "};\n", argv[1],
               STR_ARG(buf_str(&table)));
    buf_printf(&out, "const size_t %s_len = %d;\n", argv[1], argc - 3);
    int rc = io_replace_file(argv[2], buf_str(&out), 0644, &err);
    if (rc < 0)
        fprintf(stderr, "packgen: %s\n", err.what);
    arena_release(&a);
    return rc < 0;
}
