#include "test.h"

#include "support/peer.h"

#include "base/io.h"
#include "sys/fetch/fetch.h"
#include "sys/mail/mail.h"
#include "sys/mail/send.h"

#include <fcntl.h>

static struct arena arena;
static struct err err;

static struct mail_draft draft(void)
{
    return (struct mail_draft){
        .from = STR("Trực ban <ung-cuu@example.vn>"),
        .to = STR("Cán bộ đầu mối <lan@example.vn>, x@example.com"),
        .subject = STR("[SC-2026-0042] Máy chủ bị mã hóa"),
        .message_id = STR("abc@example.vn"),
        .in_reply_to = STR("cha@example.vn"),
        .references = STR("ong@example.vn cha@example.vn"),
        .date = INT64_C(1795344360000),
        .zone = 420,
        .text = STR("Chào anh chị,\n\n.một dòng bắt đầu bằng dấu chấm\nFrom dòng này\n"),
        .html = STR("<p>Chào anh chị</p>"),
        .lang = STR("vi"),
        .list_id = STR("ungcuu.example.vn"),
        .stop_url = STR("https://ungcuu.example.vn/stop/x"),
        .tlp = STR("TLP:AMBER"),
        .automatic = true,
    };
}

static bool has(struct str text, const char *what)
{
    return str_find(text, str_c(what)) >= 0;
}

/* ---- building ---------------------------------------------------------------------------------
 */

static int take_back(void *ctx, const struct mail_message *m, struct err *e)
{
    struct mail_message *out = ctx;

    *out = *m;
    out->subject = str_dup(&arena, m->subject);
    out->message_id = str_dup(&arena, m->message_id);
    out->in_reply_to = str_dup(&arena, m->in_reply_to);
    out->from = str_dup(&arena, m->from);
    out->to = str_dup(&arena, m->to);
    out->body = str_dup(&arena, m->body);
    return 0;
}

static void read_back(struct str wire, struct mail_message *out)
{
    const char *dir = getenv("TMPDIR") != NULL ? getenv("TMPDIR") : "/tmp";
    int fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

    assert_true(fd >= 0);
    assert_int_equal(io_write_all(fd, wire, &err), 0);
    lseek(fd, 0, SEEK_SET);
    assert_int_equal(mail_parse_fd(fd, &(struct mail_options){0}, take_back, out, &err), 0);
    close(fd);
}

static void test_what_is_built_is_read_back(void **state)
{
    struct mail_draft d = draft();
    struct mail_message m;
    struct str wire, rest, line;

    assert_int_equal(mail_build(&arena, &d, &wire, &err), 0);
    read_back(wire, &m);
    assert_true(str_eq(m.subject, d.subject));
    assert_true(str_eq(str_trim(m.body), str_trim(d.text)));
    assert_true(str_is(m.message_id, "abc@example.vn"));
    assert_true(str_is(m.in_reply_to, "cha@example.vn"));
    assert_true(has(m.from, "Trực ban") && has(m.to, "lan@example.vn"));
    assert_true(has(wire, "References: <ong@example.vn> <cha@example.vn>\r\n"));
    assert_true(has(wire, "Auto-Submitted: auto-generated\r\n"));
    assert_true(has(wire, "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"));
    assert_true(has(wire, "X-TLP: TLP:AMBER\r\n"));
    assert_true(has(wire, "Date: Sun, 22 Nov 2026 17:46:00 +0700\r\n"));
    for (rest = wire; str_line(&rest, &line);) {
        assert_true(line.len <= 998);
        for (size_t i = 0; i < line.len; i++)
            assert_true((unsigned char)line.ptr[i] < 0x80);
    }
}

static void test_nothing_typed_becomes_a_header(void **state)
{
    struct mail_draft d = draft();
    struct str wire;

    d.subject = STR("x\r\nBcc: victim@example.com\r\n\r\nbody");
    d.tlp = STR("TLP:RED\r\nBcc: victim@example.com");
    assert_int_equal(mail_build(&arena, &d, &wire, &err), 0);
    assert_false(has(wire, "\nBcc:"));
    d.to = STR("lan@example.vn\r\nBcc: victim@example.com");
    if (mail_build(&arena, &d, &wire, &err) == 0)
        assert_false(has(wire, "\nBcc:"));
}

