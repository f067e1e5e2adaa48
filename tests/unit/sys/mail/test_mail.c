#include "test.h"

#include "base/clock.h"
#include "base/io.h"
#include "sys/mail/mail.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/mman.h>

static char dir[64];
static struct err err;

/* What a mail says, as lines that are easy to compare. */
struct told {
    struct buf text;
    bool take; /* keep the first attachment's file */
};

static void tell(struct buf *b, const char *name, struct str value)
{
    if (value.len > 0)
        buf_printf(b, "%s: " STR_FMT "\n", name, STR_ARG(value));
}

static void tell_message(struct buf *b, const struct mail_message *m)
{
    static const char *const kinds[] = {"", "xarf", "arf"};

    tell(b, "from", m->from);
    tell(b, "sender", m->sender);
    tell(b, "reply-to", m->reply_to);
    tell(b, "to", m->to);
    tell(b, "cc", m->cc);
    tell(b, "subject", m->subject);
    tell(b, "id", m->message_id);
    tell(b, "answers", m->in_reply_to);
    if (m->date.has)
        tell(b, "date", clock_rfc3339(b->arena, m->date.v, 0));
    tell(b, "kind", str_c(kinds[m->kind]));
    tell(b, "version", m->report_version);
    for (size_t i = 0; i < m->report.len; i++)
        buf_printf(b, "  " STR_FMT "=" STR_FMT "\n", STR_ARG(m->report.at[i].name),
                   STR_ARG(m->report.at[i].value));
    if (m->body_from_html)
        buf_add(b, STR("(from html)\n"));
    if (m->repaired > 0)
        buf_printf(b, "(repaired %d)\n", (int)m->repaired);
    if (m->body.len > 0)
        buf_printf(b, "|" STR_FMT "|\n", STR_ARG(m->body));
}

static int on_message(void *ctx, const struct mail_message *m, struct err *e)
{
    struct told *t = ctx;

    buf_printf(&t->text, "#%d\n", (int)m->number);
    if (m->refused.len > 0) {
        tell(&t->text, "refused", m->refused);
        return 0;
    }
    tell_message(&t->text, m);
    for (size_t i = 0; i < m->attachments.len; i++) {
        const struct mail_attachment *at = &m->attachments.at[i];
        struct str content;

        assert_int_equal(io_read_file(&test_arena, at->path.ptr, 1 << 20, &content, e), 0);
        assert_int_equal(content.len, at->size);
        buf_printf(&t->text, "file " STR_FMT " " STR_FMT "%s [", STR_ARG(at->name),
                   STR_ARG(at->type), at->message ? " message" : "");
        buf_add(&t->text, content);
        buf_add(&t->text, STR("]\n"));
        if (t->take)
            assert_int_equal(rename(at->path.ptr, str_printf(&test_arena, "%s/kept", dir).ptr), 0);
    }
    for (size_t i = 0; i < m->nested_len; i++) {
        buf_add(&t->text, STR("nested\n"));
        tell_message(&t->text, &m->nested[i]);
    }
    return 0;
}

static int fd_of(struct str mail)
{
    int fd = memfd_create("mail", MFD_CLOEXEC);

    assert_int_equal(io_write_all(fd, mail, &err), 0);
    lseek(fd, 0, SEEK_SET);
    return fd;
}

static size_t files_in_dir(void)
{
    DIR *d = opendir(dir);
    size_t n = 0;

    for (struct dirent *e; (e = readdir(d)) != NULL;)
        n += e->d_name[0] != '.';
    closedir(d);
    return n;
}

static struct str read_mail(struct str mail)
{
    struct told t = {.text = buf_make(&test_arena)};
    struct mail_options options = {.dir = dir};
    int fd = fd_of(mail);
    int r = mail_parse_fd(fd, &options, on_message, &t, &err);

    close(fd);
    if (r < 0)
        fail_msg("%s", err.what);
    assert_int_equal(files_in_dir(), 0);
    return buf_str(&t.text);
}

