#include "support/program.h"
#include "support/testdb.h"
#include "test.h"

#include "app/account/account.h"
#include "app/audit/audit.h"
#include "app/org/org.h"
#include "base/clock.h"
#include "base/io.h"
#include "sys/blob/blob.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/stat.h>

/* ungcuu backup, backup verify and restore, as an administrator runs them. */
static struct testdb t;
static struct err err;
static char site_dir[300], file[300], back[300];

static const char *below(const char *name)
{
    return io_join(&t.arena, str_c(t.dir), str_c(name)).ptr;
}

static int begin(void **state)
{
    testdb_open_empty(&t);
    snprintf(site_dir, sizeof(site_dir), "%s/site", t.dir);
    snprintf(file, sizeof(file), "%s/site.tar.zst", t.dir);
    snprintf(back, sizeof(back), "%s/back", t.dir);
    if (RUN("init", "--dir", site_dir, "--db", t.url, "--name", "Tỉnh <Mẫu> & \"bạn\"\t\\") != 0)
        fail_msg("%s", errors);
    /* The first opening notes that the index of words is made. */
    if (RUN("audit", "verify", "--dir", site_dir) != 0)
        fail_msg("%s", errors);
    return 0;
}

static int end(void **state)
{
    testdb_close(&t);
    return 0;
}

static void make_org(struct db *db, struct arena *a, int n)
{
    struct org_new new_ = {.code = str_printf(a, "DV-%d", n),
                           .kind = STR("department"),
                           .name = str_printf(a, "Sở \"số\" %d \\ \x01 <&>\n\t|", n)};
    struct err problem = {0};
    int64_t id;

    if (db_begin(db, &problem) < 0 ||
        org_create(db, a, &new_, NULL, clock_now(), &id, &problem) < 0 ||
        db_commit(db, &problem) < 0)
        fail_msg("%s", problem.what);
}

/* A stored file, as the rows name it. */
static struct str put_file(struct str content)
{
    struct blob_store store = {.dir = io_join(&t.arena, str_c(site_dir), STR("blobs"))};
    struct blob_id id;
    struct str name;

    if (blob_put(&store, content, &id, &err) < 0)
        fail_msg("%s", err.what);
    name = str_hex(&t.arena, id.sha256, sizeof(id.sha256));
    testdb_sql(&t, str_printf(&t.arena,
                              "INSERT INTO blob (sha256, size, created_at) VALUES "
                              "('" STR_FMT "', %" PRId64 ", 1)",
                              STR_ARG(name), id.size)
                       .ptr);
    return name;
}

static const char *path_of(const char *dir, struct str name)
{
    return str_printf(&t.arena, "%s/blobs/%.2s/%.2s/" STR_FMT, dir, name.ptr, name.ptr + 2,
                      STR_ARG(name))
        .ptr;
}

static struct str value(const char *name)
{
    return str_dup(&t.arena, printed(&t.arena, name));
}

/* ---- while the site is written to ---------------------------------------------------------- */

static atomic_bool stop;

static void *keep_writing(void *arg)
{
    struct arena a = {0};
    struct db *db;
    struct err problem = {0};

    if (db_acquire(t.pool, &db, &problem) < 0)
        die("%s", problem.what);
    for (int i = 1000; !atomic_load(&stop); i++) {
        make_org(db, &a, i);
        arena_clear(&a);
    }
    db_release(db);
    arena_release(&a);
    return NULL;
}

/* The log leads through the head of the backup; behind it stand `more` entries: of restoring, and
 * of what was done since. */
static void check_site(const char *dir, struct str head, struct str rows, int more)
{
    int64_t n;

    assert_int_equal(RUN("audit", "verify", "--dir", dir, "--head", head.ptr), 0);
    assert_int_equal(
        RUN("backup", "--dir", dir, "--out", str_printf(&t.arena, "%s.again", dir).ptr, "--json"),
        0);
    assert_true(str_to_int(rows, &n));
    assert_str_eq(value("rows"), str_printf(&t.arena, "%" PRId64, n + more));
}

