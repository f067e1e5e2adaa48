#include "test.h"

#include "support/peer.h"
#include "support/province.h"

#include "app/evidence/evidence.h"
#include "app/incident/incident.h"
#include "app/letter/letter.h"
#include "app/post/hook.h"
#include "app/report/report.h"
#include "app/web/web.h"
#include "base/clock.h"
#include "sys/crypto/seal.h"
#include "base/io.h"

/* Mails that come in for a case, and messages to other programs. */

static struct err err;

static int open_site(void **state)
{
    struct province *p;

    province_setup(state);
    p = *state;
    assert_int_equal(seal_start(&p->t.arena, str_c(p->t.dir), &err), 0);
    clock_set(p->now);
    site.name = site.coordinator = STR("Ứng Cứu");
    site.link_url = STR("https://ungcuu.example.vn");
    evidence_store.dir = str_printf(&p->t.arena, "%s/blobs", p->t.dir);
    err = (struct err){0};
    return 0;
}

static int close_site(void **state)
{
    clock_set(0);
    site = (struct site){0};
    return province_teardown(state);
}

static int64_t count(struct province *p, const char *what)
{
    return testdb_sql(&p->t, str_printf(&p->t.arena, "SELECT COUNT(*) FROM %s", what).ptr);
}

static struct report_intake take_mail(struct province *p, const char *text, const char *source)
{
    struct str path = str_printf(&p->t.arena, "%s/mail.eml", p->t.dir);
    struct report_intake sum = {0};

    assert_int_equal(io_replace_file(path.ptr, str_c(text), 0600, &err), 0);
    if (report_intake_fetched(p->t.db, &p->t.arena, path.ptr, str_c(source), p->now, &sum, &err) <
        0)
        fail_msg("%s", err.what);
    return sum;
}

/* A mail that went out in the case, known by this id. */
static void sent_mail(struct province *p, int64_t incident_id, const char *message_id)
{
    testdb_sql(
        &p->t,
        str_printf(&p->t.arena,
                   "INSERT INTO mail (message_id, kind, state, incident_id, sender, to_list, "
                   "cc_list, subject, body, tlp, in_reply_to, refs, stop, lang, automatic, "
                   "secret, by_id, by_name, at, answer) VALUES ('%s', 'case', 'sent', %lld, "
                   "'', 'An <an@example.com>', '', '', '', '', '', '', '', 'vi', 0, 0, %lld, "
                   "'', 1, '')",
                   message_id, (long long)incident_id, (long long)p->coordinator.id)
            .ptr);
}

#define REPLY(from, subject, more)                                                                 \
    "From: " from "\r\nTo: ungcuu@example.vn\r\nSubject: " subject                                 \
    "\r\nMessage-ID: <tra-loi@example.com>\r\n" more "\r\nXin gui.\r\n"

static void test_an_answer_is_placed_by_the_id_it_names(void **state)
{
    struct province *p = *state;
    struct str code;
    int64_t id = province_incident(p, false, "amber", &code);

    sent_mail(p, id, "goc@example.vn");
    take_mail(p, REPLY("la@example.org", "Re", "In-Reply-To: <goc@example.vn>\r\n"), "box;1/1");
    assert_int_equal(count(p, "mail WHERE state = 'received' AND incident_id IS NOT NULL"), 1);
    assert_int_equal(count(p, "report"), 0);
    assert_int_equal(count(p, "notice_event WHERE event = 'incident.mail'"), 1);
    assert_int_equal(count(p, "incident_event WHERE kind = 'mail'"), 1);
}

static void test_folded_references_count_too(void **state)
{
    struct province *p = *state;
    struct str code;
    int64_t id = province_incident(p, false, "amber", &code);

    sent_mail(p, id, "goc@example.vn");
    take_mail(
        p,
        REPLY("la@example.org", "Re",
              "References: <khac@example.org>\r\n\t<goc@example.vn>\r\n <sau@example.org>\r\n"),
        "");
    assert_int_equal(count(p, "mail WHERE state = 'received' AND incident_id IS NOT NULL"), 1);
}

static void test_a_code_in_the_subject_counts_from_whom_it_was_written_to(void **state)
{
    struct province *p = *state;
    struct str code;
    int64_t id = province_incident(p, false, "amber", &code);
    struct str known = str_printf(&p->t.arena,
                                  "From: An <AN@example.com>\r\nSubject: Fwd: [" STR_FMT
                                  "] anh\r\nMessage-ID: <a@example.com>\r\n\r\nx\r\n",
                                  STR_ARG(code));
    struct str unknown = str_printf(&p->t.arena,
                                    "From: La <la@example.org>\r\nSubject: [" STR_FMT
                                    "] cho toi xem\r\nMessage-ID: <b@example.org>\r\n\r\nx\r\n",
                                    STR_ARG(code));

    sent_mail(p, id, "goc@example.vn");
    take_mail(p, known.ptr, "");
    assert_int_equal(count(p, "mail WHERE state = 'received' AND incident_id IS NOT NULL"), 1);
    take_mail(p, unknown.ptr, "");
    assert_int_equal(count(p, "mail WHERE state = 'received'"), 1);
    assert_int_equal(count(p, "report"), 1);
}

