#include "support/peer.h"
#include "support/program.h"
#include "support/testdb.h"
#include "test.h"

#include "base/io.h"
#include "sys/crypto/seal.h"

#include <fcntl.h>
#include <sys/stat.h>

/* ungcuu upgrade and doctor, as an administrator runs them. */
static struct testdb t;
static struct err err;
static char site[300];

static int begin(void **state)
{
    testdb_open_empty(&t);
    snprintf(site, sizeof(site), "%s/site", t.dir);
    return 0;
}

static int begin_site(void **state)
{
    begin(state);
    if (RUN("init", "--dir", site, "--db", t.url) != 0)
        fail_msg("%s", errors);
    return 0;
}

static int end(void **state)
{
    testdb_close(&t);
    return 0;
}

static const char *in_site(const char *name)
{
    return io_join(&t.arena, str_c(site), str_c(name)).ptr;
}

/* ---- upgrade ------------------------------------------------------------------------------- */

static void test_a_dry_run_changes_nothing(void **state)
{
    assert_int_equal(db_begin(t.db, &err), 0);
    assert_int_equal(db_migrate_within(t.db, 2, &err), 0);
    assert_int_equal(db_commit(t.db, &err), 0);

    assert_int_equal(RUN("upgrade", "--db", t.url, "--dry-run"), 0);
    assert_non_null(strstr(output, "0003-report-access"));
    assert_null(strstr(output, "0002"));
    assert_non_null(strstr(output, "Tried and undone: version 2 would become"));
    assert_int_equal(testdb_sql(&t, "SELECT MAX(version) FROM schema_version"), 2);

    assert_int_equal(RUN("upgrade", "--db", t.url), 0);
    assert_non_null(strstr(output, "(before: 2)"));
    assert_int_equal(testdb_sql(&t, "SELECT MAX(version) FROM schema_version"), db_schema_latest());
    assert_int_equal(RUN("upgrade", "--db", t.url, "--dry-run"), 0);
    assert_non_null(strstr(output, "The schema is up to date"));
}

static void test_a_step_that_cannot_be_done_is_named(void **state)
{
    assert_int_equal(db_begin(t.db, &err), 0);
    assert_int_equal(db_migrate_within(t.db, 3, &err), 0);
    assert_int_equal(db_commit(t.db, &err), 0);
    testdb_sql(&t, "CREATE TABLE mail (id INTEGER)");
    assert_int_not_equal(RUN("upgrade", "--db", t.url, "--dry-run"), 0);
    assert_non_null(strstr(errors, "step 6, 0006-mail"));
    assert_non_null(strstr(errors, "nothing was changed"));
    assert_int_equal(testdb_sql(&t, "SELECT MAX(version) FROM schema_version"), 3);
}

static void test_a_newer_schema_is_refused(void **state)
{
    assert_int_equal(RUN("init", "--dir", site, "--db", t.url), 0);
    testdb_sql(&t, "INSERT INTO schema_version (version, name, applied_at) VALUES (9999, 'x', 1)");
    assert_int_equal(RUN("serve", "--dir", site, "--any-port"), 7);
    assert_non_null(strstr(errors, "the database has schema version 9999"));
    assert_non_null(strstr(errors, "install the newer program"));
    assert_int_equal(RUN("upgrade", "--dir", site), 7);
    assert_int_equal(RUN("doctor", "--dir", site), 1);
    assert_non_null(strstr(output, "version 9999"));
}

/* ---- doctor -------------------------------------------------------------------------------- */

static void find(int status, const char *level, const char *check, const char *what)
{
    char wanted[200];

    assert_int_equal(RUN("doctor", "--dir", site, "--full", "--json"), status);
    snprintf(wanted, sizeof(wanted), "{\"level\":\"%s\",\"check\":\"%s\",", level, check);
    if (strstr(output, wanted) == NULL || strstr(output, what) == NULL)
        fail_msg("no %s with \"%s\" in %s%s", wanted, what, output, errors);
}

static void test_a_new_site_is_well(void **state)
{
    assert_int_equal(RUN("doctor", "--dir", site, "--full"), 0);
    assert_non_null(strstr(output, "0 to mend"));
    find(0, "ok", "audit", "3 entries, intact");
    find(0, "ok", "permissions", "only the owner reads");
    find(0, "ok", "schema", "version");
    assert_int_equal(RUN("doctor", "--dir", t.dir), 5);
}