#define HEAD "From: a@example.vn\nSubject: s\n"

struct example {
    const char *mail, *want;
};

static void check(const struct example *list, size_t n)
{
    size_t bad = 0;

    for (size_t i = 0; i < n; i++) {
        struct str got = read_mail(str_c(list[i].mail));

        if (!str_is(got, list[i].want)) {
            print_error("mail:\n%s\nwant:\n%s\ngot:\n%s\n", list[i].mail, list[i].want, got.ptr);
            bad++;
        }
    }
    if (bad > 0)
        fail_msg("%zu of %zu mails", bad, n);
}

#define CHECK(list) check((list), ARRAY_LEN(list))

static void reads_headers(void **state)
{
    static const struct example list[] = {
        {"From: =?utf-8?B?Q8OhbiBi4buZ?= <canbo@example.vn>\r\n"
         "To: a@example.vn, \"B, C\" <b@example.vn>\r\n"
         "Cc: c@example.vn\r\n"
         "Sender: d@example.vn\r\n"
         "Reply-To: e@example.vn\r\n"
         "Subject: =?utf-8?Q?S=E1=BB=B1_c=E1=BB=91?=\r\n =?utf-8?Q?_m=E1=BA=A1ng?=\r\n"
         "Message-ID: <1@example.vn>\r\n"
         "In-Reply-To: <0@example.vn>\r\n"
         "Date: Sun, 22 Nov 2026 17:46:52 +0700\r\n\r\nChào\r\nbạn\r\n",
         "#1\nfrom: Cán bộ <canbo@example.vn>\nsender: d@example.vn\nreply-to: e@example.vn\n"
         "to: a@example.vn, \"B, C\" <b@example.vn>\ncc: c@example.vn\nsubject: Sự cố mạng\n"
         "id: 1@example.vn\nanswers: 0@example.vn\ndate: 2026-11-22T10:46:52Z\n|Chào\nbạn|\n"},
        {"Subject: s\u0323\u031b o\u031b\u0301\n\nu\u031b\u0323",
         "#1\nsubject: s\u0323\u031b ớ\n|ự|\n"},
        {"\xef\xbb\xbf\r\n\r\nFrom: a@example.vn\n\nx", "#1\nfrom: a@example.vn\n|x|\n"},
        {"Subject: a\tb\x01 \u202e"
         "c\n\nx",
         "#1\nsubject: a b c\n|x|\n"},
        {"From: not an address at all\n\nx", "#1\nfrom: not an address at all\n|x|\n"},
        {"Subject: x\nDate: yesterday\n\n", "#1\nsubject: x\n"},
        {"Subject: no body", "#1\nsubject: no body\n"},
    };

    CHECK(list);
}

