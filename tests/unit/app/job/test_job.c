#include "test.h"

#include "support/testdb.h"

#include "app/job/job.h"
#include "app/notice/notice.h"
#include "base/clock.h"

#include <pthread.h>

#define NOW INT64_C(1795344360000)

static struct testdb t;
static struct err err;
static int runs,
    failures; /* how often the test's handler ran; how often it fails before it does not */
static bool final;

/* Its work is a row, written together with the end of the job. */
static int work(struct job_run *run, struct err *e)
{
    _cleanup_(db_releasep) struct db *db = NULL;
    int r;

    __atomic_add_fetch(&runs, 1, __ATOMIC_RELAXED);
    if (failures > 0) {
        failures--;
        run->give_up = final;
        return err_set(e, ERR_UNAVAILABLE, "the other side does not answer");
    }
    if ((r = db_acquire(run->pool, &db, e)) < 0 || (r = db_begin(db, e)) < 0)
        return r;
    r = job_add(db, "trace", run->ref, run->arg, run->now + 100 * DAY_MS, run->now, e);
    if (r == 0)
        r = job_done(run, db, e);
    if (r < 0) {
        db_rollback(db);
        return r;
    }
    return db_commit(db, e);
}

static int tick(struct job_run *run, struct err *e)
{
    runs++;
    if (failures > 0) {
        failures--;
        return err_set(e, ERR_IO, "not this time");
    }
    return 0;
}

static int64_t each_hour(int64_t now)
{
    return (now / HOUR_MS + 1) * HOUR_MS;
}

static const struct job_kind work_kind = {"work", "Work", work, 3, NULL};
static const struct job_kind tick_kind = {"tick", "Tick", tick, 2, each_hour};
static const struct job_kind *const kinds[] = {&work_kind, &tick_kind, NULL};

static int open_queue(void **state)
{
    clock_set(NOW);
    runs = failures = 0;
    final = false;
    err = (struct err){0};
    testdb_open(&t);
    return 0;
}

static int close_queue(void **state)
{
    testdb_close(&t);
    clock_set(0);
    return 0;
}

static void add(int64_t ref, int64_t due)
{
    assert_int_equal(db_begin(t.db, &err), 0);
    assert_int_equal(job_add(t.db, "work", ref, STR("x"), due, NOW, &err), 0);
    assert_int_equal(db_commit(t.db, &err), 0);
}

static int drain(int64_t now)
{
    clock_set(now);
    return job_drain(t.pool, kinds, now, &err);
}

static int64_t count(const char *where)
{
    char sql[200];

    snprintf(sql, sizeof(sql), "SELECT COUNT(*) FROM job WHERE %s", where);
    return testdb_sql(&t, sql);
}

static void test_a_job_runs_once_when_it_is_due(void **state)
{
    add(7, NOW + MINUTE_MS);
    assert_int_equal(drain(NOW), 0);
    assert_int_equal(drain(NOW + MINUTE_MS), 1);
    assert_int_equal(drain(NOW + 2 * MINUTE_MS), 0);
    assert_int_equal(runs, 1);
    assert_int_equal(count("kind = 'trace' AND ref = 7 AND arg = 'x'"), 1);
    assert_int_equal(count("kind = 'work' AND state = 'done'"), 1);
}

static void test_a_transaction_rolled_back_leaves_no_job(void **state)
{
    assert_int_equal(db_begin(t.db, &err), 0);
    assert_int_equal(job_add(t.db, "work", 1, STR(""), 0, NOW, &err), 0);
    db_rollback(t.db);
    assert_int_equal(drain(NOW), 0);
}