static void test_what_is_no_address_is_refused(void **state)
{
    static const char *const bad[] = {"lan",
                                      "lan@",
                                      "@example.vn",
                                      "a b@example.vn",
                                      "nhóm: lan@example.vn;",
                                      "\"x\r\n\"@example.vn",
                                      "a@b, lan"};
    struct mail_people people;

    assert_true(mail_people_parse(&arena, STR("Cán bộ, phòng A <lan@Example.vn>"), &people) ==
                    false ||
                people.len >= 1);
    assert_true(mail_people_parse(&arena, STR("\"Lan, A\" <lan@Example.vn>; "), &people) == false ||
                str_is(people.at[0].address, "lan@example.vn"));
    assert_true(
        mail_people_parse(&arena, STR("\"Lan, A\" <lan@Example.vn>, b@example.com"), &people));
    assert_int_equal(people.len, 2);
    assert_true(str_is(people.at[0].name, "Lan, A"));
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        if (mail_people_parse(&arena, str_c(bad[i]), &people))
            fail_msg("\"%s\" passed for an address", bad[i]);
    }
}

static void test_files_are_attached(void **state)
{
    const struct mail_draft_file files[] = {
        {STR("0123456789"), STR("biên bản số 1.pdf"), STR("application/pdf")},
        {STR("From x"), STR("thu.eml"), STR("message/rfc822")}};
    struct mail_draft d = draft();
    struct str wire;

    d.files = files;
    d.files_len = 2;
    assert_int_equal(mail_build(&arena, &d, &wire, &err), 0);
    assert_true(has(wire, "MDEyMzQ1Njc4OQ=="));
    assert_true(has(wire, "Content-Type: application/pdf"));
    /* A mail inside is a file, not a part that programs show as if we had written it. */
    assert_false(has(wire, "message/rfc822"));
}

/* ---- sending ----------------------------------------------------------------------------------
 */

static struct mail_dialogue said;

static int send_to(int port, const char *user)
{
    const struct mail_server server = {.host = "127.0.0.1",
                                       .port = port,
                                       .user = user,
                                       .password = "mat-khau-rieng",
                                       .seconds = 2};
    const struct str to[] = {STR_INIT("lan@example.vn"), STR_INIT("x@example.com")};

    err = (struct err){0};
    return mail_send(&arena, &server, STR("ung-cuu@example.vn"), to, 2,
                     STR("Subject: x\r\n\r\n.dot\r\nend\r\n"), &said, &err);
}

/* One exchange with a peer that plays the script. */
static int exchange(struct peer *p, const char *const *says, size_t len, const char *user)
{
    int r;

    peer_start(p, says, len);
    r = send_to(p->port, user);
    peer_stop(p);
    return r;
}

static void test_a_mail_is_handed_over(void **state)
{
    static const char *const script[] = {"220 mx.example.vn\r\n\tEHLO",
                                         "250 mx.example.vn\r\n\tMAIL",
                                         "250 ok\r\n\tRCPT",
                                         "250 ok\r\n\tRCPT",
                                         "250 ok\r\n\tDATA",
                                         "354 go on\r\n\t.\r\n",
                                         "250 2.0.0 queued as 4711\r\n\tQUIT",
                                         "221 bye\r\n"};
    struct peer p;

    assert_int_equal(exchange(&p, script, ARRAY_LEN(script), NULL), 0);
    assert_non_null(strstr(p.heard, "EHLO example.vn\r\n"));
    assert_non_null(strstr(p.heard, "MAIL FROM:<ung-cuu@example.vn>"));
    assert_non_null(strstr(p.heard, "RCPT TO:<lan@example.vn>"));
    assert_non_null(strstr(p.heard, "RCPT TO:<x@example.com>"));
    assert_non_null(strstr(p.heard, "\r\n..dot\r\n"));
    assert_true(has(said.lines, "< 250 2.0.0 queued as 4711"));
    assert_false(said.permanent);
}

static void test_a_refused_recipient_is_final(void **state)
{
    static const char *const script[] = {"220 hi\r\n\tEHLO", "250 hi\r\n\tMAIL", "250 ok\r\n\tRCPT",
                                         "550 5.1.1 <lan@example.vn>: no such mailbox\r\n\tQUIT",
                                         "221 bye\r\n"};
    struct peer p;

    assert_int_equal(exchange(&p, script, ARRAY_LEN(script), NULL), ERR_INVALID);
    assert_true(said.permanent);
    assert_int_equal(said.code, 550);
    assert_non_null(strstr(err.what, "no such mailbox"));
}