static void test_what_others_may_read(void **state)
{
    assert_int_equal(chmod(in_site("ungcuu.conf"), 0644), 0);
    find(1, "bad", "permissions", "chmod 600 ");
    assert_int_equal(chmod(in_site("ungcuu.conf"), 0600), 0);
    assert_int_equal(chmod(site, 0755), 0);
    find(1, "bad", "permissions", "chmod 700 ");
}

static void test_what_the_configuration_forgets(void **state)
{
    struct str conf;

    assert_int_equal(io_read_file(&t.arena, in_site("ungcuu.conf"), 65536, &conf, &err), 0);
    conf = str_printf(&t.arena, "database = %s\nbase_url = https://uc.example.vn\n", t.url);
    assert_int_equal(io_replace_file(in_site("ungcuu.conf"), conf, 0600, &err), 0);
    find(1, "bad", "proxy", "set trusted_proxy");
    conf = str_printf(&t.arena, "database = %s\nhost = 0.0.0.0\n", t.url);
    assert_int_equal(io_replace_file(in_site("ungcuu.conf"), conf, 0600, &err), 0);
    find(1, "bad", "host", "passwords can be read on the way");
}

static void test_what_the_database_tells(void **state)
{
    testdb_sql(&t, "INSERT INTO blob (sha256, size, created_at) VALUES ('abcdef01', 3, 1)");
    find(1, "bad", "files", "1 of 1 stored files are missing");
    testdb_sql(&t, "DELETE FROM blob");
    assert_int_equal(io_make_dirs(in_site("blobs/ab/cd"), 0700, &err), 0);
    assert_int_equal(io_replace_file(in_site("blobs/ab/cd/abcd"), STR("x"), 0600, &err), 0);
    find(0, "advice", "files", "1 files belong to no record");
    testdb_sql(&t, "UPDATE role_grant SET revoked_at = 1");
    find(1, "bad", "accounts", "no active account");
    testdb_sql(&t, "UPDATE role_grant SET revoked_at = NULL");
    testdb_sql(&t, "UPDATE audit SET action = 'x' WHERE seq = 1");
    find(1, "bad", "audit", "audit entry 1 was edited");
}

static void test_published_passwords(void **state)
{
    input = "Mau-Ung-Cuu-2026\n";
    assert_int_equal(
        RUN("user", "add", "quantri", "--dir", site, "--name", "x", "--password-stdin"), 0);
    find(1, "bad", "passwords", "one is quantri");
    assert_int_equal(RUN("user", "disable", "quantri", "--dir", site), 0);
    find(0, "ok", "accounts", "1 active");
}

/* ---- the mail servers ---------------------------------------------------------------------- */

static void set_mail(const char *key, const char *value)
{
    testdb_sql(&t,
               str_printf(&t.arena,
                          "INSERT INTO setting (key, value) VALUES ('mail.%s', '%s') ON CONFLICT "
                          "(key) DO UPDATE SET value = excluded.value",
                          key, value)
                   .ptr);
}

static void test_the_mail_server_is_asked(void **state)
{
    static const char *const script[] = {"220 hi\r\n\tEHLO", "250 hi\r\n\tNOOP",
                                         "250 here\r\n\tQUIT", "221 bye\r\n"};
    struct peer p;

    find(0, "advice", "smtp", "nobody gets mails");
    find(0, "ok", "imap", "not fetched");
    peer_start(&p, script, ARRAY_LEN(script));
    set_mail("smtp_host", "127.0.0.1");
    set_mail("smtp_port", str_printf(&t.arena, "%d", p.port).ptr);
    set_mail("smtp_security", "none");
    find(1, "bad", "smtp", "from which mails come, is not set");
    set_mail("from", "uc@example.vn");
    find(0, "ok", "smtp", "no mail was sent");
    peer_stop(&p);
    find(1, "bad", "smtp", "nothing answers there");
    assert_int_equal(RUN("doctor", "--dir", site, "--offline"), 0);
    assert_non_null(strstr(output, "127.0.0.1 is set; not asked"));
    assert_int_equal(RUN("doctor", "--dir", site, "--send", "no address"), 2);
    assert_int_equal(RUN("doctor", "--dir", site, "--offline", "--send", "a@example.vn"), 2);
    set_mail("imap_host", "127.0.0.1");
    set_mail("imap_port", "1");
    set_mail("imap_user", "uc");
    find(1, "bad", "imap", "nothing answers there");
    set_mail("smtp_host", "smtp.example.vn");
    assert_int_equal(RUN("doctor", "--dir", site, "--offline"), 0);
    assert_non_null(strstr(output, "without encryption"));
}