static void test_a_message_is_taken_once(void **state)
{
    struct province *p = *state;
    struct report_intake sum;

    take_mail(p, REPLY("a@example.com", "Mot", ""), "box;1/1");
    sum = take_mail(p, REPLY("a@example.com", "Hai", ""), "box;1/1");
    assert_int_equal(sum.duplicates, 1);
    sum =
        take_mail(p, REPLY("a@example.com", "Mot", ""), "box;2/1"); /* the mailbox was made anew */
    assert_int_equal(sum.duplicates, 1);
    sum = take_mail(p, REPLY("a@example.com", "Hai", ""), "box;2/2");
    assert_int_equal(sum.accepted, 1);
    assert_int_equal(count(p, "report"), 2);
}

static void test_automatic_mails_are_kept_and_tell_nobody(void **state)
{
    static const char *const marks[] = {"Auto-Submitted: auto-replied\r\n", "Precedence: bulk\r\n",
                                        "X-Autoreply: yes\r\n", "List-Id: <a.example.org>\r\n"};
    struct province *p = *state;
    struct str code;
    int64_t id = province_incident(p, false, "amber", &code);

    sent_mail(p, id, "goc@example.vn");
    for (size_t i = 0; i < ARRAY_LEN(marks); i++) {
        struct str text =
            str_printf(&p->t.arena,
                       "From: An <an@example.com>\r\nSubject: Vang mat\r\nMessage-ID: "
                       "<v%zu@example.com>\r\nIn-Reply-To: <goc@example.vn>\r\n%s\r\nx\r\n",
                       i, marks[i]);

        take_mail(p, text.ptr, "");
    }
    assert_int_equal(count(p, "mail WHERE automatic = 1 AND state = 'received'"), 4);
    assert_int_equal(count(p, "notice_event WHERE event = 'incident.mail'"), 0);
}

static void test_what_came_back_marks_its_mail(void **state)
{
    struct province *p = *state;
    struct str code;
    int64_t id = province_incident(p, false, "amber", &code);

    sent_mail(p, id, "goc@example.vn");
    take_mail(
        p,
        "Return-Path: <>\r\nFrom: MAILER-DAEMON@example.com\r\nSubject: Undelivered\r\n"
        "Message-ID: <b1@example.com>\r\nContent-Type: multipart/report; "
        "report-type=delivery-status; boundary=xx\r\n\r\n--xx\r\nContent-Type: text/plain\r\n\r\n"
        "<an@example.com>: host mx said: 550 5.1.1 no such user\r\n\r\n--xx\r\nContent-Type: "
        "message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\n--xx\r\nContent-Type: "
        "message/rfc822\r\n\r\nMessage-ID: <goc@example.vn>\r\nSubject: x\r\nFrom: "
        "u@example.vn\r\n\r\nx\r\n--xx--\r\n",
        "");
    assert_int_equal(count(p, "mail WHERE state = 'bounced' AND answer LIKE '%550%'"), 1);
    assert_int_equal(count(p, "report"), 0);
    assert_int_equal(count(p, "notice_event WHERE event = 'incident.mail'"), 1);
}

static void test_what_an_answer_quotes_is_left_out(void **state)
{
    assert_true(
        str_is(letter_own_words(STR("Có ạ\n\nNgày 1/1, Ứng Cứu đã viết:\n> Có không?\n")), "Có ạ"));
    assert_true(str_is(letter_own_words(STR("Có ạ\n> Có không?\n")), "Có ạ"));
    assert_true(str_is(letter_own_words(STR("Chỉ có lời\n")), "Chỉ có lời"));
}

/* ---- webhooks ---------------------------------------------------------------------------------
 */

static void test_the_signature_is_that_of_the_standard(void **state)
{
    struct province *p = *state;

    /* echo -n 'id.1.{}' | openssl dgst -sha256 -hmac key */
    assert_true(str_is(post_hook_signature(&p->t.arena, STR("key"), STR("id"), 1, STR("{}")),
                       "v1=e4f5663f601f246c27a7d7e557e7e5af37ee90d580f73c9476abc8f8841a955b"));
}

static void add_hook(struct province *p, int64_t org, int port)
{
    struct str uuid = str_printf(&p->t.arena, "h%lld-%d", (long long)org, port);
    struct str secret = post_hook_seal(&p->t.arena, uuid, STR("khoa"));

    testdb_sql(&p->t,
               str_printf(&p->t.arena,
                          "INSERT INTO webhook (uuid, org_id, name, url, secret, sealed, events, "
                          "state, failed, created_at, created_by, version) VALUES "
                          "('" STR_FMT "', %lld, 'x', 'http://127.0.0.1:%d/hook', '" STR_FMT
                          "', 1, "
                          "'incident.opened report.new', 'active', 0, 0, %lld, 1)",
                          STR_ARG(uuid), (long long)org, port, STR_ARG(secret),
                          (long long)p->coordinator.id)
                   .ptr);
}

