#include "test.h"

#include "support/peer.h"
#include "support/province.h"

#include "app/incident/inner.h"
#include "app/post/hook.h"
#include "app/post/inner.h"
#include "app/report/report.h"
#include "app/web/web.h"
#include "base/clock.h"
#include "sys/crypto/seal.h"

static struct err err;

static int open_post(void **state)
{
    province_setup(state);
    assert_int_equal(seal_start(&((struct province *)*state)->t.arena,
                                str_c(((struct province *)*state)->t.dir), &err),
                     0);
    clock_set(((struct province *)*state)->now);
    site.name = site.coordinator = STR("Ứng Cứu");
    site.link_url = STR("https://ungcuu.example.vn");
    site.zone = 420;
    err = (struct err){0};
    return 0;
}

static int close_post(void **state)
{
    clock_set(0);
    site = (struct site){0};
    return province_teardown(state);
}

/* Everybody has an address and the site a server, so mails are queued. */
static void set_up_mail(struct province *p, int port)
{
    char sql[400];

    testdb_sql(&p->t, "UPDATE account SET email = login || '@example.vn'");
    snprintf(sql, sizeof(sql),
             "INSERT INTO setting (key, value) VALUES ('mail.smtp_host', '127.0.0.1'), "
             "('mail.smtp_port', '%d'), ('mail.smtp_security', 'none'), ('mail.from', "
             "'ungcuu@example.vn')",
             port);
    testdb_sql(&p->t, sql);
}

static int leave(struct job_run *run, struct err *e)
{
    return 0;
}

/* Hands events on; mails stay where they are. */
static void hand_on(struct province *p)
{
    static const struct job_kind mail = {.name = "mail", .run = leave};
    const struct job_kind *const kinds[] = {post_jobs[0], &mail, NULL};

    assert_true(job_drain(p->t.pool, kinds, clock_now(), &err) >= 0);
    assert_int_equal(testdb_sql(&p->t, "SELECT COUNT(*) FROM job WHERE error <> ''"), 0);
}

static int64_t count(struct province *p, const char *what, ...)
    __attribute__((format(printf, 2, 3)));
static int64_t count(struct province *p, const char *what, ...)
{
    char sql[600] = "SELECT COUNT(*) FROM ";
    size_t at = strlen(sql);
    va_list args;

    va_start(args, what);
    vsnprintf(sql + at, sizeof(sql) - at, what, args);
    va_end(args);
    return testdb_sql(&p->t, sql);
}

static int64_t told(struct province *p, const struct actor *who, const char *event)
{
    return count(p,
                 "notice n JOIN notice_event e ON e.id = n.event_id WHERE n.account_id = %lld AND "
                 "e.event = '%s'",
                 (long long)who->id, event);
}

static int64_t mailed(struct province *p, const struct actor *who)
{
    return count(p, "mail WHERE account_id = %lld", (long long)who->id);
}

/* ---- who is told ------------------------------------------------------------------------------
 */

static int64_t send_report(struct province *p, int64_t org, const char *email, bool link,
                           bool automatic)
{
    struct report_new new_ = {.channel = "public",
                              .title = STR("Trang web lạ"),
                              .body = STR("Có trang web giả mạo"),
                              .reporter_email = str_c(email),
                              .org_id = org,
                              .detected_at = opt_int(p->now),
                              .mail_secret = link,
                              .automatic = automatic,
                              .received_at = p->now};
    struct report_receipt receipt;

    assert_int_equal(db_begin(p->t.db, &err), 0);
    assert_int_equal(report_create(p->t.db, &p->t.arena, &new_, &receipt, &err), 0);
    assert_int_equal(db_commit(p->t.db, &err), 0);
    return receipt.id;
}

static void test_a_new_report_is_told_to_those_who_decide(void **state)
{
    struct province *p = *state;

    set_up_mail(p, 1);
    send_report(p, p->health, "", false, false);
    hand_on(p);
    assert_int_equal(told(p, &p->coordinator, "report.new"), 1);
    assert_int_equal(mailed(p, &p->coordinator), 1);
    assert_int_equal(told(p, &p->officer, "report.new"), 0);
    assert_int_equal(told(p, &p->stranger, "report.new"), 0);
    assert_int_equal(told(p, &p->auditor, "report.new"), 0);
}