static void test_a_mail_put_off_may_be_tried_again(void **state)
{
    static const char *const script[] = {"220 hi\r\n\tEHLO", "250 hi\r\n\tMAIL", "250 ok\r\n\tRCPT",
                                         "451 4.7.1 greylisted, come back\r\n\tQUIT",
                                         "221 bye\r\n"};
    struct peer p;

    assert_int_equal(exchange(&p, script, ARRAY_LEN(script), NULL), ERR_UNAVAILABLE);
    assert_false(said.permanent);
    assert_non_null(strstr(err.what, "greylisted"));
}

/* The content was refused after it was sent: spam filters do so. */
static void test_a_refused_content_is_final(void **state)
{
    static const char *const script[] = {
        "220 hi\r\n\tEHLO", "250 hi\r\n\tMAIL",     "250 ok\r\n\tRCPT",         "250 ok\r\n\tRCPT",
        "250 ok\r\n\tDATA", "354 go on\r\n\t.\r\n", "554 5.7.1 spam\r\n\tQUIT", "221 bye\r\n"};
    struct peer p;

    assert_int_equal(exchange(&p, script, ARRAY_LEN(script), NULL), ERR_INVALID);
    assert_true(said.permanent);
}

static void test_a_dropped_connection_may_be_tried_again(void **state)
{
    static const char *const early[] = {""};
    static const char *const late[] = {"220 hi\r\n\tEHLO", "250 hi\r\n\tMAIL", "250 ok\r\n\tRCPT",
                                       "250 ok\r\n\tRCPT", "250 ok\r\n\tDATA", ""};
    struct peer p;

    assert_int_equal(exchange(&p, early, ARRAY_LEN(early), NULL), ERR_UNAVAILABLE);
    assert_false(said.permanent);
    assert_int_equal(exchange(&p, late, ARRAY_LEN(late), NULL), ERR_UNAVAILABLE);
    assert_false(said.permanent);
}

static void test_a_server_that_says_nothing_is_left(void **state)
{
    static const char *const script[] = {"\tQUIT"};
    struct peer p;

    assert_int_equal(exchange(&p, script, ARRAY_LEN(script), NULL), ERR_UNAVAILABLE);
    assert_true(err.hint[0] != '\0');
}

static void test_nobody_listens(void **state)
{
    static const char *const script[] = {""};
    struct peer p;

    peer_start(&p, script, 1);
    peer_stop(&p);
    assert_int_equal(send_to(p.port, NULL), ERR_UNAVAILABLE);
    assert_non_null(strstr(err.hint, "nothing answers"));
}

static void test_a_wrong_password_is_told_and_not_shown(void **state)
{
    static const char *const script[] = {"220 hi\r\n\tEHLO", "250-hi\r\n250 AUTH PLAIN\r\n\tAUTH",
                                         "334 \r\n\t", "535 5.7.8 wrong\r\n\tQUIT", "221 bye\r\n"};
    struct peer p;

    assert_int_equal(exchange(&p, script, ARRAY_LEN(script), "ung-cuu"), ERR_AUTH);
    assert_false(said.permanent);
    assert_false(has(said.lines, "mat-khau"));
    assert_true(has(said.lines, "> AUTH ***"));
    for (size_t i = 0; i + 12 < said.lines.len; i++) /* nor its base 64 */
        assert_false(str_starts(str_from(said.lines, i), STR("dW5nLWN1dQ")));
}

static void test_a_stop_ends_the_waiting(void **state)
{
    static const char *const script[] = {"\tQUIT"};
    const atomic_bool stopping = true;
    struct mail_server server = {.host = "127.0.0.1", .seconds = 60, .stopping = &stopping};
    const struct str to = STR("x@example.com");
    struct peer p;

    peer_start(&p, script, 1);
    server.port = p.port;
    assert_int_equal(
        mail_send(&arena, &server, STR("a@example.vn"), &to, 1, STR("x\r\n"), &said, &err),
        ERR_UNAVAILABLE);
    peer_stop(&p);
}

/* ---- requests ---------------------------------------------------------------------------------
 */