static void test_a_test_mail_is_sent_when_asked_for(void **state)
{
    /* The first connection asks and leaves after the second line, the next one brings the mail. */
    static const char *const script[] = {
        "220 hi\r\n\tEHLO",  "250 hi\r\n\t",         "250 ok\r\n\t", "250 ok\r\n\t",
        "354 go\r\n\t.\r\n", "250 taken as 7\r\n\t", "221 bye\r\n"};
    struct peer p;

    peer_start(&p, script, ARRAY_LEN(script));
    set_mail("smtp_host", "127.0.0.1");
    set_mail("smtp_port", str_printf(&t.arena, "%d", p.port).ptr);
    set_mail("smtp_security", "none");
    set_mail("from", "uc@example.vn");
    RUN("doctor", "--dir", site, "--send", "lan@example.vn");
    peer_stop(&p);
    assert_non_null(strstr(output, "a test mail to lan@example.vn was taken: 250 taken as 7"));
}

static void test_a_lost_key_is_told(void **state)
{
    const char *key = in_site("site.key");

    assert_int_equal(seal_start(&t.arena, str_c(site), &err), 0);
    testdb_sql(
        &t, str_printf(&t.arena,
                       "INSERT INTO setting (key, value) VALUES ('sealed.mail.smtp_password', "
                       "'" STR_FMT "')",
                       STR_ARG(seal_close(&t.arena, STR("x"), STR("setting mail.smtp_password"))))
                .ptr);
    find(0, "ok", "keys", "opens with site.key");
    assert_int_equal(unlink(key), 0);
    find(1, "bad", "keys", "1 passwords of mail servers, 0 secrets");
    assert_int_not_equal(access(key, F_OK), 0);
    assert_int_equal(io_replace_file(key, STR("no key"), 0600, &err), 0);
    find(1, "bad", "keys", "is not 64 hexadecimal digits");
}

/* ---- person -------------------------------------------------------------------------------- */

static void test_an_account_becomes_a_label(void **state)
{
    int64_t id;
    char label[64], wanted[320];

    assert_int_equal(
        RUN("user", "add", "lan.tran", "--dir", site, "--name", "Trần Thị \"Lan\" Anh"), 0);
    id = testdb_sql(&t, "SELECT id FROM account WHERE login = 'lan.tran'");
    snprintf(label, sizeof(label), "account-%d", (int)id);
    snprintf(wanted, sizeof(wanted),
             "INSERT INTO session (id, account_id, csrf, created_at, seen_at, expires_at, address, "
             "agent) VALUES ('s', %d, 'c', 1, 1, 1, '192.0.2.9', 'x')",
             (int)id);
    testdb_sql(&t, wanted);
    snprintf(wanted, sizeof(wanted),
             "INSERT INTO saved_filter (account_id, list, name, fold, query, saved_at) VALUES "
             "(%d, 'incidents', 'Của \"Lan\"', '', 'severity=4', 1)",
             (int)id);
    testdb_sql(&t, wanted);
    snprintf(
        wanted, sizeof(wanted),
        "INSERT INTO form_draft (account_id, path, data, saved_at) VALUES (%d, '/reports/new', "
        "'title=x', 1)",
        (int)id);
    testdb_sql(&t, wanted);
    assert_int_equal(RUN("person", "export", "lan.tran", "--dir", site), 0);
    assert_non_null(strstr(output, "\"saved_filters\":[{\"at\":\"1970-"));
    assert_non_null(strstr(output, "\"record\":\"incidents\",\"text\":\"Của \\\"Lan\\\": "
                                   "severity=4\"}]"));
    assert_non_null(strstr(output, "\"record\":\"/reports/new\",\"text\":\"title=x\""));
    assert_non_null(strstr(output, "\"name\":\"Trần Thị \\\"Lan\\\" Anh\""));
    assert_non_null(strstr(output, "192.0.2.9"));
    assert_non_null(strstr(output, "account.create"));

    assert_int_equal(RUN("person", "erase", "lan.tran", "--dir", site), 0);
    assert_non_null(strstr(output, "Nothing was changed"));
    assert_non_null(strstr(output, "1 saved filters"));
    assert_int_equal(
        RUN("person", "erase", "lan.tran", "--dir", site, "--confirm", "lan", "--reason", "12"), 2);
    assert_int_equal(RUN("person", "erase", "lan.tran", "--dir", site, "--confirm", "lan.tran"), 2);
    assert_int_equal(testdb_sql(&t, "SELECT COUNT(*) FROM account WHERE login = 'lan.tran'"), 1);
    assert_int_equal(RUN("person", "erase", "lan.tran", "--dir", site, "--confirm", "lan.tran",
                         "--reason", "đề nghị số 12"),
                     0);
    assert_int_equal(testdb_sql(&t, "SELECT COUNT(*) FROM audit WHERE actor_name LIKE '%Lan%' OR "
                                    "object_code LIKE '%lan%' OR detail LIKE '%lan.tran%' OR "
                                    "detail LIKE '%Anh%'"),
                     0);
    assert_int_equal(testdb_sql(&t, "SELECT COUNT(*) FROM session"), 0);
    assert_int_equal(testdb_sql(&t, "SELECT COUNT(*) FROM account WHERE name LIKE '%Lan%' OR fold "
                                    "LIKE '%lan%' OR email <> ''"),
                     0);
    assert_int_equal(RUN("audit", "verify", "--dir", site), 0);
    assert_int_equal(RUN("person", "export", "lan.tran", "--dir", site), 5);
    assert_int_equal(
        RUN("person", "erase", label, "--dir", site, "--confirm", label, "--reason", "x"), 7);
}