static void test_handing_on_twice_tells_once(void **state)
{
    struct province *p = *state;

    set_up_mail(p, 1);
    send_report(p, p->health, "", false, false);
    hand_on(p);
    testdb_sql(&p->t, "UPDATE job SET state = 'ready' WHERE kind = 'notice'");
    hand_on(p);
    assert_int_equal(told(p, &p->coordinator, "report.new"), 1);
    assert_int_equal(mailed(p, &p->coordinator), 1);
}

static void test_an_incident_is_told_within_its_reach(void **state)
{
    struct province *p = *state;
    struct str code;
    int64_t id = province_incident(p, false, "amber", &code);

    hand_on(p);
    assert_int_equal(told(p, &p->officer, "incident.opened"), 1);
    assert_int_equal(told(p, &p->responder, "incident.opened"), 1);
    assert_int_equal(told(p, &p->stranger, "incident.opened"), 0);
    assert_int_equal(told(p, &p->coordinator, "incident.opened"), 0); /* who opened it */

    assert_int_equal(incident_comment(p->t.db, &p->t.arena, id,
                                      STR("@canbo xem giúp, @canbo.khac cũng vậy. mail@ungcuu"),
                                      &p->responder, p->now, &err),
                     0);
    hand_on(p);
    assert_int_equal(told(p, &p->officer, "incident.mention"), 1);
    assert_int_equal(told(p, &p->officer, "incident.comment"), 0);
    assert_int_equal(told(p, &p->coordinator, "incident.comment"), 1); /* a member */
    assert_int_equal(told(p, &p->stranger, "incident.mention"), 0);    /* may not see it */
    assert_int_equal(told(p, &p->responder, "incident.mention"), 0); /* mail@ungcuu is an address */

    assert_int_equal(
        incident_set_lead(p->t.db, &p->t.arena, id, p->officer.id, &p->coordinator, p->now, &err),
        0);
    assert_int_equal(incident_set_state(p->t.db, &p->t.arena, id, 0, STR("responding"), STR(""),
                                        &p->coordinator, p->now, &err),
                     0);
    hand_on(p);
    assert_int_equal(told(p, &p->officer, "incident.assigned"), 1);
    assert_int_equal(told(p, &p->officer, "incident.state"), 1);
    assert_int_equal(told(p, &p->responder, "incident.state"), 0); /* neither member nor watcher */

    testdb_sql(&p->t, str_printf(&p->t.arena,
                                 "INSERT INTO incident_watcher (incident_id, account_id, added_at) "
                                 "VALUES (%lld, %lld, 1)",
                                 (long long)id, (long long)p->responder.id)
                          .ptr);
    assert_int_equal(incident_set_state(p->t.db, &p->t.arena, id, 0, STR("recovering"), STR(""),
                                        &p->coordinator, p->now, &err),
                     0);
    hand_on(p);
    assert_int_equal(told(p, &p->responder, "incident.state"), 1);
}

static void test_what_was_loaded_from_the_past_is_not_told(void **state)
{
    struct province *p = *state;
    struct str code;

    clock_set(p->now + 3 * DAY_MS);
    province_incident(p, false, "amber", &code);
    assert_int_equal(count(p, "notice_event"), 0);
}

static void test_closed_content_never_goes_by_mail(void **state)
{
    static const char *const closed[] = {"red", "amber+strict"};
    struct province *p = *state;

    set_up_mail(p, 1);
    testdb_sql(&p->t, "INSERT INTO notice_choice (account_id, event, in_app, mail) "
                      "SELECT id, 'incident.comment', 1, 'now' FROM account");
    for (size_t i = 0; i < ARRAY_LEN(closed); i++) {
        struct str code;
        int64_t id = province_incident(p, false, closed[i], &code);

        /* Of TLP:RED only named people are told at all. */
        assert_int_equal(incident_set_member(p->t.db, &p->t.arena, id, p->officer.id, true,
                                             &p->coordinator, p->now, &err),
                         0);
        assert_int_equal(incident_comment(p->t.db, &p->t.arena, id, STR("Mật khẩu quản trị bị lộ"),
                                          &p->coordinator, p->now, &err),
                         0);
        hand_on(p);
        assert_int_equal(count(p, "mail WHERE account_id = %lld AND subject LIKE '%%" STR_FMT "%%'",
                               (long long)p->officer.id, STR_ARG(code)) >= 2,
                         1);
    }
    assert_int_equal(count(p, "mail WHERE body LIKE '%%Mật khẩu%%' OR subject LIKE '%%Mật khẩu%%'"),
                     0);
    assert_int_equal(count(p, "mail WHERE body LIKE '%%Máy chủ%%' OR subject LIKE '%%Máy chủ%%'"),
                     0);
    assert_int_equal(
        count(p, "mail WHERE body LIKE '%%https://ungcuu.example.vn/incidents/SC-%%'") > 0, 1);
    assert_int_equal(mailed(p, &p->stranger), 0);
}

