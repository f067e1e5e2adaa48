#include "test.h"

#include "engine/hunt/digest.h"
#include "engine/hunt/ioc.h"

#include "base/io.h"

static struct buf hits;

static void note_hit(void *ctx, uint32_t row, struct str part)
{
    const struct ioc *set = ctx;
    if (hits.len > 0)
        buf_add_char(&hits, ' ');
    buf_printf(&hits, "%s:" STR_FMT "<" STR_FMT, ioc_type_name(ioc_type_of(set, row)),
               STR_ARG(ioc_value_of(set, row)), STR_ARG(part));
}

static struct str sweep(const struct ioc *set, const char *text)
{
    hits = buf_make(&test_arena);
    ioc_sweep(set, str_c(text), note_hit, (void *)(uintptr_t)set);
    return buf_str(&hits);
}

struct sweep_case {
    const char *list, *text, *want;
};

static const struct sweep_case cases[] = {
    {"d41d8cd98f00b204e9800998ecf8427e", "MD5=D41D8CD98F00B204E9800998ECF8427E,X=1",
     "md5:d41d8cd98f00b204e9800998ecf8427e<D41D8CD98F00B204E9800998ECF8427E"},
    {"d41d8cd98f00b204e9800998ecf8427e", "d41d8cd98f00b204e9800998ecf8427e0", ""},
    {"da39a3ee5e6b4b0d3255bfef95601890afd80709", "x da39a3ee5e6b4b0d3255bfef95601890afd80709.",
     "sha1:da39a3ee5e6b4b0d3255bfef95601890afd80709<da39a3ee5e6b4b0d3255bfef95601890afd80709"},
    {"192.0.2.7", "from 192.0.2.7:443, ok", "ip:192.0.2.7<192.0.2.7"},
    {"192.0.2.7", "192.0.2.70 1192.0.2.7 192.0.2.7.1", ""},
    {"192.0.2[.]7", "(192.0.2.7)", "ip:192.0.2[.]7<192.0.2.7"},
    {"2001:db8::5", "src=2001:0DB8:0:0::5 dst=::1", "ip:2001:db8::5<2001:0DB8:0:0::5"},
    {"2001:db8::5", "at 12:30:45 2001:db8::6", ""},
    {"198.51.100.0/22", "198.51.103.9 198.51.104.1", "cidr:198.51.100.0/22<198.51.103.9"},
    {"2001:db8:7::/48", "[2001:db8:7:1::9]:80", "cidr:2001:db8:7::/48<2001:db8:7:1::9"},
    {"198.51.100.0/24\n198.51.100.128/25", "198.51.100.200",
     "cidr:198.51.100.0/24<198.51.100.200 cidr:198.51.100.128/25<198.51.100.200"},
    {"evil.example.com", "GET http://www.EVIL.example.com/x",
     "domain:evil.example.com<EVIL.example.com"},
    {"evil.example.com", "notevil.example.com evil.example.com.vn example.com", ""},
    {"evil.example.com", "evil.example.com.", "domain:evil.example.com<evil.example.com"},
    {"đắk.example.vn", "host xn--k-kia068t.example.vn and ĐẮK.example.vn", NULL},
    {"hxxp://bad.example.org/a/b?c=1", "see http://BAD.example.org:80/a/b?c=1#z now",
     "url:hxxp://bad.example.org/a/b?c=1<http://BAD.example.org:80/a/b?c=1#z"},
    {"http://bad.example.org/a", "\"http://bad.example.org/a?x=y\"",
     "url:http://bad.example.org/a<http://bad.example.org/a?x=y"},
    {"http://bad.example.org/a", "http://bad.example.org/A", ""},
    {"boss@mail.example.com", "<Boss@Mail.example.com>",
     "email:boss@mail.example.com<Boss@Mail.example.com"},
    {"boss@mail.example.com", "bigboss@mail.example.com", ""},
    {"payload_7.exe", "C:\\Users\\x\\PAYLOAD_7.exe -a", "filename:payload_7.exe<PAYLOAD_7.exe"},
    {"payload_7.exe", "mypayload_7.exe payload_7.exe.bak2", ""},
    {"C:\\Windows\\Temp\\a b\\run.exe", "\"c:\\windows\\temp\\A B\\run.exe\" /q",
     "filepath:C:\\Windows\\Temp\\a b\\run.exe<c:\\windows\\temp\\A B\\run.exe"},
    {"C:\\Windows\\Temp\\a b\\run.exe", "C:\\Windows\\Temp\\run.exe", ""},
    {"/usr/lib/.x/agent", "exec /usr/lib/.x/agent now",
     "filepath:/usr/lib/.x/agent</usr/lib/.x/agent"},
};