static void test_a_reporter_is_forgotten(void **state)
{
    const char *path = io_join(&t.arena, str_c(t.dir), STR("mail.eml")).ptr;

    assert_int_equal(
        io_replace_file(path,
                        STR("From: Hoa Mai <hoa.mai@example.com>\r\nTo: uc@example.vn\r\n"
                            "Subject: Trang gia mao\r\nMessage-ID: <1@example.com>\r\n"
                            "Date: Sun, 22 Nov 2026 10:00:00 +0700\r\n\r\n"
                            "Toi thay trang gia mao.\r\n"),
                        0600, &err),
        0);
    assert_int_equal(RUN("intake", path, "--dir", site), 0);
    assert_int_equal(
        testdb_sql(&t, "SELECT COUNT(*) FROM report WHERE reporter_email = 'hoa.mai@example.com'"),
        1);
    testdb_sql(&t, "UPDATE report SET code = 'TB-1'");
    assert_int_equal(RUN("person", "export", "TB-1", "--dir", site), 0);
    assert_non_null(strstr(output, "hoa.mai@example.com"));
    assert_int_equal(
        RUN("person", "erase", "TB-1", "--dir", site, "--confirm", "TB-1", "--reason", "số 13"), 0);
    assert_int_equal(testdb_sql(&t, "SELECT COUNT(*) FROM report WHERE reporter_email = '' AND "
                                    "reporter_name = '' AND fold NOT LIKE '%hoa%'"),
                     1);
    assert_int_equal(testdb_sql(&t, "SELECT COUNT(*) FROM audit WHERE detail LIKE '%hoa%'"), 0);
    assert_int_equal(testdb_sql(&t, "SELECT COUNT(*) FROM report WHERE title = 'Trang gia mao'"),
                     1);
    assert_int_equal(RUN("person", "erase", "TB-1", "--dir", site, "--confirm", "TB-1", "--reason",
                         "số 13", "--with-texts"),
                     0);
    assert_int_equal(testdb_sql(&t, "SELECT COUNT(*) FROM report WHERE title = 'Trang gia mao'"),
                     0);
    assert_int_equal(RUN("audit", "verify", "--dir", site), 0);
}