static void test_people_choose(void **state)
{
    struct province *p = *state;
    struct str code;

    set_up_mail(p, 1);
    testdb_sql(&p->t, "INSERT INTO notice_choice (account_id, event, in_app, mail) "
                      "SELECT id, 'incident.opened', 0, 'off' FROM account WHERE login = 'canbo'");
    testdb_sql(&p->t, "INSERT INTO notice_choice (account_id, event, in_app, mail) "
                      "SELECT id, 'incident.opened', 1, 'now' FROM account WHERE login = 'ungcuu'");
    province_incident(p, false, "amber", &code);
    hand_on(p);
    assert_int_equal(told(p, &p->officer, "incident.opened"), 0);
    assert_int_equal(mailed(p, &p->officer), 0);
    assert_int_equal(told(p, &p->responder, "incident.opened"), 1);
    assert_int_equal(mailed(p, &p->responder), 1);
}

/* ---- reporters --------------------------------------------------------------------------------
 */

static void test_a_reporter_gets_the_link_only_when_asked_for(void **state)
{
    struct province *p = *state;

    set_up_mail(p, 1);
    send_report(p, p->health, "an@example.com", false, false);
    assert_int_equal(count(p, "mail WHERE to_list = 'an@example.com' AND secret = 0"), 1);
    assert_int_equal(count(p, "mail WHERE body LIKE '%%/r/%%'"), 0);
    send_report(p, p->health, "binh@example.com", true, false);
    assert_int_equal(count(p,
                           "mail WHERE to_list = 'binh@example.com' AND secret = 1 AND body LIKE "
                           "'%%https://ungcuu.example.vn/r/%%'"),
                     1);
    send_report(p, p->health, "may@example.com", false, true);
    assert_int_equal(count(p, "mail WHERE to_list = 'may@example.com'"), 0);
}

static void test_a_strangers_address_is_not_flooded(void **state)
{
    struct province *p = *state;

    set_up_mail(p, 1);
    for (int i = 0; i < 10; i++)
        send_report(p, p->health, "an@example.com", false, false);
    assert_int_equal(count(p, "mail WHERE to_list = 'an@example.com'"), 3);
}

static void test_a_question_goes_to_the_reporter(void **state)
{
    struct province *p = *state;
    int64_t id;

    set_up_mail(p, 1);
    id = send_report(p, p->health, "an@example.com", false, false);
    assert_int_equal(report_ask(p->t.db, &p->t.arena, id, STR("Trang đó tên gì?"), &p->coordinator,
                                p->now, &err),
                     0);
    assert_int_equal(count(p,
                           "mail WHERE to_list = 'an@example.com' AND report_id = %lld AND body "
                           "LIKE '%%Trang đó tên gì?%%'",
                           (long long)id),
                     1);
}

/* ---- time -------------------------------------------------------------------------------------
 */

static int run_kind(struct province *p, const char *name, int64_t now)
{
    for (size_t i = 0; post_jobs[i] != NULL; i++) {
        struct job_run run = {.pool = p->t.pool, .arena = &p->t.arena, .now = now};

        clock_set(now);
        if (strcmp(post_jobs[i]->name, name) == 0)
            return post_jobs[i]->run(&run, &err);
    }
    fail_msg("no job %s", name);
    return 0;
}

static void test_a_task_is_told_when_due_soon_and_when_late_once_each(void **state)
{
    struct province *p = *state;
    struct str code;
    int64_t id = province_incident(p, false, "amber", &code);

    testdb_sql(&p->t, "UPDATE task SET due_at = NULL");
    testdb_sql(&p->t, str_printf(&p->t.arena,
                                 "UPDATE task SET assignee_id = %lld, due_at = %lld WHERE position "
                                 "= 1 AND incident_id = %lld",
                                 (long long)p->officer.id, (long long)(p->now + 3 * HOUR_MS),
                                 (long long)id)
                          .ptr);
    for (int hours = 0; hours <= 5; hours++) {
        assert_int_equal(run_kind(p, "due", p->now + hours * HOUR_MS), 0);
        hand_on(p);
        assert_int_equal(told(p, &p->officer, "task.soon"), hours >= 1);
        assert_int_equal(told(p, &p->officer, "task.overdue"), hours >= 3);
    }
    /* Another due time is another matter. */
    testdb_sql(&p->t, "UPDATE task SET due_at = due_at + 86400000");
    assert_int_equal(run_kind(p, "due", p->now + 26 * HOUR_MS), 0);
    hand_on(p);
    assert_int_equal(told(p, &p->officer, "task.soon"), 2);
}

