#include "test.h"
#include "support/testdb.h"
#include "support/testreq.h"
#include "app/web/inner.h"
#include "base/clock.h"

static struct testdb t;
static struct testreq r;

static int open_db(void **unused)
{
    struct err err = {0};

    testdb_open(&t);
    testdb_sql(&t, "INSERT INTO account (id, login, name, email, phone, position, password_hash, "
                   "must_change, lang, theme, state, failed, created_at, version, fold) VALUES "
                   "(1, 'a', 'A', '', '', '', '', 0, 'vi', '', 'active', 0, 0, 1, ''), "
                   "(2, 'b', 'B', '', '', '', '', 0, 'vi', '', 'active', 0, 0, 1, '')");
    return site_load(t.pool, STR("/dir"), &err);
}

static int close_db(void **unused)
{
    testdb_close(&t);
    return 0;
}

/* As an answer: its status, or the error. */
static int keep(int64_t actor, const char *path, const char *data)
{
    struct err err = {0};
    int code;

    testreq_post(&r, "/drafts");
    r.actor.id = actor;
    testreq_field(&r, "path", str_c(path));
    testreq_field(&r, "data", str_c(data));
    code = draft_post(r.req, &r.res, &err);
    if (code == 0)
        code = r.res.status;
    testreq_end(&r);
    return code;
}

static struct str kept(int64_t actor, const char *path)
{
    struct err err = {0};
    struct str body;

    testreq_get(&r, str_printf(&t.arena, "/drafts?path=%s", path).ptr);
    r.actor.id = actor;
    assert_int_equal(draft_get(r.req, &r.res, &err), 0);
    body = str_dup(&t.arena, buf_str(&r.res.body));
    testreq_end(&r);
    return body;
}

static void test_it_comes_back_to_who_typed_it(void **unused)
{
    assert_int_equal(keep(1, "/orgs/new", "[[\"name\",\"Xã \\\"A\\\"\"]]"), 204);
    assert_true(
        str_find(kept(1, "/orgs/new"), STR("[[\\\"name\\\",\\\"Xã \\\\\\\"A\\\\\\\"\\\"]]")) >= 0);
    assert_str(kept(2, "/orgs/new"), "{}");
    assert_str(kept(1, "/orgs/DV-1/edit"), "{}");
    assert_int_equal(keep(1, "/orgs/new", ""), 204);
    assert_str(kept(1, "/orgs/new"), "{}");
}

static void test_only_pairs_of_text_and_own_paths_are_taken(void **unused)
{
    static const char *const bad[] = {"{}",
                                      "[1]",
                                      "[[\"a\"]]",
                                      "[[\"a\",\"b\",\"c\"]]",
                                      "[[\"a\",1]]",
                                      "[[\"a\",\"b\"]] x",
                                      "[[\"a\",\"b\"]"};
    char *large = malloc(70000);

    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_int_equal(keep(1, "/x", bad[i]), ERR_INVALID);
    snprintf(large, 70000, "[[\"a\",\"%065600d\"]]", 0);
    assert_int_equal(keep(1, "/x", large), ERR_INVALID);
    free(large);
    assert_int_equal(keep(1, "//evil.example.com/", "[]"), ERR_INVALID);
    assert_int_equal(keep(1, "", "[]"), ERR_INVALID);
    assert_int_equal(testdb_sql(&t, "SELECT COUNT(*) FROM form_draft"), 0);
}

static void test_the_oldest_make_room(void **unused)
{
    char path[40];

    for (int i = 0; i < 55; i++) {
        snprintf(path, sizeof(path), "/incidents/SC-%02d/comments", i);
        assert_int_equal(keep(1, path, "[[\"body\",\"x\"]]"), 204);
        testdb_sql(&t, "UPDATE form_draft SET saved_at = saved_at - 1000");
    }
    assert_int_equal(keep(2, "/x", "[]"), 204);
    assert_int_equal(testdb_sql(&t, "SELECT COUNT(*) FROM form_draft WHERE account_id = 1"), 50);
    assert_str(kept(1, "/incidents/SC-00/comments"), "{}");
    testdb_sql(&t, "UPDATE form_draft SET saved_at = 1000");
    assert_int_equal(keep(1, "/new", "[[\"body\",\"x\"]]"), 204);
    assert_int_equal(testdb_sql(&t, "SELECT COUNT(*) FROM form_draft WHERE account_id = 1"), 1);
    assert_int_equal(testdb_sql(&t, "SELECT COUNT(*) FROM form_draft WHERE account_id = 2"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_it_comes_back_to_who_typed_it, open_db, close_db),
        cmocka_unit_test_setup_teardown(test_only_pairs_of_text_and_own_paths_are_taken, open_db,
                                        close_db),
        cmocka_unit_test_setup_teardown(test_the_oldest_make_room, open_db, close_db),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
