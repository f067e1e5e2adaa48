#include "test.h"

#include "world.h"

#include "app/web/web.h"
#include "base/clock.h"
#include "base/io.h"
#include "cmd/matrix.h"
#include "cmd/routes.h"
#include "support/browser.h"
#include "sys/crypto/seal.h"

/*
 * Every route as every role, for a record of the own organisation, of one below it and of a
 * stranger, against docs/permissions.md; and no page shows a stranger's record to anybody.
 */
static struct http_server *server;
static struct str document;
static int wrong;

/* What a test program may tell about a mismatch before it fails. */
static void complain(const char *fmt, ...) _printf_(1, 2);
static void complain(const char *fmt, ...)
{
    va_list args;

    wrong++;
    va_start(args, fmt);
    vfprintf(stderr, fmt, args);
    va_end(args);
    fputc('\n', stderr);
}

static int matrix_begin(void **state)
{
    struct http_options options = {.host = "127.0.0.1", .guard = account_guard, .error = web_error};
    struct err err = {0};

    world_begin();
    options.spool_dir = world.dir;
    options.ctx = world.pool;
    if (site_load(world.pool, str_c(world.dir), &err) < 0 ||
        seal_start(&world.arena, str_c(world.dir), &err) < 0 ||
        http_start(&server, &options, route_tables, route_lens(), route_tables_len, &err) < 0)
        fail_msg("%s", err.what);
    if (io_read_file(&world.arena, PERMISSIONS_MD, 1 << 20, &document, &err) < 0)
        fail_msg("%s", err.what);
    return 0;
}

static int matrix_end(void **state)
{
    http_stop(server, 5);
    world_end();
    return 0;
}

/* ---- the document ------------------------------------------------------------------------------
 */

static void test_the_document_is_that_of_the_program(void **state)
{
    struct buf out = buf_make(&world.arena);
    struct str written = document, made, a, b;

    matrix_markdown(&out);
    made = buf_str(&out);
    while (str_line(&made, &a)) {
        if (!str_line(&written, &b) || !str_eq(a, b))
            fail_msg("docs/permissions.md says:\n" STR_FMT "\nthe program says:\n" STR_FMT
                     "\nRun: ungcuu permissions > docs/permissions.md",
                     STR_ARG(b), STR_ARG(a));
    }
    assert_int_equal(written.len, 0);
}

/* The cell of a route's line for somebody; the empty slice when there is no such line. */
static struct str cell_of(const struct http_route *route, int who)
{
    struct str rest = document, line, cell = STR_EMPTY;
    struct str start =
        str_printf(&world.arena, "| %s | `%s` | ", matrix_method(route->method), route->pattern);

    while (str_line(&rest, &line)) {
        if (!str_starts(line, start))
            continue;
        for (int i = 0; i < 6 + who + 1; i++)
            str_split(&line, '|', &cell);
        return str_trim(cell);
    }
    return STR_EMPTY;
}

/* ---- asking ------------------------------------------------------------------------------------
 */

static const char *name_of(int who)
{
    return who == MATRIX_VISITOR ? "visitor" : role_name((enum role)who);
}

static void appear(struct browser *b, int who)
{
    browser_close(b);
    *b = (struct browser){.port = http_port(server), .arena = &world.arena};
    if (who == MATRIX_VISITOR)
        return;
    browser_set_cookie(b, STR(SESSION_COOKIE), world_session((enum role)who));
    browser_get(b, "/account");
    assert_int_equal(b->page.status, 200);
    assert_true(b->csrf.len > 0);
}

static const char *fields_of(const struct http_route *route)
{
    static const struct {
        const char *pattern, *fields;
    } forms[] = {
#define FORM(pattern, fields) {pattern, fields},
#include "forms.def"
#undef FORM
    };

    for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
        if (strcmp(forms[i].pattern, route->pattern) == 0)
            return forms[i].fields;
    }
    return "";
}