static void decodes_character_sets(void **state)
{
    static const struct example list[] = {
        {HEAD "Content-Type: text/plain; charset=iso-8859-1\n\nr\xe9sum\xe9",
         "#1\nfrom: a@example.vn\nsubject: s\n|résumé|\n"},
        {HEAD "Content-Type: text/plain; charset=windows-1258\n\nVi\xea\xf2t",
         "#1\nfrom: a@example.vn\nsubject: s\n|Việt|\n"},
        {HEAD "Content-Type: text/plain; charset=\"utf-8\"\nContent-Transfer-Encoding: base64\n\n"
              "U+G7sSBj4buR\n",
         "#1\nfrom: a@example.vn\nsubject: s\n|Sự cố|\n"},
        {HEAD "Content-Type: text/plain; charset=utf-8\n"
              "Content-Transfer-Encoding: quoted-printable\n\nS=E1=BB=B1 =\nc=E1=BB=91=20\n",
         "#1\nfrom: a@example.vn\nsubject: s\n|Sự cố|\n"},
        {HEAD "Content-Type: text/plain; charset=utf-8\n\na\xff"
              "b\xe1\xba",
         "#1\nfrom: a@example.vn\nsubject: s\n(repaired 3)\n|a\ufffdb\ufffd\ufffd|\n"},
        {HEAD "\nS\xe1\xbb\xb1", "#1\nfrom: a@example.vn\nsubject: s\n|Sự|\n"},
        {HEAD "\nr\xe9sum\xe9", "#1\nfrom: a@example.vn\nsubject: s\n(repaired 2)\n|résumé|\n"},
        {HEAD "Content-Type: text/plain; charset=x-nothing\n\nr\xe9",
         "#1\nfrom: a@example.vn\nsubject: s\n(repaired 1)\n|ré|\n"},
        {HEAD "Content-Type: text/plain; charset=shift_jis\n\n\x93\xfa\x96\x7b",
         "#1\nfrom: a@example.vn\nsubject: s\n|日本|\n"},
        {HEAD "Content-Type: text/plain; charset=gb18030\n\n\xd6\xd0\xff\xce\xc4",
         "#1\nfrom: a@example.vn\nsubject: s\n(repaired 1)\n|中\ufffd文|\n"},
        {HEAD "Content-Type: text/plain; charset=us-ascii\n\na\rb\x1b[31m\x07",
         "#1\nfrom: a@example.vn\nsubject: s\n|a\nb[31m|\n"},
    };

    CHECK(list);
}

static void turns_html_into_text(void **state)
{
#define HTML HEAD "Content-Type: text/html; charset=utf-8\n\n"
#define GOT  "#1\nfrom: a@example.vn\nsubject: s\n(from html)\n"
    static const struct example list[] = {
        {HTML "<html><head><title>t</title><style>p{}</style></head><body><p>Một</p><p>Hai</p>",
         GOT "|Một\n\nHai|\n"},
        {HTML "a<br>b<br/>c &amp; d &lt;e&gt; &#273;&#x1EA1; &nbsp; &eacute;&unknown; &",
         GOT "|a\nb\nc & d <e> đạ é&unknown; &|\n"},
        {HTML "<a href='http://evil.example/x?a=1&amp;b=2'>Đăng nhập</a> tiếp",
         GOT "|Đăng nhập <http://evil.example/x?a=1&b=2> tiếp|\n"},
        {HTML "<a href=http://example.vn/>http://example.vn/</a>", GOT "|http://example.vn/|\n"},
        {HTML "<a href=\"http://example.vn/\"><img src=x></a>", GOT "|<http://example.vn/>|\n"},
        {HTML "<a href=\"javascript:x\">y</a>", GOT "|y|\n"},
        {HTML "<ul><li>a</li><li>b</li></ul><table><tr><td>1</td><td>2</td></tr></table>",
         GOT "|- a\n- b\n1 2|\n"},
        {HTML "a<script>alert('<p>x</p>')</script>b<!-- <p>c</p> -->d", GOT "|abd|\n"},
        {HTML "<pre>a\n b</pre>c", GOT "|a\n b\nc|\n"},
        {HTML "a<b c=\"x>y\">d</b>", GOT "|ad|\n"},
        {HTML "1 < 2", GOT "|1 < 2|\n"},
        {HTML "a<p", GOT "|a|\n"},
        {HTML "a<!-- x", GOT "|a|\n"},
        {HTML "a<script>x", GOT "|a|\n"},
        {HTML "   \n ", "#1\nfrom: a@example.vn\nsubject: s\n"},
    };

    CHECK(list);
#undef HTML
#undef GOT
}

