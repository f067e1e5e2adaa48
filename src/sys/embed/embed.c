#include "sys/embed/embed.h"

/* The first file that does not stand before `path`. */
static size_t lower_bound(const struct embed_file *files, size_t len, struct str path)
{
    size_t from = 0;

    while (len > 0) {
        size_t half = len / 2;

        if (str_cmp(str_c(files[from + half].path), path) < 0) {
            from += half + 1;
            len -= half + 1;
        } else {
            len = half;
        }
    }
    return from;
}

const struct embed_file *embed_find(const struct embed_file *files, size_t len, struct str path)
{
    size_t at = lower_bound(files, len, path);

    return at < len && str_is(path, files[at].path) ? &files[at] : NULL;
}

const struct embed_file *embed_under(const struct embed_file *files, size_t len, struct str prefix,
                                     size_t *count)
{
    size_t first = lower_bound(files, len, prefix);
    size_t end = first;

    while (end < len && str_starts(str_c(files[end].path), prefix))
        end++;
    *count = end - first;
    return &files[first];
}