static void test_failures_wait_longer_each_time_and_end(void **state)
{
    struct job_list list;

    failures = 10;
    add(1, 0);
    assert_int_equal(drain(NOW), 1);
    assert_int_equal(drain(NOW + 29 * SECOND_MS), 0);
    assert_int_equal(drain(NOW + 30 * SECOND_MS), 1);
    assert_int_equal(drain(NOW + 80 * SECOND_MS), 0);
    assert_int_equal(drain(NOW + 90 * SECOND_MS), 1);
    assert_int_equal(drain(NOW + 10 * DAY_MS), 0);
    assert_int_equal(job_listing(t.db, &t.arena, STR("failed"), 10, &list, &err), 0);
    assert_int_equal(list.len, 1);
    assert_int_equal(list.at[0].attempts, 3);
    assert_true(str_is(list.at[0].error, "the other side does not answer"));

    /* The administrator's button gives it all its attempts again. */
    failures = 1;
    assert_int_equal(db_begin(t.db, &err), 0);
    assert_int_equal(job_retry(t.db, &t.arena, list.at[0].id, NOW + 10 * DAY_MS, &err), 0);
    assert_int_equal(db_commit(t.db, &err), 0);
    assert_int_equal(drain(NOW + 10 * DAY_MS), 1);
    assert_int_equal(drain(NOW + 11 * DAY_MS), 1);
    assert_int_equal(count("state = 'failed'"), 0);
    assert_int_equal(count("kind = 'trace'"), 1);
}

static void test_a_final_error_is_not_tried_again(void **state)
{
    failures = 1;
    final = true;
    add(1, 0);
    assert_int_equal(drain(NOW), 1);
    assert_int_equal(count("state = 'failed'"), 1);
    assert_int_equal(drain(NOW + DAY_MS), 0);
}

/* What a process that dies leaves behind: a running row with a lease nobody renews. */
static void test_a_lease_that_ends_gives_the_job_to_another(void **state)
{
    add(1, 0);
    testdb_sql(
        &t,
        "UPDATE job SET state = 'running', lease = 'dead', attempts = 1, due_at = due_at + 60000");
    assert_int_equal(drain(NOW), 0);
    assert_int_equal(drain(NOW + MINUTE_MS), 1);
    assert_int_equal(count("kind = 'trace'"), 1);
}

static void test_a_job_that_kills_its_process_each_time_is_given_up(void **state)
{
    add(1, 0);
    testdb_sql(&t, "UPDATE job SET state = 'running', lease = 'dead', attempts = 3");
    assert_int_equal(drain(NOW), 1);
    assert_int_equal(runs, 0);
    assert_int_equal(count("state = 'failed'"), 1);
}

/* A handler that comes back after its lease was given away changes nothing. */
static void test_the_work_of_a_lost_lease_is_rolled_back(void **state)
{
    struct job_run run = {.pool = t.pool,
                          .arena = &t.arena,
                          .now = NOW,
                          .ref = 1,
                          .arg = STR(""),
                          .lease = STR("mine")};

    add(1, 0);
    run.id = testdb_sql(&t, "SELECT id FROM job");
    testdb_sql(&t, "UPDATE job SET state = 'running', lease = 'other'");
    assert_int_equal(work(&run, &err), ERR_CONFLICT);
    assert_int_equal(count("kind = 'trace'"), 0);
    testdb_sql(&t, "UPDATE job SET lease = 'mine'");
    assert_int_equal(work(&run, &err), 0);
    assert_int_equal(count("kind = 'trace'"), 1);
}

static void test_a_periodic_job_has_one_row_and_goes_on_after_failures(void **state)
{
    assert_int_equal(job_plan(t.db, &t.arena, kinds, NOW, &err), 0);
    assert_int_equal(job_plan(t.db, &t.arena, kinds, NOW, &err), 0);
    assert_int_equal(count("slot = 'tick'"), 1);
    assert_int_equal(drain(NOW), 0);
    failures = 3;
    for (int i = 1; i <= 4; i++)
        assert_int_equal(drain(NOW + i * HOUR_MS), 1);
    assert_int_equal(runs, 4);
    assert_int_equal(count("slot = 'tick' AND state = 'ready' AND error = ''"), 1);
}