static void chooses_the_text(void **state)
{
#define MULTI(type) HEAD "Content-Type: multipart/" type "; boundary=B\n\n"
#define GOT         "#1\nfrom: a@example.vn\nsubject: s\n"
    static const struct example list[] = {
        {MULTI("alternative") "--B\nContent-Type: text/plain\n\nplain\n"
                              "--B\nContent-Type: text/html\n\n<p>html</p>\n--B--\n",
         GOT "|plain|\n"},
        {MULTI("alternative") "--B\nContent-Type: text/plain\n\n \n"
                              "--B\nContent-Type: text/html\n\n<p>html</p>\n--B--\n",
         GOT "(from html)\n|html|\n"},
        {MULTI("alternative") "--B\nContent-Type: text/html\n\n<p>html</p>\n--B--\n",
         GOT "(from html)\n|html|\n"},
        {MULTI("alternative") "--B\nContent-Type: text/plain\n\nplain\n"
                              "--B\nContent-Type: multipart/related; boundary=C\n\n"
                              "--C\nContent-Type: text/html\n\n<p>html</p>\n"
                              "--C\nContent-Type: image/png; name=x.png\n\npng\n--C--\n--B--\n",
         GOT "|plain|\nfile x.png image/png [png]\n"},
        {MULTI("mixed") "--B\nContent-Type: text/plain\n\none\n"
                        "--B\nContent-Type: text/plain\n\ntwo\n"
                        "--B\nContent-Type: text/plain\nContent-Disposition: attachment\n\nthree\n"
                        "--B--\n",
         GOT "|one\n\ntwo|\nfile attachment-1.txt text/plain [three]\n"},
        {MULTI("signed") "--B\n\ntext\n--B\nContent-Type: application/pgp-signature; "
                         "name=signature.asc\n\nsig\n--B--\n",
         GOT "|text|\nfile signature.asc application/pgp-signature [sig]\n"},
        {MULTI("mixed") "--B\n\nno end", GOT "|no end|\n"},
        {MULTI("mixed") "nothing", GOT},
    };

    CHECK(list);
}

static void names_and_keeps_attachments(void **state)
{
#define PART(headers)                                                                              \
    MULTI("mixed") "--B\nContent-Type: application/octet-stream\n" headers "\n\nx\n--B--\n"
    static const struct example list[] = {
        {PART("Content-Disposition: attachment; filename=\"a.bin\""),
         GOT "file a.bin application/octet-stream [x]\n"},
        {PART("Content-Disposition: attachment; filename*=utf-8''B%C3%A1o%20c%C3%A1o.pdf"),
         GOT "file Báo cáo.pdf application/octet-stream [x]\n"},
        {PART("Content-Disposition: attachment; filename=\"=?utf-8?Q?B=C3=A1o?=.pdf\""),
         GOT "file Báo.pdf application/octet-stream [x]\n"},
        {PART("Content-Disposition: attachment; filename=\"../../etc/passwd\""),
         GOT "file passwd application/octet-stream [x]\n"},
        {PART("Content-Disposition: attachment; filename=\"C:\\\\Windows\\\\x.exe\""),
         GOT "file x.exe application/octet-stream [x]\n"},
        {PART("Content-Disposition: attachment; filename=\"..\""),
         GOT "file attachment-1.bin application/octet-stream [x]\n"},
        {PART("Content-Disposition: attachment; filename=\".htaccess\""),
         GOT "file htaccess application/octet-stream [x]\n"},
        {PART("Content-Disposition: attachment; filename*=utf-8''a%E2%80%AEgpj.exe"),
         GOT "file agpj.exe application/octet-stream [x]\n"},
        {PART("Content-Transfer-Encoding: base64\nX: y"),
         GOT "file attachment-1.bin application/octet-stream []\n"},
        {HEAD "Content-Type: application/pdf; name=q.pdf\nContent-Transfer-Encoding: base64\n\n"
              "AAEC/w==\n",
         GOT "file q.pdf application/pdf [\x01"},
    };

    check(list, ARRAY_LEN(list) - 1);
    assert_true(
        str_ends(read_mail(str_c(list[ARRAY_LEN(list) - 1].mail)), STR("[\0\x01\x02\xff]\n")));
#undef PART
}