static void test_the_digest_comes_once_a_day(void **state)
{
    struct province *p = *state;
    int64_t midnight = (p->now + 7 * HOUR_MS) / DAY_MS * DAY_MS - 7 * HOUR_MS;
    struct str code;

    set_up_mail(p, 1);
    province_incident(p, false, "amber", &code);
    hand_on(p);
    assert_int_equal(mailed(p, &p->officer), 0); /* opened incidents wait for the digest */
    midnight += DAY_MS;
    assert_int_equal(run_kind(p, "digest", midnight + 6 * HOUR_MS), 0);
    assert_int_equal(mailed(p, &p->officer), 0);
    assert_int_equal(run_kind(p, "digest", midnight + 7 * HOUR_MS), 0);
    assert_int_equal(run_kind(p, "digest", midnight + 8 * HOUR_MS), 0);
    assert_int_equal(count(p,
                           "mail WHERE kind = 'digest' AND account_id = %lld AND body LIKE "
                           "'%%" STR_FMT "%%Máy chủ bị chiếm%%'",
                           (long long)p->officer.id, STR_ARG(code)),
                     1);
    assert_int_equal(mailed(p, &p->officer), 1);
    /* Nothing new: no mail. */
    assert_int_equal(run_kind(p, "digest", midnight + DAY_MS + 7 * HOUR_MS), 0);
    assert_int_equal(mailed(p, &p->officer), 1);
}

/* ---- sending ----------------------------------------------------------------------------------
 */

static const char *const takes_it[] = {
    "220 hi\r\n\tEHLO",  "250 hi\r\n\tMAIL",     "250 ok\r\n\tRCPT", "250 ok\r\n\tDATA",
    "354 go\r\n\t.\r\n", "250 queued\r\n\tQUIT", "221 bye\r\n"};
static const char *const refuses[] = {"220 hi\r\n\tEHLO", "250 hi\r\n\tMAIL", "250 ok\r\n\tRCPT",
                                      "550 no such person\r\n\tQUIT", "221 bye\r\n"};
static const char *const puts_off[] = {"220 hi\r\n\tEHLO", "250 hi\r\n\tMAIL",
                                       "450 later\r\n\tQUIT", "221 bye\r\n"};

/* One mail to the officer; the peer plays the script for as long as `times` attempts. */
static void send_one(struct province *p, struct peer *peer, const char *const *script, size_t len,
                     bool secret)
{
    bool sent;

    peer_start(peer, script, len);
    set_up_mail(p, peer->port);
    assert_int_equal(db_begin(p->t.db, &err), 0);
    assert_int_equal(notice_mail_account(p->t.db, &p->t.arena, p->officer.id, LANG_VI,
                                         STR("Đặt lại mật khẩu"), STR("https://bi-mat.example.vn"),
                                         secret, p->now, &sent, &err),
                     0);
    assert_int_equal(db_commit(p->t.db, &err), 0);
    assert_int_equal(job_drain(p->t.pool, post_jobs, p->now, &err), 1);
}

static void test_a_mail_is_sent_and_its_secret_forgotten(void **state)
{
    struct province *p = *state;
    struct peer peer;

    send_one(p, &peer, takes_it, ARRAY_LEN(takes_it), true);
    peer_stop(&peer);
    assert_int_equal(count(p, "mail WHERE state = 'sent' AND body = '' AND answer = '250 queued'"),
                     1);
    assert_int_equal(count(p, "job WHERE kind = 'mail' AND state = 'done'"), 1);
    assert_non_null(strstr(peer.heard, "Auto-Submitted: auto-generated"));
    assert_non_null(strstr(peer.heard, "RCPT TO:<canbo@example.vn>"));
}

static void test_a_refused_mail_is_not_tried_again(void **state)
{
    struct province *p = *state;
    struct peer peer;

    send_one(p, &peer, refuses, ARRAY_LEN(refuses), false);
    assert_int_equal(job_drain(p->t.pool, post_jobs, p->now + DAY_MS, &err), 0);
    peer_stop(&peer);
    assert_int_equal(count(p, "mail WHERE state = 'failed' AND answer LIKE '%%no such person%%'"),
                     1);
    assert_int_equal(count(p, "job WHERE kind = 'mail' AND state = 'failed'"), 1);
    assert_int_equal(peer.connections, 1);
}