struct racer {
    pthread_t thread;
    int done;
};

static void *race(void *arg)
{
    struct racer *me = arg;
    struct err e = {0};

    me->done = job_drain(t.pool, kinds, NOW, &e);
    return NULL;
}

static void test_many_takers_do_each_job_once(void **state)
{
    enum { JOBS = 60, TAKERS = 6 };
    struct racer racers[TAKERS];
    int done = 0;

    for (int i = 1; i <= JOBS; i++)
        add(i, 0);
    for (int i = 0; i < TAKERS; i++)
        assert_int_equal(pthread_create(&racers[i].thread, NULL, race, &racers[i]), 0);
    for (int i = 0; i < TAKERS; i++) {
        pthread_join(racers[i].thread, NULL);
        assert_true(racers[i].done >= 0);
        done += racers[i].done;
    }
    assert_int_equal(done, JOBS);
    assert_int_equal(count("kind = 'trace'"), JOBS);
    assert_int_equal(testdb_sql(&t, "SELECT COUNT(DISTINCT ref) FROM job WHERE kind = 'trace'"),
                     JOBS);
}

static void test_worker_threads_run_what_is_added(void **state)
{
    const struct job_options options = {.kinds = kinds, .threads = 2};
    struct job_runner *runner;

    assert_int_equal(job_start(&runner, t.pool, &options, &err), 0);
    add(5, 0);
    while (count("kind = 'work' AND state = 'done'") == 0)
        nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
    job_stop(runner);
    assert_int_equal(runs, 1);
}

static void test_a_secret_mail_waits_for_its_job(void **state)
{
    bool sent;

    testdb_sql(&t, "INSERT INTO account (login, name, email, phone, position, password_hash, "
                   "must_change, lang, theme, "
                   "state, failed, created_at, version, fold) VALUES ('lan', 'Can bo', "
                   "'lan@example.vn', '', '', '', 0, "
                   "'vi', '', 'active', 0, 0, 1, '')");
    assert_int_equal(db_begin(t.db, &err), 0);
    assert_int_equal(notice_mail_account(t.db, &t.arena, testdb_sql(&t, "SELECT id FROM account"),
                                         LANG_VI, STR("Dat lai mat khau"), STR("https://..."), true,
                                         NOW, &sent, &err),
                     0);
    assert_int_equal(db_commit(t.db, &err), 0);
    assert_true(sent);
    assert_int_equal(
        testdb_sql(&t, "SELECT COUNT(*) FROM mail WHERE secret = 1 AND state = 'queued' AND "
                       "to_list = 'lan@example.vn' AND message_id LIKE '%@ungcuu.invalid'"),
        1);
    assert_int_equal(count("kind = 'mail'"), 1);
    assert_int_equal(notice_mail_ready(t.db, &t.arena, &err), 0);
    testdb_sql(&t, "INSERT INTO setting (key, value) VALUES ('mail.smtp_host', '127.0.0.1')");
    assert_int_equal(notice_mail_ready(t.db, &t.arena, &err), 1);
}

int main(int argc, char **argv)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, open_queue, close_queue)
    const struct CMUnitTest tests[] = {
        TEST(test_a_job_runs_once_when_it_is_due),
        TEST(test_a_transaction_rolled_back_leaves_no_job),
        TEST(test_failures_wait_longer_each_time_and_end),
        TEST(test_a_final_error_is_not_tried_again),
        TEST(test_a_lease_that_ends_gives_the_job_to_another),
        TEST(test_a_job_that_kills_its_process_each_time_is_given_up),
        TEST(test_the_work_of_a_lost_lease_is_rolled_back),
        TEST(test_a_periodic_job_has_one_row_and_goes_on_after_failures),
        TEST(test_many_takers_do_each_job_once),
        TEST(test_worker_threads_run_what_is_added),
        TEST(test_a_secret_mail_waits_for_its_job),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