static void gives_files_away(void **state)
{
    struct told t = {.text = buf_make(&test_arena), .take = true};
    struct mail_options options = {.dir = dir};
    struct str kept = str_printf(&test_arena, "%s/kept", dir);
    int fd = fd_of(STR(MULTI("mixed") "--B\nContent-Type: a/b; name=n\n\nhello\n--B--\n"));
    struct str content;

    assert_int_equal(mail_parse_fd(fd, &options, on_message, &t, &err), 0);
    close(fd);
    assert_int_equal(io_read_file(&test_arena, kept.ptr, 100, &content, &err), 0);
    assert_str(content, "hello");
    unlink(kept.ptr);
}

static int look_at_hash(void *ctx, const struct mail_message *m, struct err *e)
{
    assert_int_equal(m->attachments.len, 1);
    assert_int_equal(m->attachments.at[0].path.len, 0);
    assert_int_equal(m->attachments.at[0].size, 5);
    assert_str(str_hex(&test_arena, m->attachments.at[0].sha256, 32),
               "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");
    ++*(int *)ctx;
    return 0;
}

static void hashes_without_keeping(void **state)
{
    struct mail_options options = {0};
    int fd = fd_of(STR(MULTI("mixed") "--B\nContent-Type: a/b; name=n\n\nhello\n--B--\n"));
    int seen = 0;

    assert_int_equal(mail_parse_fd(fd, &options, look_at_hash, &seen, &err), 0);
    assert_int_equal(seen, 1);
    close(fd);
}

static void reads_attached_messages(void **state)
{
    static const struct example list[] = {
        {MULTI("mixed") "--B\n\nsee below\n--B\nContent-Type: message/rfc822\n\n"
                        "From: x@evil.example\nSubject: inner\n\nclick\n--B--\n",
         GOT "|see below|\nfile inner.eml message/rfc822 message [From: x@evil.example\n"
             "Subject: inner\n\nclick]\nnested\nfrom: x@evil.example\nsubject: inner\n|click|\n"},
        {MULTI("mixed") "--B\nContent-Type: message/rfc822\n\n"
                        "Subject: one\nContent-Type: message/rfc822\n\nSubject: two\n\nx\n--B--\n",
         GOT "file one.eml message/rfc822 message [Subject: one\nContent-Type: message/rfc822\n\n"
             "Subject: two\n\nx]\nnested\nsubject: one\n"},
    };

    CHECK(list);
}

