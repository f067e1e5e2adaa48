#include "support/visit.h"

#include "app/audit/audit.h"
#include "app/evidence/evidence.h"
#include "app/incident/incident.h"
#include "app/report/report.h"
#include "app/web/web.h"
#include "base/clock.h"
#include "base/io.h"
#include "sys/i18n/i18n.h"

#include <archive.h>
#include <archive_entry.h>
#include <setjmp.h>
#include <cmocka.h>

/* Files on a real server, from the form to the custody log. */
static struct province p;
static struct http_server *server;
static struct browser b;
static struct err err;
static int64_t incident;
static struct str code;

#define fmt(...) (str_printf(&p.t.arena, __VA_ARGS__).ptr)

static int site_begin(void **state)
{
    const struct http_route *const tables[] = {web_routes, evidence_routes, incident_routes};
    const size_t lens[] = {web_routes_len, evidence_routes_len, incident_routes_len};

    visit_begin(&p, tables, lens, ARRAY_LEN(tables), &server, &b);
    incident = province_incident(&p, false, "amber", &code);
    return 0;
}

static int site_end(void **state)
{
    visit_end(&p, server, &b);
    return 0;
}

#define SITE_TEST(f) cmocka_unit_test_setup_teardown(f, site_begin, site_end)

static void add_part(struct buf *out, const char *name, const char *value)
{
    buf_printf(out, "--part\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n", name,
               value);
}

/* Adds a file by the form of the incident; its /files/... path. */
static const char *upload(const char *name, const char *content, const char *kind, const char *tlp,
                          bool malware)
{
    struct buf body = buf_make(&p.t.arena);
    struct str uuid;

    browser_get(&b, fmt("/incidents/" STR_FMT "/files", STR_ARG(code)));
    assert_int_equal(b.page.status, 200);
    add_part(&body, "csrf", str_cdup(&p.t.arena, b.csrf));
    add_part(&body, "kind", kind);
    add_part(&body, "tlp", tlp);
    add_part(&body, "collected_at", "21/11/2026 08:15");
    add_part(&body, "collected_where", "Máy chủ thư số 2");
    if (malware)
        add_part(&body, "malware", "1");
    buf_printf(&body,
               "--part\r\nContent-Disposition: form-data; name=\"files\"; filename=\"%s\"\r\n\r\n"
               "%s\r\n--part--\r\n",
               name, content);
    browser_send(&b, "POST", fmt("/incidents/" STR_FMT "/files", STR_ARG(code)),
                 "multipart/form-data; boundary=part", buf_str(&body));
    if (b.page.status != 303)
        return NULL;
    browser_get(&b, fmt("/incidents/" STR_FMT "/files", STR_ARG(code)));
    uuid = browser_between(&b, "href=\"/files/", fmt("\">%s</a>", name));
    /* The last link in front of the name is the file's. */
    for (ptrdiff_t at; (at = str_find(uuid, STR("href=\"/files/"))) >= 0;)
        uuid = str_from(uuid, (size_t)at + 13);
    assert_int_equal(uuid.len, 36);
    return fmt("/files/" STR_FMT, STR_ARG(uuid));
}

static int64_t custody(const char *path, const char *action)
{
    return testdb_sql(&p.t, fmt("SELECT COUNT(*) FROM custody c JOIN attachment a ON a.id = "
                                "c.attachment_id WHERE a.uuid = '%s' AND c.action = '%s'",
                                path + strlen("/files/"), action));
}

static void download(const char *path, const char *reason)
{
    browser_get(&b, path);
    assert_int_equal(b.page.status, 200);
    browser_post(&b, fmt("%s/download", path), fmt("reason=%s", reason));
}