static void send_files(struct browser *b, const char *path, struct str csrf)
{
    browser_send(
        b, "POST", path, "multipart/form-data; boundary=matrix",
        str_printf(b->arena,
                   "--matrix\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n" STR_FMT
                   "\r\n--matrix--\r\n",
                   STR_ARG(csrf)));
}

static void ask(struct browser *b, const struct http_route *route, int who,
                const struct record *record)
{
    const char *path = world_fill(route->pattern, record);

    if (route->method == HTTP_GET) {
        browser_get(b, path);
        return;
    }
    if (route->api != NULL && route->body != HTTP_BODY_FILES) {
        const char *body = fields_of(route);

        b->headers = "If-Match: *\r\n";
        browser_json(b, matrix_method(route->method), path,
                     body[0] != '\0' ? world_fill(body, record) : "{}");
        b->headers = NULL;
        return;
    }
    assert_int_equal(route->method, HTTP_POST);
    if (who == MATRIX_VISITOR)
        b->csrf = account_form_token(b->arena, route->pattern, clock_now());
    if (route->body == HTTP_BODY_FILES)
        send_files(b, path, b->csrf);
    else
        browser_post(b, path, world_fill(fields_of(route), record));
}

static bool outcome_of(const struct browser *b, enum matrix_outcome *out)
{
    int status = b->page.status;

    if (status == 401 || (status == 303 && str_starts(browser_location(b), STR("/sign-in"))))
        *out = OUTCOME_SIGN_IN;
    else if (status == 403)
        *out = OUTCOME_DENIED;
    else if (status == 404)
        *out = OUTCOME_HIDDEN;
    else if ((status >= 200 && status < 400) || status == 400 || status == 409 || status == 412 ||
             status == 413 || status == 415 || status == 422)
        *out = OUTCOME_ALLOWED; /* whatever is wrong with what was sent, it was looked at */
    else
        return false;
    return true;
}

/* The text of the page around a word. */
static struct str around(const struct browser *b, const char *word)
{
    ptrdiff_t at = str_find(b->page.body, str_c(word));
    size_t from = at > 60 ? (size_t)at - 60 : 0;

    return str_sub(b->page.body, from, 100);
}

/* ---- the walk ----------------------------------------------------------------------------------
 */

static const char *const whose_names[] = {"own", "below", "stranger"};
static const char *const outcome_names[] = {"allowed", "sign in", "denied", "hidden"};

/* Which kind of record: the secret of a public page is what a reporter has. */
static const char *scope_of(const struct http_route *route)
{
    return strstr(route->pattern, "{secret}") != NULL ? "report" : route->scope;
}

/* Nobody is kept out of these; what is not there is not there for anybody. */
static bool is_public(const struct http_route *route)
{
    return strcmp(route->permission, "public") == 0;
}

static void check_one(struct browser *b, const struct http_route *route, int who,
                      enum matrix_whose whose)
{
    const struct record *record = world_shared(scope_of(route), whose);
    struct record fresh;
    struct str cell = cell_of(route, who);
    enum matrix_outcome expected, got = OUTCOME_DENIED;

    if (!matrix_read_cell(cell, whose, &expected)) {
        complain("%s %s is missing from docs/permissions.md", matrix_method(route->method),
                 route->pattern);
        return;
    }
    /* What one role did to a record is not to change what the next one meets. */
    if (route->method != HTTP_GET && expected != OUTCOME_DENIED && expected != OUTCOME_SIGN_IN) {
        world_record(scope_of(route), whose, &fresh);
        record = &fresh;
    }
    ask(b, route, who, record);
    if (!outcome_of(b, &got))
        complain("%s %s as %s (%s): status %d", matrix_method(route->method), route->pattern,
                 name_of(who), whose_names[whose], b->page.status);
    else if (got != expected && !(got == OUTCOME_HIDDEN && is_public(route)))
        complain("%s %s as %s (%s): %s by the document, but %s (%d)%s",
                 matrix_method(route->method), route->pattern, name_of(who), whose_names[whose],
                 outcome_names[expected], outcome_names[got], b->page.status,
                 b->page.status == 400 ? "; if the form is to blame: forms.def" : "");
    if (who != MATRIX_VISITOR && whose != WHOSE_STRANGER && got == OUTCOME_ALLOWED &&
        browser_shows(b, STRANGER_MARK))
        complain("%s %s shows %s a stranger's record: ..." STR_FMT "...",
                 matrix_method(route->method), route->pattern, name_of(who),
                 STR_ARG(around(b, STRANGER_MARK)));
    /* Signing out and the like end the session. */
    if (route->method != HTTP_GET && !matrix_has_owner(route))
        appear(b, who);
}

