#include "support/testdb.h"
#include "test.h"

#include "../sys/http/client.h"
#include "base/io.h"
#include "base/json.h"
#include "sys/config/config.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

/*
 * Several nodes of one site start at once on a database of an older version: one of them brings it
 * up to date, the others wait for it, and all of them serve.
 */
enum { NODES = 3, OLD = 3 };

static const char *program;
static struct testdb t;
static struct err err;
static char site[300];

struct node {
    pid_t pid;
    int out, port;
};

static int begin(void **state)
{
    struct config config;

    testdb_open_empty(&t);
    assert_int_equal(db_begin(t.db, &err), 0);
    if (db_migrate_within(t.db, OLD, &err) < 0 || db_commit(t.db, &err) < 0)
        fail_msg("%s", err.what);
    snprintf(site, sizeof(site), "%s/site", t.dir);
    assert_int_equal(io_make_dirs(site, 0700, &err), 0);
    config_defaults(&t.arena, str_c(site), &config);
    config.database = str_c(t.url);
    assert_int_equal(io_replace_file(io_join(&t.arena, str_c(site), STR("ungcuu.conf")).ptr,
                                     config_text(&t.arena, str_c(site), &config), 0600, &err),
                     0);
    return 0;
}

static int finish(void **state)
{
    testdb_close(&t);
    return 0;
}

/* Waits at the gate until it is opened for all of them at once. */
static struct node start(int gate)
{
    struct node n = {0};
    int pipes[2];
    char byte;

    assert_int_equal(pipe2(pipes, O_CLOEXEC), 0);
    n.pid = fork();
    if (n.pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL); /* a test that fails leaves no server behind */
        dup2(pipes[1], STDOUT_FILENO);
        if (read(gate, &byte, 1) < 0)
            _exit(126);
        execl(program, program, "serve", "--dir", site, "--any-port", "--json", NULL);
        _exit(127);
    }
    close(pipes[1]);
    n.out = pipes[0];
    return n;
}

static void read_port(struct node *n)
{
    char line[512];
    int got = 0;
    struct json j;
    int64_t port;

    while (got < (int)sizeof(line) - 1 && read(n->out, line + got, 1) == 1 && line[got] != '\n')
        got++;
    json_init(&j, str_make(line, (size_t)got));
    while (json_next(&j) != JSON_END && j.type != JSON_ERROR) {
        if (j.type == JSON_KEY && str_is(j.text, "port") && json_next(&j) == JSON_NUMBER &&
            json_int(&j, &port))
            n->port = (int)port;
    }
    if (n->port == 0)
        fail_msg("a node said: %.*s", got, line);
}

static void test_one_migrates_and_all_serve(void **state)
{
    struct node nodes[NODES];
    int gate[2];

    assert_int_equal(pipe2(gate, O_CLOEXEC), 0);
    for (int i = 0; i < NODES; i++)
        nodes[i] = start(gate[0]);
    assert_int_equal(write(gate[1], "go!", NODES), NODES);
    for (int i = 0; i < NODES; i++)
        read_port(&nodes[i]);
    for (int i = 0; i < NODES; i++) {
        assert_int_equal(get(nodes[i].port, &t.arena, "/healthz", "").status, 200);
        assert_int_equal(get(nodes[i].port, &t.arena, "/", "").status, 200);
    }
    /* Each step was made once: its number is the key of the table. */
    assert_int_equal(testdb_sql(&t, "SELECT MAX(version) FROM schema_version"), db_schema_latest());
    assert_int_equal(testdb_sql(&t, "SELECT COUNT(*) - COUNT(DISTINCT name) FROM schema_version"),
                     0);
    assert_int_equal(testdb_sql(&t, "SELECT COUNT(*) FROM setting WHERE key = 'form_secret'"), 1);
    for (int i = 0; i < NODES; i++) {
        int status;

        kill(nodes[i].pid, SIGTERM);
        assert_int_equal(waitpid(nodes[i].pid, &status, 0), nodes[i].pid);
        assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
        close(nodes[i].out);
    }
    close(gate[0]);
    close(gate[1]);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_one_migrates_and_all_serve, begin, finish),
    };

    if (argc != 2)
        die("usage: test-cmd-nodes PROGRAM");
    program = argv[1];
    return cmocka_run_group_tests(tests, NULL, NULL);
}
