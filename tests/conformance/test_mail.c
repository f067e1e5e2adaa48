#include "data.h"

#include "base/io.h"
#include "base/text.h"
#include "sys/mail/mail.h"

#include <sys/mman.h>

/*
 * Real abuse mails, mails with attachments and X-ARF samples: each becomes a message, or is refused
 * with a reason; the ones made by known programs are recognised as what they are.
 */
struct counts {
    int files, messages, refused, xarf, arf, attachments, nested, repaired, failed;
    enum mail_kind last;
    struct str last_version;
};

static void check_text(struct str s)
{
    if (!text_is_valid(s, true))
        fail_msg("not valid: " STR_FMT, STR_ARG(s));
}

static int on_message(void *ctx, const struct mail_message *m, struct err *err)
{
    struct counts *c = ctx;

    if (m->refused.len > 0) {
        print_message("  refused: " STR_FMT "\n", STR_ARG(m->refused));
        c->refused++;
        return 0;
    }
    c->messages++;
    c->xarf += m->kind == MAIL_XARF;
    c->arf += m->kind == MAIL_ARF;
    c->attachments += (int)m->attachments.len;
    c->nested += (int)m->nested_len;
    c->repaired += m->repaired > 0;
    c->last = m->kind;
    c->last_version = str_dup(&test_arena, m->report_version);
    assert_true(m->from.len > 0 && m->body.len + m->attachments.len > 0);
    assert_true(m->kind != MAIL_ARF || m->report.len > 0);
    check_text(m->from);
    check_text(m->subject);
    check_text(m->body);
    check_text(m->headers);
    return 0;
}

static void parse(struct counts *c, struct str name, struct str mail)
{
    const struct mail_options options = {0};
    struct err err = {0};
    int fd = memfd_create("mail", MFD_CLOEXEC);

    assert_int_equal(io_write_all(fd, mail, &err), 0);
    lseek(fd, 0, SEEK_SET);
    c->files++;
    if (mail_parse_fd(fd, &options, on_message, c, &err) < 0) {
        print_error(STR_FMT ": %s\n", STR_ARG(name), err.what);
        c->failed++;
    }
    close(fd);
}

static void read_one(void *ctx, struct str name, struct str text)
{
    if (!str_ends(name, STR(".license")) &&
        (str_find(name, STR("/abuse-mail/")) >= 0 || str_find(name, STR("/mime-mail/")) >= 0))
        parse(ctx, name, text);
}

static void print_counts(const struct counts *c)
{
    print_message("%d files: %d messages (%d X-ARF, %d ARF), %d refused; %d attachments, %d "
                  "attached messages, %d with repaired characters\n",
                  c->files, c->messages, c->xarf, c->arf, c->refused, c->attachments, c->nested,
                  c->repaired);
}

static void reads_real_mails(void **state)
{
    struct counts c = {0};

    each_member(data_path("feed-samples.tar.zst"), "", read_one, &c);
    print_counts(&c);
    assert_int_equal(c.failed, 0);
    assert_int_equal(c.files, 51);
    assert_int_equal(c.messages + c.refused, c.files);
    /* A script that lies among them. */
    assert_int_equal(c.refused, 1);
    /* Five spam filters and twelve feedback loops; blocklist.de, clean-mx and Netcraft. */
    assert_int_equal(c.arf, 17);
    assert_int_equal(c.nested, 17);
    assert_int_equal(c.xarf, 8);
}

/* The samples of versions 3 and 4 are JSON documents; they travel as attachments. */
static void wrap_sample(void *ctx, struct str name, struct str text)
{
    struct counts *c = ctx;
    bool v3 = str_find(name, STR("/xarf/v3/")) >= 0;

    if (!v3 && str_find(name, STR("/xarf/v4/")) < 0)
        return;
    parse(c, name,
          str_printf(&test_arena,
                     "From: a@example.com\nSubject: report\nContent-Type: multipart/mixed; "
                     "boundary=B\n\n--B\n\nSee the report.\n--B\nContent-Type: application/json; "
                     "name=xarf.json\n\n" STR_FMT "\n--B--\n",
                     STR_ARG(text)));
    assert_int_equal(c->last, MAIL_XARF);
    assert_int_equal(c->last_version.ptr[0], v3 ? '3' : '4');
}

static void recognises_samples_of_xarf(void **state)
{
    struct counts c = {0};

    each_member(data_path("feed-samples.tar.zst"), ".json", wrap_sample, &c);
    print_counts(&c);
    assert_int_equal(c.files, 22);
    assert_int_equal(c.xarf, 22);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        ARENA_TEST(reads_real_mails),
        ARENA_TEST(recognises_samples_of_xarf),
    };
    int status = sandbox_child(argc, argv, &mail_sandbox_kind, 1);

    if (status >= 0)
        return status;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