static void recognises_reports(void **state)
{
    static const struct example list[] = {
        {"From: a@example.vn\nSubject: s\nContent-Type: multipart/report;\n"
         " report-type=feedback-report; boundary=B\n\n--B\n\nAn abuse report.\n"
         "--B\nContent-Type: message/feedback-report\n\n"
         "Feedback-Type: abuse\nUser-Agent: Example/1.0\nVersion: 1\nSource-IP: 192.0.2.1\n"
         "Original-Rcpt-To: <b@example.com>\nIncidents:\n 12\n"
         "--B\nContent-Type: message/rfc822\n\nFrom: spam@evil.example\n\nbuy\n--B--\n",
         GOT "kind: arf\nversion: 1\n  Feedback-Type=abuse\n  User-Agent=Example/1.0\n  Version=1\n"
             "  Source-IP=192.0.2.1\n  Original-Rcpt-To=<b@example.com>\n  Incidents=12\n"
             "|An abuse report.|\n"
             "file attachment-1.eml message/rfc822 message [From: spam@evil.example\n\nbuy]\n"
             "nested\nfrom: spam@evil.example\n|buy|\n"},
        {"From: a@example.vn\nSubject: s\nX-XARF: PLAIN\n"
         "Content-Type: multipart/mixed; boundary=B\n\n--B\n\nDear team\n"
         "--B\nContent-Type: text/plain; charset=utf-8; name=\"report.txt\"\n\n"
         "---\nReported-From: a@example.vn\nCategory: abuse\nReport-Type: \"login-attack\"\n"
         "Version: 0.2\nSource: 192.0.2.1\n# a remark\n\n"
         "--B\nContent-Type: text/plain; name=logfile.log\n\nlog\n--B--\n",
         GOT "kind: xarf\nversion: 0.2\n  Reported-From=a@example.vn\n  Category=abuse\n"
             "  Report-Type=login-attack\n  Version=0.2\n  Source=192.0.2.1\n|Dear team|\n"
             "file report.txt text/plain [---\nReported-From: a@example.vn\nCategory: abuse\n"
             "Report-Type: \"login-attack\"\nVersion: 0.2\nSource: 192.0.2.1\n# a remark\n]\n"
             "file logfile.log text/plain [log]\n"},
        {MULTI("mixed") "--B\n\nhi\n--B\nContent-Type: application/json; name=xarf.json\n\n"
                        "{\"Version\":\"3\",\"ReporterInfo\":{\"ReporterOrg\":\"Ví dụ\"},"
                        "\"Report\":{\"ReportType\":\"phishing\",\"Tags\":[\"a\",2,true,null]}}\n"
                        "--B--\n",
         GOT
         "kind: xarf\nversion: 3\n  Version=3\n  ReporterInfo.ReporterOrg=Ví dụ\n"
         "  Report.ReportType=phishing\n  Report.Tags.0=a\n  Report.Tags.1=2\n"
         "  Report.Tags.2=true\n|hi|\n"
         "file xarf.json application/json [{\"Version\":\"3\",\"ReporterInfo\":{\"ReporterOrg\":"
         "\"Ví dụ\"},\"Report\":{\"ReportType\":\"phishing\",\"Tags\":[\"a\",2,true,null]}}]\n"},
        {MULTI("mixed") "--B\nContent-Type: application/json; name=x.json\n\n"
                        "{\"xarf_version\":\"4.0.0\",\"source_identifier\":\"192.0.2.1\"}\n--B--\n",
         GOT "kind: xarf\nversion: 4.0.0\n  xarf_version=4.0.0\n  source_identifier=192.0.2.1\n"
             "file x.json application/json [{\"xarf_version\":\"4.0.0\",\"source_identifier\":"
             "\"192.0.2.1\"}]\n"},
        {MULTI("mixed") "--B\nContent-Type: application/json; name=x.json\n\n{\"a\":1}\n--B--\n",
         GOT "file x.json application/json [{\"a\":1}]\n"},
        {MULTI("mixed") "--B\nContent-Type: application/json; name=x.json\n\n{\"a\":\n--B--\n",
         GOT "file x.json application/json [{\"a\":]\n"},
        {MULTI("mixed") "--B\nContent-Type: text/plain; name=report.txt\n\nVersion: 1\n--B--\n",
         GOT "file report.txt text/plain [Version: 1]\n"},
    };

    CHECK(list);
#undef MULTI
#undef GOT
}

static void reads_mailboxes(void **state)
{
    static const struct example list[] = {
        {"From a@example.vn Sun Nov 22 10:46:52 2026\nFrom: a@example.vn\nSubject: one\n\nx\n"
         ">From here\n\n"
         "From b@example.vn Sun Nov 22 10:46:52 2026\nSubject: two\n\ny\n",
         "#1\nfrom: a@example.vn\nsubject: one\n|x\n>From here|\n#2\nsubject: two\n|y|\n"},
        {"From a@example.vn Sun Nov 22 10:46:52 2026\nX-Other: 1\n\nx\n\n"
         "From b@example.vn Sun Nov 22 10:46:52 2026\nSubject: two\n\ny\n",
         "#1\nrefused: this is no mail: it has no headers of one\n#2\nsubject: two\n|y|\n"},
    };

    CHECK(list);
}