static void test_from_form_to_custody(void **state)
{
    const char *path;

    visit_as(&p, &b, &p.responder);
    path = upload("mail.log", "Nov 21 08:15:02 from=<a@example.com>", "log", "amber", false);
    browser_get(&b, path);
    assert_true(browser_shows(&b, "Máy chủ thư số 2"));
    assert_int_equal(custody(path, "add"), 1);

    /* Without a purpose nothing leaves; with one it is in both logs. */
    download(path, "");
    assert_int_equal(b.page.status, 400);
    assert_int_equal(custody(path, "download"), 0);
    download(path, "doi+chieu+may+chu");
    assert_int_equal(b.page.status, 200);
    assert_true(str_is(b.page.body, "Nov 21 08:15:02 from=<a@example.com>"));
    assert_true(str_starts(reply_header(&b.page, "Content-Disposition"), STR("attachment;")));
    assert_true(str_is(reply_header(&b.page, "Content-Type"), "application/octet-stream"));
    assert_true(str_is(reply_header(&b.page, "X-Content-Type-Options"), "nosniff"));
    assert_true(str_find(reply_header(&b.page, "Content-Security-Policy"), STR("sandbox")) >= 0);
    assert_int_equal(custody(path, "download"), 1);
    assert_int_equal(testdb_sql(&p.t, "SELECT COUNT(*) FROM audit WHERE action = 'file.download' "
                                      "AND detail LIKE '%doi chieu may chu%'"),
                     1);
    browser_get(&b, fmt("%s/custody", path));
    assert_int_equal(b.page.status, 200);
    assert_true(browser_shows(&b, "doi chieu may chu"));
}

static void test_the_log_is_only_added_to(void **state)
{
    const char *path;

    visit_as(&p, &b, &p.responder);
    path = upload("a.txt", "a", "other", "amber", false);
    assert_true(testdb_refuses(&p.t, "DELETE FROM custody"));
    assert_true(testdb_refuses(&p.t, "UPDATE custody SET actor_name = 'x'"));
    assert_int_equal(custody(path, "add"), 1);
}

/* Unpacks the ZIP of a malicious file; its content. */
static struct str unzip(struct str zip, const char *password)
{
    struct archive *z = archive_read_new();
    struct archive_entry *entry;
    char *text = arena_array(&p.t.arena, char, 1000);
    ssize_t n = -1;

    archive_read_support_format_zip(z);
    archive_read_add_passphrase(z, password);
    assert_int_equal(archive_read_open_memory(z, zip.ptr, zip.len), ARCHIVE_OK);
    assert_int_equal(archive_read_next_header(z, &entry), ARCHIVE_OK);
    assert_string_equal(archive_entry_pathname(entry), "virus.exe");
    n = archive_read_data(z, text, 1000);
    archive_read_free(z);
    return n < 0 ? STR_EMPTY : str_make(text, (size_t)n);
}

static void test_malware_leaves_in_a_zip(void **state)
{
    const char *path;

    visit_as(&p, &b, &p.responder);
    path = upload("virus.exe", "MZ this program cannot be run", "sample", "amber", true);
    download(path, "phan+tich");
    assert_int_equal(b.page.status, 200);
    assert_true(str_find(reply_header(&b.page, "Content-Disposition"), STR("virus.exe.zip")) > 0);
    assert_true(str_find(b.page.body, STR("cannot be run")) < 0);
    assert_true(str_is(unzip(b.page.body, "infected"), "MZ this program cannot be run"));
    assert_false(str_is(unzip(b.page.body, "wrong"), "MZ this program cannot be run"));
}