static void test_evidence_of_an_open_incident_stays(void **state)
{
    testdb_sql(&t,
               "INSERT INTO incident (code, uuid, title, summary, kind, rsit, severity, "
               "severity_why, serious, tlp, state, org_id, regime, playbook, outcome, "
               "detected_at, opened_at, updated_at, state_at, version, fold, lead_id) SELECT "
               "'SC-1', 'u', 't', '', 'k', '', 1, '', 0, 'amber', 'new', o.id, '', '', '', 1, 1, "
               "1, 1, 1, '', a.id FROM org o, account a");
    assert_int_equal(
        RUN("person", "erase", "admin", "--dir", site, "--confirm", "admin", "--reason", "x"), 7);
    assert_non_null(strstr(errors, "hand them on first"));
    assert_int_equal(testdb_sql(&t, "SELECT COUNT(*) FROM account WHERE login = 'admin'"), 1);
}

/* ---- retention ----------------------------------------------------------------------------- */

static void add_report(const char *code, const char *state, const char *decided,
                       const char *incident)
{
    testdb_sql(&t,
               str_printf(&t.arena,
                          "INSERT INTO report (code, uuid, secret_hash, channel, state, title, "
                          "body, kind, received_at, reporter_name, reporter_org, "
                          "reporter_phone, reporter_email, confidential, address, match_why, "
                          "reason, message_id, mail_kind, version, fold, decided_at, "
                          "incident_id) VALUES ('%s', '%s', '', 'web', '%s', 'Lừa đảo', '', '', "
                          "1, 'Hoa', '', '0900', '', 0, '192.0.2.1', '', '', '', '', 1, 'hoa', "
                          "%s, %s)",
                          code, code, state, decided, incident)
                   .ptr);
}

static int64_t left(const char *code)
{
    return testdb_sql(&t, str_printf(&t.arena,
                                     "SELECT COUNT(*) FROM report WHERE code = '%s' AND "
                                     "reporter_name = 'Hoa'",
                                     code)
                              .ptr);
}

static void test_retention_rules(void **state)
{
    testdb_sql(&t,
               "INSERT INTO incident (code, uuid, title, summary, kind, rsit, severity, "
               "severity_why, serious, tlp, state, org_id, regime, playbook, outcome, "
               "detected_at, opened_at, updated_at, state_at, version, fold) SELECT "
               "'SC-1', 'u', 't', '', 'k', '', 1, '', 0, 'amber', 'new', o.id, '', '', '', 1, 1, "
               "1, 1, 1, '' FROM org o");
    add_report("TB-1", "spam", "1", "NULL");
    add_report("TB-2", "spam", "4000000000000", "NULL");
    add_report("TB-3", "closed", "1", "NULL");
    add_report("TB-4", "accepted", "1", "(SELECT id FROM incident)");
    add_report("TB-5", "new", "NULL", "NULL");

    assert_int_equal(RUN("retention", "run", "--dir", site, "--dry-run", "--json"), 0);
    assert_non_null(strstr(output, "{\"rule\":\"spam\",\"days\":90,\"n\":1}"));
    assert_non_null(strstr(output, "{\"rule\":\"reports\",\"days\":0,\"n\":0}"));
    assert_int_equal(left("TB-1"), 1);
    assert_int_equal(RUN("retention", "run", "--dir", site), 0);
    assert_int_equal(left("TB-1"), 0);
    assert_int_equal(left("TB-2"), 1);
    assert_int_equal(left("TB-3"), 1);
    assert_int_equal(
        testdb_sql(&t, "SELECT COUNT(*) FROM report WHERE code = 'TB-1' AND title = 'Lừa đảo' AND "
                       "address = '' AND fold NOT LIKE '%hoa%'"),
        1);

    assert_int_equal(RUN("retention", "set", "reports", "365", "--dir", site), 0);
    assert_int_equal(RUN("retention", "set", "spam", "keep", "--dir", site), 0);
    assert_int_equal(RUN("retention", "set", "all", "1", "--dir", site), 2);
    assert_int_equal(RUN("retention", "set", "spam", "0", "--dir", site), 2);
    assert_int_equal(RUN("retention", "show", "--dir", site, "--json"), 0);
    assert_non_null(strstr(output, "{\"rule\":\"spam\",\"days\":0}"));
    assert_int_equal(RUN("retention", "run", "--dir", site), 0);
    assert_int_equal(left("TB-3"), 0);
    assert_int_equal(left("TB-4"), 1); /* its incident is open */
    assert_int_equal(left("TB-5"), 1);
    testdb_sql(&t, "UPDATE incident SET state = 'closed', closed_at = 1");
    assert_int_equal(RUN("retention", "run", "--dir", site), 0);
    assert_int_equal(left("TB-4"), 0);
    assert_int_equal(
        testdb_sql(&t, "SELECT COUNT(*) FROM audit WHERE action = 'setting.retention'"), 3);
    assert_int_equal(RUN("retention", "run", "--dir", site), 0);
    assert_int_equal(
        testdb_sql(&t, "SELECT COUNT(*) FROM audit WHERE action = 'setting.retention'"), 3);
    assert_int_equal(RUN("audit", "verify", "--dir", site), 0);
}