static void test_a_mail_that_is_put_off_is_tried_again(void **state)
{
    struct province *p = *state;
    struct peer peer;

    send_one(p, &peer, puts_off, ARRAY_LEN(puts_off), false);
    assert_int_equal(count(p, "mail WHERE state = 'queued' AND answer LIKE '%%450 later%%'"), 1);
    assert_int_equal(job_drain(p->t.pool, post_jobs, p->now + 10 * SECOND_MS, &err), 0);
    peer.says = takes_it;
    peer.len = ARRAY_LEN(takes_it);
    clock_set(p->now + MINUTE_MS);
    assert_int_equal(job_drain(p->t.pool, post_jobs, p->now + MINUTE_MS, &err), 1);
    peer_stop(&peer);
    assert_int_equal(count(p, "mail WHERE state = 'sent'"), 1);
    assert_int_equal(count(p, "mail_attempt"), 2);
}

static void test_an_empty_password_keeps_what_is_there(void **state)
{
    struct province *p = *state;
    struct post_settings s;

    assert_int_equal(post_settings_load(p->t.db, &p->t.arena, &s, &err), 0);
    s.smtp_host = STR("smtp.example.vn");
    s.smtp_user = STR("ungcuu");
    s.smtp_password = STR("mat-khau");
    for (int i = 0; i < 3; i++) {
        assert_int_equal(db_begin(p->t.db, &err), 0);
        assert_int_equal(post_settings_save(p->t.db, &p->t.arena, &s, &err), 0);
        assert_int_equal(db_commit(p->t.db, &err), 0);
        assert_int_equal(post_settings_load(p->t.db, &p->t.arena, &s, &err), 0);
        assert_true(str_is(s.smtp_password, i < 2 ? "mat-khau" : ""));
        s.smtp_password = STR("");
        if (i == 1)
            s.smtp_user = STR("");
    }
}

static int64_t named(struct province *p, const char *secret)
{
    return count(p, "setting WHERE value LIKE '%%%s%%'", secret) +
           count(p, "webhook WHERE secret LIKE '%%%s%%'", secret) +
           count(p, "audit WHERE detail LIKE '%%%s%%'", secret);
}

static void test_passwords_are_sealed(void **state)
{
    struct province *p = *state;
    struct post_settings s;
    struct mail_server server;

    assert_int_equal(post_settings_load(p->t.db, &p->t.arena, &s, &err), 0);
    s.smtp_user = s.imap_user = STR("ungcuu");
    s.smtp_password = STR("mat-khau-gui");
    s.imap_password = STR("mat-khau-nhan");
    assert_int_equal(db_begin(p->t.db, &err), 0);
    assert_int_equal(post_settings_save(p->t.db, &p->t.arena, &s, &err), 0);
    assert_int_equal(db_commit(p->t.db, &err), 0);
    assert_int_equal(named(p, "mat-khau"), 0);
    assert_int_equal(count(p, "setting WHERE key LIKE 'sealed.mail.%%'"), 2);
    assert_int_equal(post_settings_load(p->t.db, &p->t.arena, &s, &err), 0);
    assert_int_equal(post_smtp(&p->t.arena, &s, &server, &err), 0);
    assert_string_equal(server.password, "mat-khau-gui");

    /* One is no use in the place of the other. */
    testdb_sql(&p->t, "UPDATE setting SET value = (SELECT o.value FROM setting o WHERE o.key = "
                      "'sealed.mail.imap_password') WHERE key = 'sealed.mail.smtp_password'");
    assert_int_equal(post_settings_load(p->t.db, &p->t.arena, &s, &err), 0);
    assert_true(s.smtp_lost && !s.imap_lost);
    assert_int_equal(s.smtp_password.len, 0);
    assert_int_equal(post_smtp(&p->t.arena, &s, &server, &err), ERR_STATE);
    assert_non_null(strstr(err.hint, "type the password in anew"));
}