static void test_facts_seal_and_removal(void **state)
{
    const char *path;

    visit_as(&p, &b, &p.responder);
    path = upload("disk.img", "disk", "disk", "amber", false);
    browser_get(&b, path);
    browser_post(&b, fmt("%s/facts", path), "kind=memory&tlp=green&version=1");
    assert_int_equal(b.page.status, 303);
    browser_get(&b, path);
    browser_post(&b, fmt("%s/facts", path), "kind=disk&tlp=green&version=1");
    assert_int_equal(b.page.status, 400); /* someone was faster */
    assert_int_equal(custody(path, "facts"), 1);
    browser_post(&b, fmt("%s/seal", path), "");
    assert_int_equal(b.page.status, 403); /* sealing is for whoever manages */

    visit_as(&p, &b, &p.coordinator);
    browser_get(&b, path);
    browser_post(&b, fmt("%s/seal", path), "");
    assert_int_equal(b.page.status, 303);
    visit_as(&p, &b, &p.responder);
    browser_get(&b, path);
    browser_post(&b, fmt("%s/facts", path), "kind=disk&tlp=green&version=3");
    assert_int_equal(b.page.status, 409);
    download(path, "xem");
    assert_int_equal(b.page.status, 403);

    visit_as(&p, &b, &p.coordinator);
    download(path, "giao+co+quan+dieu+tra");
    assert_int_equal(b.page.status, 200);
    browser_get(&b, path);
    browser_post(&b, fmt("%s/seal", path), "open=1");
    browser_get(&b, path);
    browser_post(&b, fmt("%s/remove", path), "reason=het+han+luu&confirm=00000000");
    assert_int_equal(b.page.status, 400);
    browser_get(&b, path);
    browser_post(&b, fmt("%s/remove", path),
                 fmt("reason=het+han+luu&confirm=" STR_FMT,
                     STR_ARG(str_sub(browser_between(&b, "id=\"sha256\">", "<"), 0, 8))));
    assert_int_equal(b.page.status, 303);
    assert_int_equal(custody(path, "remove"), 1);
    browser_get(&b, path);
    assert_int_equal(b.page.status, 200);
    browser_post(&b, fmt("%s/download", path), "reason=xem");
    assert_int_equal(b.page.status, 409);
}

/* TLP:RED of a file: the members of the incident, whatever the office of others. */
static void test_red_is_for_members(void **state)
{
    const char *path;

    visit_as(&p, &b, &p.coordinator);
    path = upload("secret.txt", "red", "other", "red", false);
    visit_as(&p, &b, &p.responder);
    browser_get(&b, path);
    assert_int_equal(b.page.status, 404);
    browser_get(&b, fmt("/incidents/" STR_FMT "/files", STR_ARG(code)));
    assert_false(browser_shows(&b, "secret.txt"));
    visit_as(&p, &b, &p.stranger);
    browser_get(&b, path);
    assert_int_equal(b.page.status, 404);
}

static struct evidence_finding last;

static void found(void *ctx, const struct evidence_finding *f)
{
    last = *f;
    last.sha256 = str_dup(&p.t.arena, f->sha256);
}

static struct evidence_check verify(void)
{
    struct evidence_check sum;

    last = (struct evidence_finding){0};
    assert_int_equal(evidence_verify(p.t.db, p.now, found, NULL, NULL, &sum, &err), 0);
    return sum;
}

static void test_verify_finds_what_happened(void **state)
{
    struct evidence_check sum;
    const char *path, *file;
    struct blob_id other;
    struct str sha;

    visit_as(&p, &b, &p.responder);
    path = upload("a.txt", "content of a", "other", "amber", false);
    upload("b.txt", "content of b", "other", "amber", false);
    sum = verify();
    assert_int_equal(sum.files, 2);
    assert_int_equal(sum.bytes, 24);
    assert_int_equal(sum.missing + sum.altered + sum.locked + sum.unreferenced, 0);

    browser_get(&b, path);
    sha = browser_between(&b, "id=\"sha256\">", "<");
    file = fmt("%s/blobs/%.2s/%.2s/" STR_FMT, p.t.dir, sha.ptr, sha.ptr + 2, STR_ARG(sha));
    assert_int_equal(unlink(file), 0);
    assert_int_equal(io_replace_file(file, STR("content of x"), 0600, &err), 0);
    sum = verify();
    assert_int_equal(sum.altered, 1);
    assert_string_equal(last.what, "altered");
    assert_true(str_eq(last.sha256, sha));
    assert_int_equal(custody(path, "altered"), 1);
    verify(); /* nothing new: nothing more in the log */
    assert_int_equal(custody(path, "altered"), 1);
    browser_get(&b, path);
    assert_true(browser_shows(&b, "role=\"alert\""));

    assert_int_equal(unlink(file), 0);
    assert_int_equal(verify().missing, 1);
    assert_int_equal(io_replace_file(file, STR("content of a"), 0600, &err), 0);
    assert_int_equal(blob_put(&evidence_store, STR("nobody's"), &other, &err), 0);
    sum = verify();
    assert_int_equal(sum.missing + sum.altered, 0);
    assert_int_equal(sum.unreferenced, 1);
    assert_int_equal(custody(path, "verify"), 1);
}