static void test_walk(void **state)
{
    const size_t *lens = route_lens();
    int who = *(const int *)*state;
    struct browser b = {0};

    wrong = 0;
    appear(&b, who);
    for (size_t t = 0; t < route_tables_len; t++) {
        for (size_t i = 0; i < lens[t]; i++) {
            const struct http_route *route = &route_tables[t][i];
            int last = matrix_has_owner(route) ? WHOSE_COUNT : 1;
            for (int w = 0; w < last; w++)
                check_one(&b, route, who, (enum matrix_whose)w);
        }
    }
    browser_close(&b);
    assert_int_equal(wrong, 0);
}

/* ---- lists -------------------------------------------------------------------------------------
 */

/* The codes of the own organisation's and the one below's record are in the list, the stranger's is
 * not: for whoever may open the list. */
static void test_lists_show_all_within_reach_and_nothing_else(void **state)
{
    static const struct {
        const char *path, *scope, *part;
    } lists[] = {
        {"/accounts?n=100", "account", "{login}"},
        {"/accounts.csv", "account", "{login}"},
        {"/reports?n=100", "report", "{code}"},
        {"/incidents?n=100", "incident", "{code}"},
        {"/systems?n=100", "system", "{code}"},
        {"/orgs?n=100", "org", "{code}"},
        {"/api/v1/reports?limit=200", "report", "{code}"},
        {"/api/v1/incidents?limit=200", "incident", "{code}"},
        {"/api/v1/systems?limit=200", "system", "{code}"},
        {"/api/v1/orgs?limit=200", "org", "{code}"},
        {"/api/v1/accounts?limit=200", "account", "{login}"},
        {"/systems.csv", "system", "{code}"},
        {"/orgs.csv", "org", "{code}"},
        {"/reports.csv", "report", "{code}"},
        {"/incidents.csv", "incident", "{code}"},
        {"/incidents.json", "incident", "{code}"},
    };
    struct browser b = {0};
    int seen = 0;

    wrong = 0;
    for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
        for (int w = 0; w < WHOSE_COUNT; w++)
            world_shared(lists[i].scope, (enum matrix_whose)w);
    }
    for (int who = 0; who < ROLE_COUNT; who++) {
        appear(&b, who);
        for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
            browser_get(&b, lists[i].path);
            if (b.page.status != 200)
                continue;
            seen++;
            for (int w = 0; w < WHOSE_COUNT; w++) {
                const struct record *r = world_shared(lists[i].scope, (enum matrix_whose)w);
                if (browser_shows(&b, world_fill(lists[i].part, r)) != (w != WHOSE_STRANGER))
                    complain("%s as %s: %s is %s", lists[i].path, name_of(who), whose_names[w],
                             w != WHOSE_STRANGER ? "missing" : "shown");
            }
        }
    }
    browser_close(&b);
    assert_int_equal(wrong, 0);
    assert_true(seen > ROLE_COUNT);
}

/* ---- side doors in what is sent -----------------------------------------------------------------
 */

static int64_t account_of(const struct record *r)
{
    return testdb_sql(&world, world_fill("SELECT id FROM account WHERE login = '{login}'", r));
}

static int64_t memberships(int64_t account)
{
    return testdb_sql(&world,
                      str_printf(&world.arena,
                                 "SELECT COUNT(*) FROM incident_member WHERE account_id = %lld",
                                 (long long)account)
                          .ptr);
}