static void test_what_was_plain_is_sealed_once(void **state)
{
    struct province *p = *state;
    struct post_settings s;
    struct post_hook_row hook;
    struct str secret;
    int64_t n;

    testdb_sql(&p->t, "INSERT INTO setting (key, value) VALUES ('mail.smtp_user', 'ungcuu'), "
                      "('mail.smtp_password', 'con-de-tran'), ('mail.imap_password', '')");
    testdb_sql(&p->t,
               "INSERT INTO webhook (uuid, org_id, name, url, secret, events, state, failed, "
               "created_at, created_by, version) SELECT 'u-1', o.id, 'W', "
               "'https://may.example.vn/', 'con-de-tran', 'report.new', 'active', 0, 1, a.id, 1 "
               "FROM org o, account a WHERE o.parent_id IS NULL ORDER BY a.id LIMIT 1");
    assert_int_equal(post_seal_plain(p->t.pool, &n, &err), 0);
    assert_int_equal(n, 2);
    assert_int_equal(named(p, "con-de-tran"), 0);
    assert_int_equal(count(p, "audit WHERE action = 'setting.sealed'"), 1);
    assert_int_equal(count(p, "setting WHERE key IN ('mail.smtp_password', 'mail.imap_password')"),
                     0);
    assert_int_equal(post_settings_load(p->t.db, &p->t.arena, &s, &err), 0);
    assert_true(str_is(s.smtp_password, "con-de-tran"));
    assert_int_equal(
        post_hook(p->t.db, &p->t.arena, p->coordinator.id, p->now, STR("u-1"), &hook, &err), 1);
    assert_int_equal(post_hook_open(&p->t.arena, hook.uuid, hook.secret, &secret, &err), 0);
    assert_true(str_is(secret, "con-de-tran"));
    assert_int_equal(post_hook_open(&p->t.arena, STR("u-2"), hook.secret, &secret, &err),
                     ERR_INVALID);

    assert_int_equal(post_seal_plain(p->t.pool, &n, &err), 0);
    assert_int_equal(n, 0);
    assert_int_equal(count(p, "audit WHERE action = 'setting.sealed'"), 1);
}

static void test_a_webhook_tells_its_secret_once(void **state)
{
    struct province *p = *state;
    const struct post_hook_new new_ = {p->top, STR("Phiếu"), STR("https://may.example.vn/"),
                                       STR("report.new")};
    struct post_hook_made made;
    struct post_hook_row hook;
    struct str secret, anew;

    assert_int_equal(post_hook_make(p->t.db, &p->t.arena, &p->officer, &new_, p->now, &made, &err),
                     ERR_FORBIDDEN);
    assert_int_equal(
        post_hook_make(p->t.db, &p->t.arena, &p->coordinator, &new_, p->now, &made, &err), 0);
    assert_int_equal(named(p, str_cdup(&p->t.arena, made.secret)), 0);
    assert_int_equal(
        post_hook(p->t.db, &p->t.arena, p->coordinator.id, p->now, made.uuid, &hook, &err), 1);
    assert_int_equal(post_hook_open(&p->t.arena, hook.uuid, hook.secret, &secret, &err), 0);
    assert_true(str_eq(secret, made.secret));
    assert_int_equal(
        post_hook_anew(p->t.db, &p->t.arena, &p->coordinator, &hook, p->now, &anew, &err), 0);
    assert_int_equal(
        post_hook(p->t.db, &p->t.arena, p->coordinator.id, p->now, made.uuid, &hook, &err), 1);
    assert_int_equal(post_hook_open(&p->t.arena, hook.uuid, hook.secret, &secret, &err), 0);
    assert_true(str_eq(secret, anew));
    assert_false(str_eq(anew, made.secret));
    assert_int_equal(count(p, "audit WHERE action = 'setting.hook_secret'"), 1);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, open_post, close_post)
    const struct CMUnitTest tests[] = {
        TEST(test_a_new_report_is_told_to_those_who_decide),
        TEST(test_passwords_are_sealed),
        TEST(test_what_was_plain_is_sealed_once),
        TEST(test_a_webhook_tells_its_secret_once),
        TEST(test_handing_on_twice_tells_once),
        TEST(test_an_incident_is_told_within_its_reach),
        TEST(test_what_was_loaded_from_the_past_is_not_told),
        TEST(test_closed_content_never_goes_by_mail),
        TEST(test_people_choose),
        TEST(test_a_reporter_gets_the_link_only_when_asked_for),
        TEST(test_a_strangers_address_is_not_flooded),
        TEST(test_a_question_goes_to_the_reporter),
        TEST(test_a_task_is_told_when_due_soon_and_when_late_once_each),
        TEST(test_the_digest_comes_once_a_day),
        TEST(test_a_mail_is_sent_and_its_secret_forgotten),
        TEST(test_a_refused_mail_is_not_tried_again),
        TEST(test_a_mail_that_is_put_off_is_tried_again),
        TEST(test_an_empty_password_keeps_what_is_there),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