static void test_backup_while_writing(void **state)
{
    struct testdb other;
    struct str head, rows, name;
    pthread_t thread;
    struct stat st;

    for (int i = 0; i < 20; i++)
        make_org(t.db, &t.arena, i);
    name = put_file(STR("dấu vết"));
    atomic_store(&stop, false);
    pthread_create(&thread, NULL, keep_writing, NULL);
    assert_int_equal(RUN("backup", "--dir", site_dir, "--out", file, "--json"), 0);
    atomic_store(&stop, true);
    pthread_join(thread, NULL);
    head = value("head");
    rows = value("rows");
    assert_int_equal(stat(file, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    /* The log went on, and leads through the head of the backup. */
    assert_int_equal(RUN("audit", "verify", "--dir", site_dir, "--head", head.ptr), 0);
    assert_int_equal(RUN("backup", "verify", file, "--head", head.ptr), 0);

    /* To SQLite, and from there to the engine of the test. */
    assert_int_equal(RUN("restore", file, "--dir", back, "--json"), 0);
    assert_str_eq(value("head"), head);
    check_site(back, head, rows, 1);
    assert_int_equal(stat(path_of(back, name), &st), 0);
    testdb_open_empty(&other);
    assert_int_equal(RUN("restore", str_printf(&t.arena, "%s.again", back).ptr, "--dir",
                         below("other"), "--db", other.url),
                     0);
    assert_non_null(strstr(output, "The site is ready in"));
    check_site(below("other"), head, rows, 2);
    assert_int_equal(testdb_sql(&other,
                                "SELECT COUNT(*) FROM setting WHERE key = 'site.name' AND value = "
                                "'Tỉnh <Mẫu> & \"bạn\"' || CASE WHEN 1=1 THEN '\t\\' END"),
                     1);
    /* It goes on numbering where it was. */
    make_org(other.db, &t.arena, 500000);
    assert_int_equal(testdb_sql(&other, "SELECT COUNT(*) FROM org WHERE id = "
                                        "(SELECT MAX(id) FROM org) AND code = 'DV-500000'"),
                     1);
    testdb_close(&other);
}

static void test_through_standard_input_and_output(void **state)
{
    const char *own = program;
    char command[2000];

    snprintf(command, sizeof(command), "%s backup --dir %s --out - | %s restore - --dir %s",
             program, site_dir, program, back);
    program = "/bin/sh";
    assert_int_equal(RUN("-c", command), 0);
    program = own;
    assert_int_equal(RUN("audit", "verify", "--dir", back), 0);
}

/* ---- what belongs to a site ---------------------------------------------------------------- */

static void test_keys_only_when_asked_for(void **state)
{
    const char *key = io_join(&t.arena, str_c(site_dir), STR("site.key")).ptr;
    struct stat st;

    assert_int_equal(io_replace_file(key, STR("0123\n"), 0600, &err), 0);
    assert_int_equal(RUN("backup", "--dir", site_dir, "--out", file), 0);
    assert_non_null(strstr(output, "not included"));
    assert_int_equal(RUN("restore", file, "--dir", back), 0);
    assert_int_not_equal(stat(io_join(&t.arena, str_c(back), STR("site.key")).ptr, &st), 0);

    assert_int_equal(RUN("backup", "--dir", site_dir, "--out", below("k"), "--with-keys"), 0);
    assert_non_null(strstr(output, "included: keep this file as safe"));
    assert_int_equal(RUN("restore", below("k"), "--dir", below("b2")), 0);
    assert_int_equal(stat(below("b2/site.key"), &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
}

static void test_nothing_is_overwritten(void **state)
{
    assert_int_equal(RUN("backup", "--dir", site_dir, "--out", file), 0);
    assert_int_equal(RUN("backup", "--dir", site_dir, "--out", file), 7);
    assert_non_null(strstr(errors, "is there already"));
    assert_int_equal(RUN("restore", file, "--dir", site_dir), 7);
    assert_non_null(strstr(errors, "is not empty"));
    assert_int_equal(RUN("audit", "verify", "--dir", site_dir), 0);
    assert_int_equal(RUN("restore", file, "--dir", back, "--db", t.url), 7);
    assert_non_null(strstr(errors, "the database is not empty"));
    assert_int_equal(access(io_join(&t.arena, str_c(back), STR("ungcuu.conf")).ptr, F_OK), -1);
    assert_int_equal(RUN("audit", "verify", "--dir", site_dir), 0);
    assert_int_equal(RUN("backup", "--dir", site_dir), 2);
    assert_int_equal(RUN("restore", file), 2);
}

static void test_stored_files_that_are_not_right(void **state)
{
    struct str gone = put_file(STR("một")), changed = put_file(STR("hai"));
    int fd;

    assert_int_equal(unlink(path_of(site_dir, gone)), 0);
    assert_int_equal(chmod(path_of(site_dir, changed), 0600), 0);
    fd = open(path_of(site_dir, changed), O_WRONLY | O_CLOEXEC);
    assert_int_equal(write(fd, "HAI", 3), 3);
    close(fd);
    assert_int_equal(RUN("backup", "--dir", site_dir, "--out", file), 1);
    assert_non_null(strstr(errors, str_printf(&t.arena, STR_FMT " is missing", STR_ARG(gone)).ptr));
    assert_non_null(
        strstr(errors, str_printf(&t.arena, STR_FMT " is damaged", STR_ARG(changed)).ptr));
    /* It is intact as a backup, and does not hide what it lacks. */
    assert_int_equal(RUN("backup", "verify", file), 1);
    assert_non_null(strstr(output, "The backup is intact"));
    assert_int_equal(RUN("restore", file, "--dir", back), 1);
    assert_non_null(strstr(output, "The site is ready"));
    assert_non_null(strstr(errors, "is missing"));
}

/* ---- damaged and hostile files ------------------------------------------------------------- */

static struct str whole(const char *path)
{
    struct str text;

    if (io_read_file(&t.arena, path, 64 * 1024 * 1024, &text, &err) < 0)
        fail_msg("%s", err.what);
    return text;
}

static void refuse(const char *path, const char *why)
{
    int status = RUN("backup", "verify", path);
    struct stat st;

    if (status == 0 || strstr(errors, why) == NULL)
        fail_msg("%s was not refused for \"%s\": %s%s", path, why, output, errors);
    if (RUN("restore", path, "--dir", back) != status)
        fail_msg("%s: restore does not end with %d: %s%s", path, status, output, errors);
    assert_int_not_equal(stat(io_join(&t.arena, str_c(back), STR("ungcuu.conf")).ptr, &st), 0);
    assert_int_not_equal(stat(io_join(&t.arena, str_c(back), STR("ungcuu.db")).ptr, &st), 0);
}

static void test_every_cut_and_every_flip_is_found(void **state)
{
    struct str good;
    char *copy, *facts;

    assert_int_equal(RUN("backup", "--dir", site_dir, "--out", file), 0);
    assert_int_equal(RUN("backup", "verify", file, "--json"), 0);
    facts = str_cdup(&t.arena, str_c(output));
    good = whole(file);
    copy = str_cdup(&t.arena, good);
    for (size_t part = 0; part < 8; part++) {
        struct str cut = str_sub(good, 0, good.len * part / 8);

        assert_int_equal(io_replace_file(below("cut"), cut, 0600, &err), 0);
        refuse(below("cut"), "");
    }
    for (size_t part = 1; part < 8; part++) {
        copy[good.len * part / 8] ^= 0x10;
        assert_int_equal(io_replace_file(below("flip"), str_make(copy, good.len), 0600, &err), 0);
        if (RUN("backup", "verify", below("flip"), "--json") == 0)
            assert_string_equal(output, facts); /* a bit that means nothing */
        else
            refuse(below("flip"), "");
        copy[good.len * part / 8] ^= 0x10;
    }
    assert_int_equal(io_replace_file(below("text"), STR("không phải"), 0600, &err), 0);
    refuse(below("text"), "");
}

struct copying {
    const char *member;       /* that is changed; NULL: only something is added */
    const char *from, *to;    /* text in it */
    const char *add, *before; /* a further member, in front of that one: of the last */
    int64_t add_size;         /* what it says; its content is "x" */
    unsigned type;            /* AE_IFREG, AE_IFLNK */
    bool unsummed;            /* the manifest has no sum of itself, as the first ones had none */
};

static void put(struct archive *out, const char *name, unsigned type, struct str text, int64_t size)
{
    struct archive_entry *e = archive_entry_new();

    archive_entry_set_pathname(e, name);
    archive_entry_set_filetype(e, type);
    archive_entry_set_perm(e, 0600);
    if (type == AE_IFLNK)
        archive_entry_set_symlink(e, "/etc/passwd");
    archive_entry_set_size(e, size);
    archive_write_header(out, e);
    archive_write_data(out, text.ptr, text.len);
    archive_entry_free(e);
}

static bool plain; /* not packed */

static struct str without_sum(struct str manifest)
{
    ptrdiff_t at = str_find(manifest, STR(",\"sum\":"));

    assert_true(at > 0);
    return str_printf(&t.arena, STR_FMT "}\n", STR_ARG(str_sub(manifest, 0, (size_t)at)));
}

/* A backup like the good one but for one thing. */
static const char *forge(const struct copying *c)
{
    struct archive *in = archive_read_new(), *out = archive_write_new();
    const char *path = below("forged");
    bool changed = c->member == NULL;
    struct archive_entry *e;

    archive_read_support_format_tar(in);
    archive_read_support_filter_zstd(in);
    archive_read_open_filename(in, file, 65536);
    archive_write_set_format_pax_restricted(out);
    if (!plain)
        archive_write_add_filter_zstd(out);
    archive_write_open_filename(out, path);
    while (archive_read_next_header(in, &e) == ARCHIVE_OK) {
        const char *name = archive_entry_pathname(e);
        size_t size = (size_t)archive_entry_size(e);
        char *text = arena_alloc(&t.arena, size + 1);
        struct str content;
        ptrdiff_t at;

        archive_read_data(in, text, size);
        content = str_make(text, size);
        if (c->add != NULL && strcmp(name, c->before != NULL ? c->before : "manifest.json") == 0)
            put(out, c->add, c->type, STR("x"), c->add_size);
        at = c->member != NULL && strcmp(name, c->member) == 0 ? str_find(content, str_c(c->from))
                                                               : -1;
        if (at >= 0)
            content =
                str_printf(&t.arena, STR_FMT "%s" STR_FMT, STR_ARG(str_sub(content, 0, (size_t)at)),
                           c->to, STR_ARG(str_from(content, (size_t)at + strlen(c->from))));
        if (c->unsummed && strcmp(name, "manifest.json") == 0)
            content = without_sum(content);
        put(out, name, AE_IFREG, content, (int64_t)content.len);
        changed |= at >= 0;
    }
    archive_write_close(out);
    archive_write_free(out);
    archive_read_free(in);
    assert_true(changed);
    return path;
}

#define HASH64 "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

static void test_hostile_files_are_refused(void **state)
{
    static const struct {
        struct copying c;
        const char *why;
    } cases[] = {
        {{.member = "tables/setting/000001.ndjson", .from = "bạn", .to = "BẠN"}, "digest"},
        {{.member = "tables/audit/000001.ndjson", .from = "account.create", .to = "account.change"},
         "digest"},
        {{.member = "tables/org/000001.ndjson", .from = "[\"id\",\"int\"]", .to = "[\"id\",\"x\"]"},
         "has no type"},
        /* Rows that the schema refuses: twice the same, without a name, in no known state. */
        {{.member = "tables/observable_noise/000001.ndjson",
          .from = "\"apple.com\"",
          .to = "\"dns.google\""},
         "digest"},
        {{.member = "tables/org/000001.ndjson", .from = "\"DV-0001\"", .to = "null"}, "digest"},
        {{.member = "tables/account/000001.ndjson", .from = "\"active\"", .to = "\"x\""}, "digest"},
        {{.member = "manifest.json", .from = "\"last\":1", .to = "\"last\":0"}, "manifest.json"},
        {{.member = "manifest.json", .from = "\"name\":\"undo\"", .to = "\"name\":\"undx\""},
         "manifest.json"},
        {{.member = "manifest.json", .from = "\"blobs\":0", .to = "\"blobs\":1", .unsummed = true},
         "files"},
        {{.member = "manifest.json", .from = "\"rows\":1", .to = "\"rows\":9", .unsummed = true},
         "rows"},
        {{.member = "manifest.json", .from = "digest", .to = "digset"}, "manifest.json"},
        {{.member = "ungcuu-backup.json", .from = "\"format\":1", .to = "\"format\":2"}, "format"},
        {{.add = "../../etc/cron.d/x", .add_size = 1, .type = AE_IFREG}, "no backup has"},
        {{.add = "/etc/cron.d/x", .add_size = 1, .type = AE_IFREG}, "no backup has"},
        {{.add = "blobs/../../../../x", .add_size = 1, .type = AE_IFREG}, "no backup has"},
        {{.add = "keys/../x.key", .add_size = 1, .type = AE_IFREG}, "no backup has"},
        {{.add = "keys/.x.key", .add_size = 1, .type = AE_IFREG}, "no backup has"},
        {{.add = "blobs/" HASH64, .add_size = 0, .type = AE_IFLNK}, "plain files"},
        {{.add = "blobs/" HASH64, .add_size = 1, .type = AE_IFREG}, ""},
        {{.add = "tables/zzz/000001.ndjson",
          .before = "files/ungcuu.conf",
          .add_size = 130 << 20,
          .type = AE_IFREG},
         "larger"},
        {{.add = "tables/org/000009.ndjson", .add_size = 1, .type = AE_IFREG}, "order"},
        {{.add = "ungcuu-backup.json", .add_size = 1, .type = AE_IFREG}, "order"},
    };

    assert_int_equal(RUN("backup", "--dir", site_dir, "--out", file), 0);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const char *path = forge(&cases[i].c);
        int status = RUN("backup", "verify", path);

        if (status == 0 || strstr(errors, cases[i].why) == NULL)
            fail_msg("case %zu was not refused for \"%s\": %s%s", i, cases[i].why, output, errors);
        if (RUN("restore", path, "--dir", back) != status)
            fail_msg("case %zu: restore does not end with %d: %s%s", i, status, output, errors);
        assert_int_equal(access(io_join(&t.arena, str_c(back), STR("ungcuu.db")).ptr, F_OK), -1);
    }
    /* The forger of this test changes nothing else. */
    assert_int_equal(RUN("backup", "verify", forge(&(struct copying){0})), 0);
    assert_int_equal(RUN("backup", "verify", forge(&(struct copying){.unsummed = true})), 0);
}

/* A header that promises a petabyte: the size in the form for large numbers, the sum anew. */
static void test_a_size_beyond_the_disk(void **state)
{
    char *tar = arena_alloc(&t.arena, 1024), *header = tar;
    const char *path = below("petabyte");
    struct copying c = {.add = "blobs/" HASH64, .add_size = 1, .type = AE_IFREG};
    struct str all;
    unsigned sum = 0;
    ptrdiff_t at;

    assert_int_equal(RUN("backup", "--dir", site_dir, "--out", file), 0);
    plain = true;
    all = whole(forge(&c));
    plain = false;
    at = str_find(all, STR("blobs/" HASH64));
    assert_true(at > 0 && at % 512 == 0);
    memcpy(header, all.ptr + at, 512);
    memset(header + 124, 0, 12);
    header[124] = (char)0x80;
    header[129] = 4; /* 4 << 48 */
    memset(header + 148, ' ', 8);
    for (int i = 0; i < 512; i++)
        sum += (unsigned char)header[i];
    snprintf(header + 148, 8, "%06o", sum);
    memcpy((char *)(uintptr_t)all.ptr + at, header, 512);
    assert_int_equal(io_replace_file(path, all, 0600, &err), 0);
    assert_int_equal(RUN("restore", path, "--dir", back), 1);
    assert_non_null(strstr(errors, "does not fit on the disk"));
    assert_int_equal(access(io_join(&t.arena, str_c(back), STR("ungcuu.db")).ptr, F_OK), -1);
}

#define BACKUP_TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        BACKUP_TEST(test_backup_while_writing),
        BACKUP_TEST(test_through_standard_input_and_output),
        BACKUP_TEST(test_keys_only_when_asked_for),
        BACKUP_TEST(test_nothing_is_overwritten),
        BACKUP_TEST(test_stored_files_that_are_not_right),
        BACKUP_TEST(test_every_cut_and_every_flip_is_found),
        BACKUP_TEST(test_hostile_files_are_refused),
        BACKUP_TEST(test_a_size_beyond_the_disk),
    };

    if (argc < 2)
        die("usage: test-cmd-backup PROGRAM");
    program = argv[1];
    return cmocka_run_group_tests(tests, NULL, NULL);
}