static void add_mail(const char *kind, const char *state)
{
    testdb_sql(&t,
               str_printf(&t.arena,
                          "INSERT INTO mail (message_id, kind, state, sender, to_list, cc_list, "
                          "subject, body, tlp, in_reply_to, refs, stop, lang, automatic, secret, "
                          "by_name, at, answer) VALUES ('m', '%s', '%s', '', 'a@example.vn', '', "
                          "'x', 'x', '', '', '', '', 'vi', 1, 0, '', 1, '')",
                          kind, state)
                   .ptr);
    testdb_sql(&t,
               "INSERT INTO mail_attempt (mail_id, at, good, answer) SELECT MAX(id), 1, 1, '250' "
               "FROM mail");
}

static void test_old_mails_and_what_broke_off(void **state)
{
    const struct timespec old[2] = {{.tv_sec = 1}, {.tv_sec = 1}};
    const char *broken = in_site("spool/up-old"), *fresh = in_site("spool/up-fresh");

    add_mail("notice", "sent");
    add_mail("notice", "queued");
    add_mail("case", "sent");
    assert_int_equal(io_make_dirs(in_site("spool/kept"), 0700, &err), 0);
    assert_int_equal(io_replace_file(broken, STR("x"), 0600, &err), 0);
    assert_int_equal(io_replace_file(fresh, STR("x"), 0600, &err), 0);
    assert_int_equal(utimensat(AT_FDCWD, broken, old, 0), 0);
    assert_int_equal(RUN("retention", "run", "--dir", site, "--dry-run", "--json"), 0);
    assert_non_null(strstr(output, "{\"rule\":\"mails\",\"days\":180,\"n\":1}"));
    assert_non_null(strstr(output, "{\"rule\":\"spool\",\"days\":1,\"n\":1}"));
    assert_int_equal(access(broken, F_OK), 0);
    assert_int_equal(RUN("retention", "run", "--dir", site), 0);
    assert_int_not_equal(access(broken, F_OK), 0);
    assert_int_equal(access(fresh, F_OK), 0);
    assert_int_equal(access(in_site("spool/kept"), F_OK), 0);
    assert_int_equal(testdb_sql(&t, "SELECT COUNT(*) FROM mail"), 2);
    assert_int_equal(testdb_sql(&t, "SELECT COUNT(*) FROM mail_attempt"), 2);
    assert_int_equal(testdb_sql(&t,
                                "SELECT COUNT(*) FROM audit WHERE action = 'setting.retention' AND "
                                "detail = '{\"mails\":1,\"spool\":1}'"),
                     1);
}

#define CARE_TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)
#define SITE_TEST(f) cmocka_unit_test_setup_teardown(f, begin_site, end)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        CARE_TEST(test_a_dry_run_changes_nothing),
        CARE_TEST(test_a_step_that_cannot_be_done_is_named),
        CARE_TEST(test_a_newer_schema_is_refused),
        SITE_TEST(test_a_new_site_is_well),
        SITE_TEST(test_what_others_may_read),
        SITE_TEST(test_what_the_configuration_forgets),
        SITE_TEST(test_what_the_database_tells),
        SITE_TEST(test_published_passwords),
        SITE_TEST(test_the_mail_server_is_asked),
        SITE_TEST(test_a_test_mail_is_sent_when_asked_for),
        SITE_TEST(test_a_lost_key_is_told),
        SITE_TEST(test_an_account_becomes_a_label),
        SITE_TEST(test_a_reporter_is_forgotten),
        SITE_TEST(test_evidence_of_an_open_incident_stays),
        SITE_TEST(test_old_mails_and_what_broke_off),
        SITE_TEST(test_retention_rules),
    };

    if (argc < 2)
        die("usage: test-cmd-care PROGRAM");
    program = argv[1];
    return cmocka_run_group_tests(tests, NULL, NULL);
}