static void sweeps(void **state)
{
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct ioc *set = ioc_new();
        struct err err = {0};
        assert_int_equal(ioc_load_text(set, STR("list"), str_c(cases[i].list), &err), 0);
        ioc_finish(set);
        struct str got = sweep(set, cases[i].text);
        if (cases[i].want == NULL)
            assert_true(str_find(got, STR("domain:")) == 0 && str_find_char(got, ' ') > 0);
        else if (!str_is(got, cases[i].want))
            fail_msg("%s in \"%s\": " STR_FMT, cases[i].list, cases[i].text, STR_ARG(got));
        ioc_free(set);
    }
}

static const char csv_list[] = "type,indicator,comment\n"
                               "domain,one.example.com,first\n"
                               "user-agent,EvilBot/1.0 (x),agent\n"
                               "domain,not a domain,\n"
                               "foo,???,\n";

static const char stix_list[] =
    "{\"type\":\"bundle\",\"objects\":["
    "{\"type\":\"indicator\",\"name\":\"n\",\"pattern_type\":\"stix\",\"pattern\":"
    "\"[file:hashes.'SHA-256' = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'"
    " AND file:name = 'x.exe']\"},"
    "{\"type\":\"indicator\",\"pattern\":\"[domain-name:value = 'two.example.com' OR "
    "ipv4-addr:value IN ('192.0.2.1', '192.0.2.2')]\"},"
    "{\"type\":\"indicator\",\"pattern\":\"[ipv4-addr:value ISSUBSET '198.51.100.0/24']\"},"
    "{\"type\":\"indicator\",\"pattern\":\"[url:value = 'http://a.example.com/' AND "
    "domain-name:value = 'a.example.com']\"},"
    "{\"type\":\"indicator\",\"pattern\":\"[url:value LIKE 'http://%']\"},"
    "{\"type\":\"indicator\",\"revoked\":true,\"pattern\":\"[url:value = "
    "'http://b.example.com/']\"}"
    "]}";

static const char misp_list[] =
    "{\"Event\":{\"info\":\"x\",\"Attribute\":["
    "{\"type\":\"ip-dst|port\",\"value\":\"192.0.2.9|443\",\"to_ids\":true,\"comment\":\"c2\"},"
    "{\"type\":\"filename|md5\",\"value\":\"bad.dll|d41d8cd98f00b204e9800998ecf8427e\"},"
    "{\"type\":\"domain\",\"value\":\"three.example.com\",\"to_ids\":false},"
    "{\"type\":\"text\",\"value\":\"words\"}],"
    "\"Object\":[{\"name\":\"url\",\"Attribute\":[{\"type\":\"url\",\"value\":"
    "\"http://c.example.com/x\"}]}]}}";

static struct str load(struct ioc *set, const char *text)
{
    struct err err = {0};
    struct buf b = buf_make(&test_arena);
    size_t len;
    assert_int_equal(ioc_load_text(set, STR("list"), str_c(text), &err), 0);
    const struct ioc_notice *n = ioc_notices(set, &len);
    for (size_t i = 0; i < len; i++)
        buf_printf(&b, "%llu:" STR_FMT "\n", (unsigned long long)n[i].line, STR_ARG(n[i].reason));
    return buf_str(&b);
}

static void reads_csv(void **state)
{
    struct ioc *set = ioc_new();
    assert_str(load(set, csv_list), "4:not a valid value of type domain\n"
                                    "5:not an indicator of a known type\n");
    ioc_finish(set);
    assert_int_equal(ioc_total(set), 2);
    assert_str(sweep(set, "evilbot/1.0 (X)"), "useragent:EvilBot/1.0 (x)<evilbot/1.0 (X)");
    assert_str(sweep(set, "EvilBot/1.0 (x) more"), "");
    assert_str(sweep(set, "one.example.com"), "domain:one.example.com<one.example.com");
    ioc_free(set);
}

static void reads_stix(void **state)
{
    struct ioc *set = ioc_new();
    struct str notices = load(set, stix_list);
    assert_str(notices, "0:a STIX pattern that is not a list of values\n0:a revoked indicator\n");
    assert_int_equal(ioc_count(set, IOC_SHA256), 1);
    assert_int_equal(ioc_count(set, IOC_DOMAIN), 1);
    assert_int_equal(ioc_count(set, IOC_IP), 2);
    assert_int_equal(ioc_count(set, IOC_CIDR), 1);
    assert_int_equal(ioc_total(set), 5);
    ioc_free(set);
}

static void reads_misp(void **state)
{
    struct ioc *set = ioc_new();
    assert_str(load(set, misp_list), "0:an attribute that is not meant for detection (to_ids)\n");
    assert_int_equal(ioc_count(set, IOC_IP), 1);
    assert_int_equal(ioc_count(set, IOC_MD5), 1);
    assert_int_equal(ioc_count(set, IOC_FILE_NAME), 1);
    assert_int_equal(ioc_count(set, IOC_URL), 1);
    assert_int_equal(ioc_total(set), 4);
    ioc_free(set);
}

