#include "support/visit.h"

#include "app/evidence/evidence.h"
#include "app/web/web.h"
#include "base/clock.h"

#include <setjmp.h>
#include <cmocka.h>

void visit_begin(struct province *p, const struct http_route *const *tables, const size_t *lens,
                 size_t tables_len, struct http_server **server, struct browser *b)
{
    struct http_options options = {.host = "127.0.0.1", .guard = account_guard, .error = web_error};
    struct err err = {0};

    province_open(p);
    clock_set(p->now);
    options.spool_dir = p->t.dir;
    options.ctx = p->t.pool;
    if (account_start(p->t.pool, &err) < 0 || site_load(p->t.pool, str_c(p->t.dir), &err) < 0 ||
        evidence_open_store(&p->t.arena, str_c(p->t.dir), STR(""), &err) < 0 ||
        http_start(server, &options, tables, lens, tables_len, &err) < 0)
        fail_msg("%s", err.what);
    *b = (struct browser){.port = http_port(*server), .arena = &p->t.arena};
}

void visit_end(struct province *p, struct http_server *server, struct browser *b)
{
    browser_close(b);
    http_stop(server, 5);
    clock_set(0);
    province_close(p);
}

void visit_as(struct province *p, struct browser *b, const struct actor *who)
{
    struct err err = {0};
    struct str token;

    if (db_begin(p->t.db, &err) < 0 ||
        account_session_open(p->t.db, &p->t.arena, who->id, STR("192.0.2.1"), STR("test"), p->now,
                             &token, &err) < 0 ||
        db_commit(p->t.db, &err) < 0)
        fail_msg("%s", err.what);
    browser_close(b);
    *b = (struct browser){.port = b->port, .arena = &p->t.arena};
    browser_set_cookie(b, STR(SESSION_COOKIE), token);
}