static void test_addresses_inside_are_not_called(void **state)
{
    static const char *const script[] = {
        "\tX-Test: 1", "HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"};
    const struct str header = STR("X-Test: 1");
    struct fetch_request q = {
        .headers = &header, .headers_len = 1, .body = STR("{}"), .seconds = 2};
    struct fetch_answer answer;
    struct peer p;
    char url[64];

    peer_start(&p, script, ARRAY_LEN(script));
    for (int i = 0; i < 2; i++) {
        snprintf(url, sizeof(url), "http://%s:%d/hook", i == 0 ? "127.0.0.1" : "localhost", p.port);
        q.url = str_c(url);
        q.allow_internal = false;
        assert_int_equal(fetch(&arena, &q, &answer, &err), ERR_FORBIDDEN);
        assert_int_equal(p.connections, i);
        q.allow_internal = true;
        assert_int_equal(fetch(&arena, &q, &answer, &err), 0);
        assert_int_equal(answer.status, 202);
        assert_true(str_is(answer.body, "ok"));
    }
    peer_stop(&p);
    assert_non_null(strstr(p.heard, "POST /hook HTTP/1.1"));
}

static void test_only_web_addresses_are_called(void **state)
{
    static const char *const bad[] = {
        "file:///etc/passwd",   "ftp://example.vn/", "http://",
        "gopher://example.vn/", "example.vn",        "http://u:p@example.vn/"};
    struct fetch_answer answer;

    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        const struct fetch_request q = {.url = str_c(bad[i]), .allow_internal = true};

        if (fetch(&arena, &q, &answer, &err) != ERR_INVALID)
            fail_msg("\"%s\" was called", bad[i]);
    }
}

static int probe(struct peer *p, const char *const *says, size_t len, const char *user)
{
    struct mail_server server = {.host = "127.0.0.1",
                                 .security = MAIL_OPEN,
                                 .user = user,
                                 .password = "bi-mat",
                                 .seconds = 10};
    int r;

    peer_start(p, says, len);
    server.port = p->port;
    r = mail_probe(&arena, &server, STR("uc@example.vn"), &said, &err);
    peer_stop(p);
    return r;
}

static void test_a_probe_signs_in_and_sends_nothing(void **state)
{
    static const char *const script[] = {"220 hi\r\n\tEHLO",   "250-hi\r\n250 AUTH PLAIN\r\n\tAUTH",
                                         "334 \r\n\t",         "235 in\r\n\tNOOP",
                                         "250 here\r\n\tQUIT", "221 bye\r\n"};
    static const char *const wrong[] = {"220 hi\r\n\tEHLO", "250-hi\r\n250 AUTH PLAIN\r\n\tAUTH",
                                        "334 \r\n\t", "535 no\r\n\tQUIT", "221 bye\r\n"};
    struct peer p;

    assert_int_equal(probe(&p, script, ARRAY_LEN(script), "ung-cuu"), 0);
    assert_true(has(said.lines, "> EHLO example.vn"));
    assert_true(has(said.lines, "> AUTH ***"));
    assert_true(has(said.answer, "250 here"));
    assert_null(strstr(p.heard, "MAIL"));
    assert_null(strstr(p.heard, "RCPT"));
    err = (struct err){0};
    assert_int_equal(probe(&p, wrong, ARRAY_LEN(wrong), "ung-cuu"), ERR_AUTH);
    assert_true(has(str_c(err.hint), "does not accept the name or the password"));
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_built_is_read_back),
        cmocka_unit_test(test_nothing_typed_becomes_a_header),
        cmocka_unit_test(test_what_is_no_address_is_refused),
        cmocka_unit_test(test_files_are_attached),
        cmocka_unit_test(test_a_mail_is_handed_over),
        cmocka_unit_test(test_a_refused_recipient_is_final),
        cmocka_unit_test(test_a_mail_put_off_may_be_tried_again),
        cmocka_unit_test(test_a_refused_content_is_final),
        cmocka_unit_test(test_a_dropped_connection_may_be_tried_again),
        cmocka_unit_test(test_a_server_that_says_nothing_is_left),
        cmocka_unit_test(test_nobody_listens),
        cmocka_unit_test(test_a_wrong_password_is_told_and_not_shown),
        cmocka_unit_test(test_a_probe_signs_in_and_sends_nothing),
        cmocka_unit_test(test_a_stop_ends_the_waiting),
        cmocka_unit_test(test_addresses_inside_are_not_called),
        cmocka_unit_test(test_only_web_addresses_are_called),
    };
    int child = sandbox_child(argc, argv, &mail_sandbox_kind, 1);

    return child >= 0 ? child : cmocka_run_group_tests(tests, NULL, NULL);
}