static void refuses_what_is_no_mail(void **state)
{
    static const char no_headers[] = "#1\nrefused: this is no mail: it has no headers of one\n";
    static const struct example list[] = {
        {"MZ\x90\x03", "#1\nrefused: the message cannot be read\n"},
        {"", "#1\nrefused: the message cannot be read\n"},
        {"{\"a\": 1}\n", no_headers},
        {"Content-Type: text/plain\n\nx", no_headers},
    };

    for (size_t i = 0; i < ARRAY_LEN(list); i++)
        assert_true(str_starts(read_mail(str_c(list[i].mail)), STR("#1\nrefused: ")));
    assert_str(read_mail(str_c(list[3].mail)), no_headers);
    assert_int_equal(
        mail_parse_file("/nonexistent", &(struct mail_options){0}, on_message, NULL, &err),
        ERR_NOT_FOUND);
}

static int stop(void *ctx, const struct mail_message *m, struct err *e)
{
    ++*(int *)ctx;
    return err_set(e, ERR_CONFLICT, "stop here");
}

static void stops_when_told(void **state)
{
    struct mail_options options = {.dir = dir};
    int fd = fd_of(STR("From x\nSubject: 1\n\n\nFrom x\nSubject: 2\n\n"));
    int seen = 0;

    assert_int_equal(mail_parse_fd(fd, &options, stop, &seen, &err), ERR_CONFLICT);
    assert_int_equal(seen, 1);
    close(fd);
}

/* Deep nesting, endless headers, huge bodies: an answer or a refusal, never trouble. */
static void survives_hostile_mails(void **state)
{
    struct buf deep = buf_make(&test_arena), wide = buf_make(&test_arena);
    struct buf body = buf_make(&test_arena), tags = buf_make(&test_arena);
    struct str got;

    buf_add(&deep, STR("Subject: deep\n"));
    for (int i = 0; i < 2000; i++)
        buf_printf(&deep, "Content-Type: multipart/mixed; boundary=B%d\n\n--B%d\n", i, i);
    read_mail(buf_str(&deep));
    buf_add(&wide, STR("Subject: wide\nContent-Type: multipart/mixed; boundary=B\n\n"));
    for (int i = 0; i < 3000; i++)
        buf_add(&wide, STR("--B\nContent-Type: a/b\n\n"));
    read_mail(buf_str(&wide));
    buf_add(&body, STR("Subject: long\n\n"));
    for (int i = 0; i < 300000; i++)
        buf_add(&body, STR("Sự cố\n"));
    got = read_mail(buf_str(&body));
    assert_true(got.len > 1000000 && got.len < 1100000);
    buf_add(&tags, STR("Subject: tags\nContent-Type: text/html\n\n"));
    for (int i = 0; i < 200000; i++)
        buf_add(&tags, i % 3 == 0 ? STR("<a href='") : i % 3 == 1 ? STR("<!-- ") : STR("&#"));
    read_mail(buf_str(&tags));
}

static int make_dir(void **state)
{
    snprintf(dir, sizeof(dir), "/tmp/ungcuu-test-mail-XXXXXX");
    return mkdtemp(dir) == NULL;
}

static int remove_dir(void **state)
{
    return rmdir(dir);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        ARENA_TEST(reads_headers),
        ARENA_TEST(decodes_character_sets),
        ARENA_TEST(turns_html_into_text),
        ARENA_TEST(chooses_the_text),
        ARENA_TEST(names_and_keeps_attachments),
        ARENA_TEST(gives_files_away),
        ARENA_TEST(hashes_without_keeping),
        ARENA_TEST(reads_attached_messages),
        ARENA_TEST(recognises_reports),
        ARENA_TEST(reads_mailboxes),
        ARENA_TEST(refuses_what_is_no_mail),
        ARENA_TEST(stops_when_told),
        ARENA_TEST(survives_hostile_mails),
    };
    int status = sandbox_child(argc, argv, &mail_sandbox_kind, 1);

    if (status >= 0)
        return status;
    return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