static void test_encrypted_store(void **state)
{
    struct str key_path = io_join(&p.t.arena, str_c(p.t.dir), STR("evidence.key")), id;
    const char *before, *after;
    int64_t files;

    visit_as(&p, &b, &p.responder);
    before = upload("before.txt", "kept before", "other", "amber", false);
    assert_int_equal(evidence_encrypt(p.t.db, p.now, NULL, NULL, &files, &err), ERR_STATE);
    assert_int_equal(blob_keys_renew(&p.t.arena, key_path.ptr, &id, &err), 0);
    assert_int_equal(evidence_open_store(&p.t.arena, str_c(p.t.dir), key_path, &err), 0);
    after = upload("after.txt", "kept after", "other", "amber", false);
    download(before, "doc+lai");
    assert_true(str_is(b.page.body, "kept before"));
    download(after, "doc+lai");
    assert_true(str_is(b.page.body, "kept after"));
    assert_int_equal(evidence_encrypt(p.t.db, p.now, NULL, NULL, &files, &err), 0);
    assert_int_equal(files, 1);
    assert_int_equal(custody(before, "encrypt"), 1);
    assert_int_equal(custody(after, "encrypt"), 0);
    download(before, "doc+lai");
    assert_true(str_is(b.page.body, "kept before"));
    assert_int_equal(verify().files, 2);
    /* Without its key all is locked, and it says so. */
    assert_int_equal(unlink(key_path.ptr), 0);
    assert_int_equal(blob_keys_renew(&p.t.arena, key_path.ptr, &id, &err), 0);
    assert_int_equal(evidence_open_store(&p.t.arena, str_c(p.t.dir), key_path, &err), 0);
    assert_int_equal(verify().locked, 2);
    download(before, "doc+lai");
    assert_int_equal(b.page.status, 503);
}

/* The log of a file sent by a citizen goes on when the report becomes part of an incident. */
static void test_a_reports_file_keeps_its_custody(void **state)
{
    struct report_new new_ = {.channel = "public",
                              .title = STR("Tin báo"),
                              .body = STR("Nội dung"),
                              .org_id = p.health,
                              .received_at = p.now};
    struct attachment_new file = {.name = STR("anh.png"), .type = STR("image/png")};
    struct report_receipt receipt;
    struct attachments files;
    struct attachment *f;
    int64_t id;

    assert_int_equal(blob_put(&evidence_store, STR("png"), &file.blob, &err), 0);
    assert_int_equal(db_begin(p.t.db, &err), 0);
    assert_int_equal(report_create(p.t.db, &p.t.arena, &new_, &receipt, &err), 0);
    file.report_id = receipt.id;
    assert_int_equal(evidence_attach(p.t.db, &p.t.arena, &file, p.now, &id, &err), 0);
    assert_int_equal(incident_add_report(p.t.db, &p.t.arena, incident, receipt.id, receipt.code,
                                         &p.coordinator, p.now, &err),
                     0);
    assert_int_equal(db_commit(p.t.db, &err), 0);
    testdb_sql(&p.t, fmt("UPDATE report SET incident_id = %" PRId64 " WHERE id = %" PRId64,
                         incident, receipt.id));
    assert_int_equal(
        evidence_of_incident(p.t.db, &p.t.arena, incident, p.responder.id, &files, &err), 0);
    assert_int_equal(files.len, 1);
    f = &files.at[0];
    assert_int_equal(custody(fmt("/files/" STR_FMT, STR_ARG(f->uuid)), "add"), 1);
    assert_int_equal(custody(fmt("/files/" STR_FMT, STR_ARG(f->uuid)), "move"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SITE_TEST(test_from_form_to_custody),    SITE_TEST(test_the_log_is_only_added_to),
        SITE_TEST(test_malware_leaves_in_a_zip), SITE_TEST(test_facts_seal_and_removal),
        SITE_TEST(test_red_is_for_members),      SITE_TEST(test_verify_finds_what_happened),
        SITE_TEST(test_encrypted_store),         SITE_TEST(test_a_reports_file_keeps_its_custody)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
