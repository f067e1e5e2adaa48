#include "data.h"

#include "base/json.h"

/* Real records, one a line: each is accepted, and written again it says the same. */
static void copy(struct json *j, struct json_writer *w)
{
    switch (j->type) {
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
        json_w_key(w, json_string(j, w->out->arena));
        break;
    case JSON_STRING:
        json_w_str(w, json_string(j, w->out->arena));
        break;
    case JSON_NUMBER:
        json_w_raw(w, j->text);
        break;
    case JSON_NULL:
        json_w_null(w);
        break;
    default:
        json_w_bool(w, j->type == JSON_TRUE);
    }
}

static struct str copied(struct str text, struct arena *a)
{
    struct buf b = buf_make(a);
    struct json_writer w;
    struct json j;

    json_w_init(&w, &b);
    json_init(&j, text);
    while (json_next(&j) != JSON_END) {
        if (j.type == JSON_ERROR)
            fail_msg(STR_FMT ": " STR_FMT, STR_ARG(json_error_text(&j, a)),
                     STR_ARG(str_sub(text, 0, 200)));
        copy(&j, &w);
    }
    return buf_str(&b);
}

static void reads_every_record(void **state)
{
    struct str text = read_compressed(data_path("cve5-44k.ndjson.zst"));
    struct arena a = {0};
    struct str line;
    int lines = 0;

    while (str_line(&text, &line)) {
        struct str once;

        arena_clear(&a);
        assert_true(json_valid(line, NULL));
        if (++lines % 10 != 0)
            continue;
        once = copied(line, &a);
        assert_true(json_valid(once, NULL));
        assert_true(str_eq(copied(once, &a), once));
    }
    arena_release(&a);
    print_message("%d records\n", lines);
    assert_int_equal(lines, 44130);
}

int main(void)
{
    const struct CMUnitTest tests[] = {ARENA_TEST(reads_every_record)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