static void test_nobody_is_brought_in_from_a_strangers_organisation(void **state)
{
    static const struct {
        const char *path, *field;
    } ways[] = {{"/incidents/{code}/members", "account"},
                {"/incidents/{code}/lead", "account"},
                {"/incidents/{code}/tasks/{task}/assign", "assignee"}};
    struct browser b = {0};

    appear(&b, ROLE_coordinator);
    for (size_t i = 0; i < ARRAY_LEN(ways); i++) {
        for (int w = 0; w < WHOSE_COUNT; w++) {
            struct record incident, person;
            int64_t account;
            world_record("incident", WHOSE_OWN, &incident);
            world_record("account", (enum matrix_whose)w, &person);
            account = account_of(&person);
            browser_post(
                &b, world_fill(ways[i].path, &incident),
                str_printf(&world.arena, "%s=%lld", ways[i].field, (long long)account).ptr);
            /* whoever is given work must be able to do it: an officer below is not, over this one
             */
            if (w == WHOSE_OWN || (w == WHOSE_BELOW && i < 2))
                assert_int_equal(memberships(account), 1);
            else
                assert_int_equal(memberships(account), 0);
        }
    }
    browser_close(&b);
}

/* With whom an incident is shared in part: the partner's page shows what is marked, every other
 * address of the incident leads there or is closed, and no page at all shows more. */
static void test_a_partner_sees_only_what_is_marked(void **state)
{
    const size_t *lens = route_lens();
    struct record incident = {0};
    struct browser b = {.port = http_port(server), .arena = &world.arena};

    wrong = 0;
    browser_set_cookie(&b, STR(SESSION_COOKIE), world_partner(&incident));
    for (size_t t = 0; t < route_tables_len; t++) {
        for (size_t i = 0; i < lens[t]; i++) {
            const struct http_route *route = &route_tables[t][i];
            bool joint = strstr(route->pattern, "{code}/joint") != NULL;
            bool of_incident = strcmp(route->scope, "incident") == 0;

            if (!of_incident && (route->method != HTTP_GET || strcmp(route->scope, "none") != 0 ||
                                 strchr(route->pattern, '{') != NULL))
                continue;
            browser_get(&b, "/account");
            ask(&b, route, ROLE_coordinator, &incident);
            if (of_incident && joint && b.page.status >= 403 && b.page.status != 404)
                complain("%s: status %d", route->pattern, b.page.status);
            if (of_incident && !joint && b.page.status != 404 && b.page.status != 403 &&
                !str_ends(browser_location(&b), STR("/joint")))
                complain("%s is open to a partner: %d", route->pattern, b.page.status);
            if (browser_shows(&b, STRANGER_MARK))
                complain("%s shows a partner too much: ..." STR_FMT "...", route->pattern,
                         STR_ARG(around(&b, STRANGER_MARK)));
        }
    }
    browser_get(&b, world_fill("/incidents/{code}/joint", &incident));
    assert_true(browser_shows(&b, PARTNER_MARK));
    browser_get(&b, "/search?q=" STRANGER_MARK);
    assert_int_equal(b.page.status, 200);
    assert_false(browser_shows(&b, world_fill("{code}", &incident)));
    browser_get(&b, "/incidents/shared");
    assert_true(browser_shows(&b, world_fill("{code}", &incident)));
    browser_close(&b);
    assert_int_equal(wrong, 0);
}

int main(void)
{
    static int who[ROLE_COUNT + 1];
    struct CMUnitTest tests[ROLE_COUNT + 5];
    size_t n = 0;

    tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_the_document_is_that_of_the_program);
    tests[n++] =
        (struct CMUnitTest)cmocka_unit_test(test_lists_show_all_within_reach_and_nothing_else);
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(
        test_nobody_is_brought_in_from_a_strangers_organisation);
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_a_partner_sees_only_what_is_marked);
    for (int i = 0; i <= ROLE_COUNT; i++) {
        who[i] = i - 1;
        tests[n++] = (struct CMUnitTest){
            .name = name_of(i - 1), .test_func = test_walk, .initial_state = &who[i]};
    }
    return _cmocka_run_group_tests("matrix", tests, n, matrix_begin, matrix_end);
}
