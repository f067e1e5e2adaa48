#include "fuzz.h"

#include "base/csv.h"

/* Reads the text; writes each record back and reads that again. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_(arena_release) struct arena a = {0};
    struct csv c;
    int64_t line = 0;
    int r;

    csv_init(&c, str_make((const char *)data, size), 0, &a);
    while ((r = csv_next(&c)) != 0) {
        struct buf out = buf_make(&a);
        struct csv again;

        FUZZ_CHECK(c.line > line);
        line = c.line;
        if (r < 0) {
            FUZZ_CHECK(c.error != NULL);
            continue;
        }
        FUZZ_CHECK(c.fields_len > 0);
        for (size_t i = 0; i < c.fields_len; i++)
            csv_write(&out, c.fields[i], i == 0);
        csv_write_end(&out);
        csv_init(&again, buf_str(&out), ',', &a);
        /* A record of one empty field is an empty line. */
        if (c.fields_len == 1 && c.fields[0].len == 0)
            continue;
        /* A byte-order mark inside the text would be skipped at its start. */
        if (str_starts(c.fields[0], STR("\xef\xbb\xbf")))
            continue;
        FUZZ_CHECK(csv_next(&again) == 1 && again.fields_len == c.fields_len);
        for (size_t i = 0; i < c.fields_len; i++) {
            struct str was = c.fields[i];
            struct str is = again.fields[i];

            if (is.len == was.len + 1 && is.ptr[0] == '\'')
                is = str_from(is, 1);
            FUZZ_CHECK(str_eq(is, was));
        }
        FUZZ_CHECK(csv_next(&again) == 0);
    }
    return 0;
}
