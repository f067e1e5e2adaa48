#include "fuzz.h"

#include <dirent.h>

#include "base/io.h"

/* Runs a fuzz target over the files of a folder, each once: a crash fails the test. */
static int is_visible(const struct dirent *d)
{
    return d->d_name[0] != '.';
}

int main(int argc, char **argv)
{
    struct dirent **names;
    int n = argc == 2 ? scandir(argv[1], &names, is_visible, alphasort) : -1;
    int passed = 0, failed = 0;

    if (n < 0) {
        fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
        return 2;
    }
    for (int i = 0; i < n; i++) {
        _cleanup_(arena_release) struct arena a = {0};
        struct str path = io_join(&a, str_c(argv[1]), str_c(names[i]->d_name));
        struct err err;
        struct str text;

        free(names[i]);
        if (io_read_file(&a, path.ptr, (size_t)64 << 20, &text, &err) < 0) {
            fprintf(stderr, "%s\n", err.what);
            failed++;
            continue;
        }
        LLVMFuzzerTestOneInput((const uint8_t *)text.ptr, text.len);
        passed++;
    }
    free(names);
    printf("%d passed, %d failed\n", passed, failed);
    return failed == 0 && passed > 0 ? 0 : 1;
}
