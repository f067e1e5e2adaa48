#include "test.h"
#include "support/testdb.h"
#include "app/memo/memo.h"
#include "base/clock.h"

#include <pthread.h>

#define NOW INT64_C(1795344360000)

static struct testdb t;
static int n_keys;

static int open_db(void **unused)
{
    testdb_open(&t);
    return 0;
}

static int close_db(void **unused)
{
    testdb_close(&t);
    return 0;
}

static struct memo at(int key, int64_t now)
{
    struct memo m;
    struct err err = {0};

    assert_int_equal(memo_open(&m, t.db, &t.arena, str_printf(&t.arena, "key %d", key), now, &err),
                     0);
    return m;
}

static void keep(const struct memo *m, int64_t value)
{
    memo_keep(m, &value, 1);
}

static void test_kept_while_nothing_changes(void **unused)
{
    int key = ++n_keys;
    struct memo m = at(key, NOW), later = at(key, NOW + MEMO_MS), other = at(++n_keys, NOW);
    int64_t n = 0;

    assert_false(memo_find(&m, &n, 1));
    keep(&m, 12);
    assert_true(memo_find(&m, &n, 1));
    assert_int_equal(n, 12);
    assert_false(memo_find(&other, &n, 1));
    /* Too old: the first who asks counts, the others take what there is meanwhile. */
    assert_false(memo_find(&later, &n, 1));
    n = 0;
    assert_true(memo_find(&later, &n, 1));
    assert_int_equal(n, 12);
}

static void test_a_change_is_counted_at_once(void **unused)
{
    struct memo m = at(++n_keys, NOW);
    struct memo changed = m;
    int64_t n;

    changed.version++;
    assert_false(memo_find(&m, &n, 1));
    keep(&m, 12);
    assert_false(memo_find(&changed, &n, 1));
    keep(&changed, 13);
    assert_true(memo_find(&changed, &n, 1));
    assert_int_equal(n, 13);
    /* One that began before the change and ends after it does not bring the old number back. */
    keep(&m, 12);
    assert_true(memo_find(&changed, &n, 1));
    assert_int_equal(n, 13);
}

static void test_thousands_may_be_some_seconds_old(void **unused)
{
    struct memo m = at(++n_keys, NOW);
    struct memo changed = m;
    int64_t n;

    assert_false(memo_find(&m, &n, 1));
    keep(&m, MEMO_LARGE);
    changed.version++;
    changed.now += MEMO_LARGE_MS - 1;
    assert_true(memo_find(&changed, &n, 1));
    changed.now++;
    assert_false(memo_find(&changed, &n, 1));
}

struct asker {
    struct memo m;
    int64_t n;
    bool found;
};

static void *ask(void *of)
{
    struct asker *a = of;

    a->found = memo_find(&a->m, &a->n, 1);
    return NULL;
}

static void test_others_wait_for_the_one_who_counts(void **unused)
{
    struct memo m = at(++n_keys, NOW);
    struct asker askers[8];
    pthread_t threads[8];
    int64_t n;

    assert_false(memo_find(&m, &n, 1));
    for (size_t i = 0; i < ARRAY_LEN(threads); i++) {
        askers[i] = (struct asker){.m = m};
        assert_int_equal(pthread_create(&threads[i], NULL, ask, &askers[i]), 0);
    }
    keep(&m, 77);
    for (size_t i = 0; i < ARRAY_LEN(threads); i++) {
        pthread_join(threads[i], NULL);
        assert_true(askers[i].found);
        assert_int_equal(askers[i].n, 77);
    }
}

/* Who counts may fail: then the next one does. */
static void test_a_count_that_never_comes_is_not_waited_for_forever(void **unused)
{
    struct memo m = at(++n_keys, NOW);
    int64_t n;

    assert_false(memo_find(&m, &n, 1));
    assert_false(memo_find(&m, &n, 1));
    keep(&m, 5);
    assert_true(memo_find(&m, &n, 1));
}

struct looker {
    struct memo m;
    int64_t ids[MEMO_LIST];
    size_t len;
    bool found;
};

static void *look(void *of)
{
    struct looker *l = of;

    l->found = memo_find_list(&l->m, l->ids, &l->len);
    return NULL;
}

static void test_a_list_is_looked_for_once(void **unused)
{
    const int64_t ids[] = {7, 5, 3};
    struct memo m = at(++n_keys, NOW);
    struct memo changed = m;
    struct looker first = {.m = m}, lookers[8];
    pthread_t threads[8];

    look(&first);
    assert_false(first.found);
    for (size_t i = 0; i < ARRAY_LEN(threads); i++) {
        lookers[i] = (struct looker){.m = m};
        assert_int_equal(pthread_create(&threads[i], NULL, look, &lookers[i]), 0);
    }
    memo_keep_list(&m, ids, ARRAY_LEN(ids));
    for (size_t i = 0; i < ARRAY_LEN(threads); i++) {
        pthread_join(threads[i], NULL);
        assert_true(lookers[i].found);
        assert_int_equal(lookers[i].len, ARRAY_LEN(ids));
        assert_memory_equal(lookers[i].ids, ids, sizeof(ids));
    }
    changed.version++;
    lookers[0] = (struct looker){.m = changed};
    look(&lookers[0]);
    assert_false(lookers[0].found);
}

/* Lists that were cut off are not waited for one after the other. */
static void test_a_list_given_up_keeps_nobody_waiting(void **unused)
{
    struct memo m = at(++n_keys, NOW);
    struct looker l = {.m = m};
    int64_t began = clock_monotonic();

    look(&l);
    memo_give_up_list(&m);
    for (int i = 0; i < 20; i++) {
        look(&l);
        assert_false(l.found);
    }
    assert_true(clock_monotonic() - began < 20000);
    memo_keep_list(&m, l.ids, 0);
    look(&l);
    assert_true(l.found);
    assert_int_equal(l.len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kept_while_nothing_changes),
        cmocka_unit_test(test_a_change_is_counted_at_once),
        cmocka_unit_test(test_thousands_may_be_some_seconds_old),
        cmocka_unit_test(test_others_wait_for_the_one_who_counts),
        cmocka_unit_test(test_a_count_that_never_comes_is_not_waited_for_forever),
        cmocka_unit_test(test_a_list_is_looked_for_once),
        cmocka_unit_test(test_a_list_given_up_keeps_nobody_waiting),
    };

    return cmocka_run_group_tests_name("app-memo", tests, open_db, close_db);
}
