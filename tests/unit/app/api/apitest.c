#include "apitest.h"

#include "app/api/api.h"
#include "app/evidence/evidence.h"
#include "app/web/web.h"
#include "base/clock.h"
#include "base/io.h"
#include "cmd/routes.h"
#include "sys/crypto/seal.h"

int apitest_setup(void **state)
{
    struct apitest *t = calloc(1, sizeof(*t));
    struct http_options options = {.host = "127.0.0.1", .guard = account_guard, .error = web_error};
    struct err err = {0};

    province_open(&t->p);
    clock_set(t->p.now);
    evidence_store.dir = io_join(&t->p.t.arena, str_c(t->p.t.dir), STR("blobs"));
    options.spool_dir = t->p.t.dir;
    options.ctx = t->p.t.pool;
    if (account_start(t->p.t.pool, &err) < 0 ||
        site_load(t->p.t.pool, str_c(t->p.t.dir), &err) < 0 ||
        seal_start(&t->p.t.arena, str_c(t->p.t.dir), &err) < 0 ||
        http_start(&t->server, &options, route_tables, route_lens(), route_tables_len, &err) < 0)
        fail_msg("%s", err.what);
    api_start(route_tables, route_lens(), route_tables_len);
    t->b = (struct browser){.port = http_port(t->server), .arena = &t->p.t.arena};
    *state = t;
    return 0;
}

int apitest_teardown(void **state)
{
    struct apitest *t = *state;

    browser_close(&t->b);
    http_stop(t->server, 5);
    clock_set(0);
    province_close(&t->p);
    free(t);
    return 0;
}

/* The permissions that the account holds somewhere, as the scope of a token. */
static struct form_values held_by(struct apitest *t, const struct actor *who)
{
    struct form_values out = {.at = arena_array(&t->p.t.arena, struct str, PERM_COUNT)};

    for (int p = 0; p < PERM_COUNT; p++) {
        const char *name = permission_name((enum permission)p);

        if (testdb_sql(&t->p.t, str_printf(&t->p.t.arena,
                                           "SELECT COUNT(*) FROM actor_root WHERE account_id = "
                                           "%" PRId64 " AND permission = '%s'",
                                           who->id, name)
                                    .ptr) > 0)
            out.at[out.len++] = str_c(name);
    }
    return out;
}

void as(struct apitest *t, const struct actor *who)
{
    struct token_new new_ = {.name = STR("test"),
                             .scope = held_by(t, who),
                             .networks = STR(""),
                             .expires_at = t->p.now + 2 * DAY_MS};
    struct err err = {0};
    struct str token;

    assert_true(who->id < (int64_t)ARRAY_LEN(t->tokens));
    t->b.headers = t->tokens[who->id];
    if (t->b.headers != NULL)
        return;
    if (account_token_create(t->p.t.db, &t->p.t.arena, who->id, &new_, who, t->p.now, &token,
                             &err) < 0)
        fail_msg("%s", err.what);
    t->b.headers = t->tokens[who->id] =
        str_printf(&t->p.t.arena, "Authorization: Bearer " STR_FMT "\r\n", STR_ARG(token)).ptr;
}

void as_visitor(struct apitest *t)
{
    t->b.headers = NULL;
}

void sit_down(struct apitest *t, const struct actor *who)
{
    as_visitor(t);
    visit_as(&t->p, &t->b, who);
}

void call(struct apitest *t, const char *method, const char *path, const char *body,
          const char *more)
{
    const char *before = t->b.headers;

    t->b.headers = str_printf(&t->p.t.arena, "%s%sAccept-Language: en\r\n",
                              before != NULL ? before : "", more != NULL ? more : "")
                       .ptr;
    browser_send(&t->b, method, path, "application/json", body != NULL ? str_c(body) : STR_EMPTY);
    t->b.headers = before;
}

void assert_answer_(struct apitest *t, int status, const char *part, const char *file, int line)
{
    if (t->b.page.status != status || !browser_shows(&t->b, part)) {
        print_error("answer %d, expected %d with %s:\n" STR_FMT "\n", t->b.page.status, status,
                    part, STR_ARG(t->b.page.body));
        _fail(file, line);
    }
}

struct str answered(struct apitest *t, const char *header)
{
    return str_dup(&t->p.t.arena, reply_header(&t->b.page, header));
}

struct str member(struct apitest *t, const char *name)
{
    struct json j;

    json_init(&j, t->b.page.body);
    while (json_next(&j) != JSON_END && j.type != JSON_ERROR) {
        if (j.type == JSON_KEY && str_is(j.text, name)) {
            json_next(&j);
            return j.type == JSON_STRING ? json_string(&j, &t->p.t.arena)
                                         : str_dup(&t->p.t.arena, j.text);
        }
    }
    fail_msg("no member %s in " STR_FMT, name, STR_ARG(t->b.page.body));
    return STR_EMPTY;
}

int count_of(const struct apitest *t, const char *text)
{
    struct str rest = t->b.page.body;
    ptrdiff_t at;
    int n = 0;

    while ((at = str_find(rest, str_c(text))) >= 0) {
        rest = str_from(rest, (size_t)at + strlen(text));
        n++;
    }
    return n;
}

const char *with(struct apitest *t, const char *before, struct str part, const char *behind)
{
    return str_printf(&t->p.t.arena, "%s" STR_FMT "%s", before, STR_ARG(part), behind).ptr;
}

int64_t audited(struct apitest *t, const char *action)
{
    return testdb_sql(
        &t->p.t,
        str_printf(&t->p.t.arena, "SELECT COUNT(*) FROM audit WHERE action = '%s'", action).ptr);
}