static void keeps_each_once(void **state)
{
    struct ioc *set = ioc_new();
    load(set, "192.0.2.7 # first\n192.0.2.7\nEvil.example.com\nevil.EXAMPLE.com\n192.0.2.0/24\n");
    ioc_finish(set);
    assert_int_equal(ioc_total(set), 3);
    assert_str(sweep(set, "192.0.2.7 evil.example.com"),
               "ip:192.0.2.7<192.0.2.7 cidr:192.0.2.0/24<192.0.2.7 "
               "domain:Evil.example.com<evil.example.com");
    ioc_free(set);
}

/* Paths that end in the same name are told apart, and each is kept once all the same. */
static void many_paths_with_one_name(void **state)
{
    struct ioc *set = ioc_new();
    struct buf b = buf_make(&test_arena);
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 2000; i++)
            buf_printf(&b, "C:\\d%d\\explorer.exe\n", i);
    }
    assert_str(load(set, str_cdup(&test_arena, buf_str(&b))), "");
    ioc_finish(set);
    assert_int_equal(ioc_total(set), 2000);
    assert_str(sweep(set, "c:\\D3\\explorer.exe C:\\d1999\\Explorer.exe C:\\d2000\\explorer.exe"),
               "filepath:C:\\d3\\explorer.exe<c:\\D3\\explorer.exe "
               "filepath:C:\\d1999\\explorer.exe<C:\\d1999\\Explorer.exe");
    ioc_free(set);
}

static void refuses_broken_json(void **state)
{
    struct ioc *set = ioc_new();
    struct err err = {0};
    assert_int_equal(ioc_load_text(set, STR("l"), STR("{\"a\": [1,}"), &err), ERR_INVALID);
    ioc_free(set);
}

/* The index answers as the list does, alone and beside another list. */
static void index_is_the_same(void **state)
{
    char path[] = "/tmp/ioc-index-XXXXXX";
    struct err err = {0};
    struct ioc *set = ioc_new();
    close_fd(&(int){mkstemp(path)});
    load(set, "192.0.2.7\nevil.example.com # bad\n198.51.100.0/24\npayload_7.exe\n");
    ioc_finish(set);
    assert_int_equal(ioc_write(set, path, &err), 0);
    const char *text = "www.evil.example.com 192.0.2.7 198.51.100.3 payload_7.exe";
    struct str want = sweep(set, text);
    assert_true(want.len > 0);
    for (int beside = 0; beside < 2; beside++) {
        struct ioc *copy = ioc_new();
        assert_int_equal(ioc_load(copy, path, &err), 0);
        if (beside)
            load(copy, "203.0.113.5");
        ioc_finish(copy);
        assert_int_equal(ioc_total(copy), 4 + beside);
        assert_str_eq(sweep(copy, text), want);
        ioc_free(copy);
    }
    ioc_free(set);
    unlink(path);
}

/* Whatever byte of an index is wrong, it is refused or answers without leaving its memory. */
static void damaged_index_is_safe(void **state)
{
    char path[] = "/tmp/ioc-index-XXXXXX";
    struct err err = {0};
    struct str bytes;
    struct ioc *set = ioc_new();
    close_fd(&(int){mkstemp(path)});
    load(set, "192.0.2.7\nevil.example.com\n");
    ioc_finish(set);
    assert_int_equal(ioc_write(set, path, &err), 0);
    ioc_free(set);
    assert_int_equal(io_read_file(&test_arena, path, 1 << 20, &bytes, &err), 0);
    for (size_t i = 8; i < bytes.len; i += 3) {
        struct str copy = str_dup(&test_arena, bytes);
        ((char *)(uintptr_t)copy.ptr)[i] ^= (char)0x81;
        assert_int_equal(io_replace_file(path, copy, 0600, &err), 0);
        set = ioc_new();
        assert_int_equal(ioc_load(set, path, &err), 0);
        ioc_finish(set);
        sweep(set, "evil.example.com 192.0.2.7");
        ioc_free(set);
        if (i > 400)
            i += 40;
    }
    unlink(path);
}

static void digests(void **state)
{
    uint8_t out[32];
    digest_md5(STR("message digest"), out);
    assert_str(str_hex(&test_arena, out, 16), "f96b697d7cb7938d525a2f31aaf161d0");
    digest_sha1(STR("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"), out);
    assert_str(str_hex(&test_arena, out, 20), "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
    digest_sha256(STR("abc"), out);
    assert_str(str_hex(&test_arena, out, 32),
               "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    digest_md5(STR(""), out);
    assert_str(str_hex(&test_arena, out, 16), "d41d8cd98f00b204e9800998ecf8427e");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ARENA_TEST(sweeps),
        ARENA_TEST(reads_csv),
        ARENA_TEST(reads_stix),
        ARENA_TEST(reads_misp),
        ARENA_TEST(keeps_each_once),
        ARENA_TEST(many_paths_with_one_name),
        ARENA_TEST(refuses_broken_json),
        ARENA_TEST(index_is_the_same),
        ARENA_TEST(damaged_index_is_safe),
        ARENA_TEST(digests),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