static void test_webhooks_are_told_within_their_organisation(void **state)
{
    struct province *p = *state;
    struct str code;

    add_hook(p, p->top, 1);
    add_hook(p, p->health, 1);
    add_hook(p, p->finance, 1);
    province_incident(p, false, "amber", &code);
    assert_true(job_drain(p->t.pool, post_jobs, p->now, &err) > 0);
    assert_int_equal(count(p, "webhook_delivery"), 2);
    assert_int_equal(count(p, "webhook_delivery d JOIN webhook w ON w.id = d.webhook_id WHERE "
                              "w.org_id = (SELECT MAX(id) FROM org)"),
                     0);
    assert_int_equal(count(p, "webhook_delivery WHERE body LIKE '%Máy chủ bị chiếm%'"), 2);
    province_incident(p, false, "red", &code);
    job_drain(p->t.pool, post_jobs, p->now, &err);
    assert_int_equal(count(p, "webhook_delivery"), 2);
    province_incident(p, false, "amber+strict", &code);
    job_drain(p->t.pool, post_jobs, p->now, &err);
    assert_int_equal(count(p, "webhook_delivery"), 4);
    assert_int_equal(count(p, "webhook_delivery WHERE body LIKE '%Máy chủ bị chiếm%'"), 2);
}

static void test_a_webhook_inside_is_not_called_unless_allowed(void **state)
{
    static const char *const script[] = {"\t\r\n",
                                         "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"};
    struct province *p = *state;
    struct peer peer;
    struct str code;

    peer_start(&peer, script, ARRAY_LEN(script));
    add_hook(p, p->health, peer.port);
    province_incident(p, false, "amber", &code);
    job_drain(p->t.pool, post_jobs, p->now, &err);
    assert_int_equal(peer.connections, 0);
    assert_int_equal(count(p, "webhook_delivery WHERE state = 'failed' AND answer LIKE '%inside%'"),
                     1);
    testdb_sql(&p->t, "INSERT INTO setting (key, value) VALUES ('mail.hook_inside', '1')");
    province_incident(p, false, "amber", &code);
    job_drain(p->t.pool, post_jobs, p->now, &err);
    peer_stop(&peer);
    assert_int_equal(count(p, "webhook_delivery WHERE state = 'sent' AND answer LIKE '204%'"), 1);
    assert_non_null(strstr(peer.heard, "POST /hook HTTP/1.1"));
    assert_non_null(strstr(peer.heard, "Ungcuu-Signature: v1="));
    assert_non_null(strstr(peer.heard, "Ungcuu-Event: incident.opened"));
}

static void test_a_webhook_that_never_answers_is_paused(void **state)
{
    static const char *const script[] = {
        "\t\r\n", "HTTP/1.1 500 Broken\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"};
    struct province *p = *state;
    struct peer peer;
    struct str code;

    peer_start(&peer, script, ARRAY_LEN(script));
    add_hook(p, p->health, peer.port);
    testdb_sql(&p->t, "INSERT INTO setting (key, value) VALUES ('mail.hook_inside', '1')");
    for (int i = 0; i < 3; i++)
        province_incident(p, false, "amber", &code);
    for (int hour = 0; hour < 40; hour++) {
        clock_set(p->now + hour * HOUR_MS);
        job_drain(p->t.pool, post_jobs, p->now + hour * HOUR_MS, &err);
    }
    peer_stop(&peer);
    assert_int_equal(count(p, "webhook WHERE state = 'paused'"), 1);
    assert_int_equal(peer.connections, HOOK_FAILURES);
    assert_int_equal(count(p, "webhook_delivery WHERE state = 'failed'"), 3);
}

int main(int argc, char **argv)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, open_site, close_site)
    const struct CMUnitTest tests[] = {
        TEST(test_an_answer_is_placed_by_the_id_it_names),
        TEST(test_folded_references_count_too),
        TEST(test_a_code_in_the_subject_counts_from_whom_it_was_written_to),
        TEST(test_a_message_is_taken_once),
        TEST(test_automatic_mails_are_kept_and_tell_nobody),
        TEST(test_what_came_back_marks_its_mail),
        TEST(test_what_an_answer_quotes_is_left_out),
        TEST(test_the_signature_is_that_of_the_standard),
        TEST(test_webhooks_are_told_within_their_organisation),
        TEST(test_a_webhook_inside_is_not_called_unless_allowed),
        TEST(test_a_webhook_that_never_answers_is_paused),
    };
    int child = sandbox_child(argc, argv, &mail_sandbox_kind, 1);

    return child >= 0 ? child : cmocka_run_group_tests(tests, NULL, NULL);
}
