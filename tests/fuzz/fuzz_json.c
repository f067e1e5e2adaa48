#include "fuzz.h"

#include "base/json.h"
#include "base/text.h"

/* Walks the document; copies every token to the writer when there is one. */
static bool walk(struct str text, bool lenient, struct json_writer *w, struct arena *a)
{
    struct json j;

    json_init(&j, text);
    j.lenient = lenient;
    for (;;) {
        switch (json_next(&j)) {
        case JSON_END:
            FUZZ_CHECK(j.depth == 0 && j.pos == j.end);
            return true;
        case JSON_ERROR:
            FUZZ_CHECK(j.error != NULL && j.pos >= j.start && j.pos <= j.end);
            json_error_text(&j, a);
            return false;
        case JSON_OBJECT:
            json_w_object(w);
            break;
        case JSON_ARRAY:
            json_w_array(w);
            break;
        case JSON_OBJECT_END:
        case JSON_ARRAY_END:
            json_w_end(w);
            break;
        case JSON_KEY:
            json_w_key(w, json_string(&j, a));
            break;
        case JSON_STRING:
            FUZZ_CHECK(text_is_valid(json_string(&j, a), true));
            json_w_str(w, json_string(&j, a));
            break;
        case JSON_NUMBER:
            json_w_raw(w, j.text);
            break;
        case JSON_TRUE:
        case JSON_FALSE:
            json_w_bool(w, j.type == JSON_TRUE);
            break;
        case JSON_NULL:
            json_w_null(w);
            break;
        }
    }
}

static void check_numbers(struct str text)
{
    struct json j;

    json_init(&j, text);
    while (json_next(&j) != JSON_END && j.type != JSON_ERROR) {
        int64_t n;
        double d;

        if (j.type == JSON_NUMBER && json_int(&j, &n))
            FUZZ_CHECK(json_double(&j, &d) && d == (double)n);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_(arena_release) struct arena a = {0};
    struct str text = str_make((const char *)data, size);
    bool strict_ok = json_valid(text, NULL);

    for (int lenient = 0; lenient < 2; lenient++) {
        struct buf first = buf_make(&a), second = buf_make(&a);
        struct json_writer w;
        bool ok;

        json_w_init(&w, &first);
        ok = walk(text, lenient, &w, &a);
        FUZZ_CHECK(lenient ? ok || !strict_ok : ok == strict_ok);
        if (!ok)
            continue;
        /* What was written is valid, and writing it again changes nothing. */
        json_w_init(&w, &second);
        FUZZ_CHECK(walk(buf_str(&first), false, &w, &a));
        FUZZ_CHECK(str_eq(buf_str(&first), buf_str(&second)));
    }
    check_numbers(text);
    return 0;
}
