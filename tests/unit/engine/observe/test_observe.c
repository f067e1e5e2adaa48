#include "test.h"

#include "base/random.h"
#include "engine/observe/observe.h"

struct example {
    const char *text;
    const char *want; /* "kind value" of each hit, joined with " | "; "!" behind an internal one */
};

static struct str found(struct str text)
{
    struct observe_hits hits;
    struct buf b = buf_make(&test_arena);

    observe_extract(text, &test_arena, &hits);
    for (size_t i = 0; i < hits.len; i++) {
        const struct observe_hit *h = &hits.items[i];

        buf_printf(&b, "%s%s " STR_FMT "%s", i > 0 ? " | " : "", observe_kind_name(h->kind),
                   STR_ARG(h->value), h->internal ? "!" : "");
    }
    return buf_str(&b);
}

static void check(const struct example *examples, size_t n)
{
    size_t bad = 0;

    for (size_t i = 0; i < n; i++) {
        struct str got = found(str_c(examples[i].text));

        if (!str_is(got, examples[i].want)) {
            print_error("in:   %s\nwant: %s\ngot:  %s\n", examples[i].text, examples[i].want,
                        got.ptr);
            bad++;
        }
    }
    if (bad > 0)
        fail_msg("%zu of %zu examples", bad, n);
}

#define CHECK(list) check((list), ARRAY_LEN(list))

static void addresses(void **state)
{
    static const struct example list[] = {
        {"192.0.2.1", "ipv4 192.0.2.1"},
        {"từ 192.0.2.1, 198.51.100.7.", "ipv4 192.0.2.1 | ipv4 198.51.100.7"},
        {"(192.0.2.1)", "ipv4 192.0.2.1"},
        {"\"192.0.2.1\";", "ipv4 192.0.2.1"},
        {"ip=192.0.2.1&x", "ipv4 192.0.2.1"},
        {"192.0.2.1:8080", "ipv4 192.0.2.1"},
        {"192.0.2.1-192.0.2.9", "ipv4 192.0.2.1 | ipv4 192.0.2.9"},
        {"192.0.2.1/index.html", "ipv4 192.0.2.1"},
        {"root@192.0.2.1", "ipv4 192.0.2.1"},
        {"10.1.2.3 và 127.0.0.1", "ipv4 10.1.2.3! | ipv4 127.0.0.1!"},
        {"192.0.2.1 192.0.2.1", "ipv4 192.0.2.1"},
        {"192[.]0[.]2[.]1", "ipv4 192.0.2.1"},
        {"192.0.2[.]1", "ipv4 192.0.2.1"},
        {"192(.)0{.}2[dot]1", "ipv4 192.0.2.1"},
        {"192\\.0\\.2\\.1", "ipv4 192.0.2.1"},
        {"192 [.] 0 [.] 2 [.] 1", "ipv4 192.0.2.1"},
        {"256.0.2.1", ""},
        {"192.0.2", ""},
        {"192.0.2.1.5", ""},
        {"1.3.6.1.4.1.311", ""},
        {"192.0.02.1", ""},
        {"1.2.3.4a", ""},
        {"1.2.3.4-beta", ""},
        {"1.2.3.4_x", ""},
        {"version 1.2.3.4", ""},
        {"Phiên bản: 1.2.3.4", ""},
        {"v1.2.3.4", ""},
        {"v. 1.2.3.4", ""},
        {"mục 1.2.3.4", ""},
        {"build 10.0.0.1", ""},
        {"Chrome/120.0.0.0 Safari/537.36", ""},
        {"/192.0.2.1 connected", "ipv4 192.0.2.1"},
        {"example.vn/192.0.2.1", "domain example.vn | ipv4 192.0.2.1"},
        {"192.0.2.0/24", "cidr 192.0.2.0/24"},
        {"192.0.2.77/24.", "cidr 192.0.2.0/24"},
        {"192.0.2.77/32", "ipv4 192.0.2.77"},
        {"192.0.2.77/33", "ipv4 192.0.2.77"},
        {"192.0.2.77/24/x", "ipv4 192.0.2.77"},
        {"192.0.2.77/024", "ipv4 192.0.2.77"},
        {"192[.]0[.]2[.]0/24", "cidr 192.0.2.0/24"},
        {"10.0.0.0/8", "cidr 10.0.0.0/8!"},
        {"2001:db8::1", "ipv6 2001:db8::1"},
        {"2001:0DB8:0:0:0:0:0:1", "ipv6 2001:db8::1"},
        {"[2001:db8::1]:443", "ipv6 2001:db8::1"},
        {"[2001:db8::1].", "ipv6 2001:db8::1"},
        {"IPv6 là 2001:db8::a.", "ipv6 2001:db8::a"},
        {"2001:db8::5: lỗi", "ipv6 2001:db8::5"},
        {"::1", "ipv6 ::1!"},
        {"fe80::1%eth0", "ipv6 fe80::1!"},
        {"2001:db8::/32", "cidr 2001:db8::/32"},
        {"2001:db8::1/128", "ipv6 2001:db8::1"},
        {"::ffff:192.0.2.1", "ipv4 192.0.2.1"},
        {"2001[:]db8[:][:]1", "ipv6 2001:db8::1"},
        {"std::vector a::b Foo::1", ""},
        {"10:46:52", ""},
        {"00:11:22:33:44:55", ""},
        {"::", ""},
        {"1:2:3:4:5:6:7:8:9", ""},
    };

    CHECK(list);
}

static void domains(void **state)
{
    static const struct example list[] = {
        {"example.vn", "domain example.vn"},
        {"Truy cập EXAMPLE.VN ngay", "domain example.vn"},
        {"www.example.com.", "domain www.example.com"},
        {"(a.b-c.example.org)", "domain a.b-c.example.org"},
        {"_dmarc.example.com", "domain _dmarc.example.com"},
        {"example[.]com", "domain example.com"},
        {"example[dot]com", "domain example.com"},
        {"example (dot) com", "domain example.com"},
        {"example[DOT]com", "domain example.com"},
        {"example(.)com(.)vn", "domain example.com.vn"},
        {"example[.]com[.]vn", "domain example.com.vn"},
        {"example{.}com", "domain example.com"},
        {"example\\.com", "domain example.com"},
        {"example [.] com", "domain example.com"},
        {"example[chấm]vn", "domain example.vn"},
        {"lừa-đảo.example.vn", "domain xn--la-o-2ua4356bkoa.example.vn"},
        {"tênmiền.vn", "domain xn--tnmin-hsa0954c.vn"},
        {"TÊNMIỀN.VN", "domain xn--tnmin-hsa0954c.vn"},
        {"te\u0302nmie\u0302\u0300n.vn", "domain xn--tnmin-hsa0954c.vn"},
        {"xn--tnmin-hsa0954c.vn", "domain xn--tnmin-hsa0954c.vn"},
        {"“example.vn”", "domain example.vn"},
        {"example.vn, example.vn; EXAMPLE.vn", "domain example.vn"},
        {"example.vn:8443", "domain example.vn"},
        {"example.vn/dang-nhap", "domain example.vn"},
        {"@example.vn", "domain example.vn"},
        {"-example.vn-", "domain example.vn"},
        {"**example.vn**", "domain example.vn"},
        {"dc01.tinh.local", "domain dc01.tinh.local!"},
        {"evil.example", "domain evil.example"},
        {"abc.onion", "domain abc.onion"},
        {"đã khắc phục.Do đó cần", ""},
        {"tại example.vn.Sau đó", "domain example.vn"},
        {"report.pdf setup.exe ghi-chú.docx a.txt", ""},
        {"backup.zip video.mov data.v2.zip", ""},
        {"evil[.]zip", "domain evil.zip"},
        {"www.evil.zip", "domain www.evil.zip"},
        {"README.md install.sh main.rs test.py libc.so", ""},
        {"a.example.pl", "domain a.example.pl"},
        {"/usr/lib/x.y.so C:\\Temp\\mail.example.com", ""},
        {"\\\\fs.example.vn\\chung", "domain fs.example.vn"},
        {"user.name=admin process.id this.name", ""},
        {"foo.info(x)", ""},
        {"com.example.app", ""},
        {"ASP.NET, VB.NET", ""},
        {"Sở TT.TT", ""},
        {"v.v. TP.HCM ThS.Nam NĐ-CP", ""},
        {"a..b example..vn", ""},
        {"3.14 1.5e3 2026.11.22", ""},
        {"example.notatld", ""},
        {"1.2.0.192.in-addr.arpa", ""},
        {"localhost", ""},
    };

    CHECK(list);
}

static void urls(void **state)
{
    static const struct example list[] = {
        {"http://example.vn", "url http://example.vn/ | domain example.vn"},
        {"http://example.vn/", "url http://example.vn/ | domain example.vn"},
        {"HTTPS://Example.VN/Path?Q=1#F", "url https://example.vn/Path?Q=1#F | domain example.vn"},
        {"xem http://example.vn/a.", "url http://example.vn/a | domain example.vn"},
        {"(http://example.vn/a_(b))", "url http://example.vn/a_(b) | domain example.vn"},
        {"[x](http://example.vn/a)", "url http://example.vn/a | domain example.vn"},
        {"<http://example.vn/a>", "url http://example.vn/a | domain example.vn"},
        {"href=\"http://example.vn/a\">", "url http://example.vn/a | domain example.vn"},
        {"'http://example.vn/a','b'", "url http://example.vn/a | domain example.vn"},
        {"“http://example.vn/a”", "url http://example.vn/a | domain example.vn"},
        {"&quot;http://example.vn/a&quot;", "url http://example.vn/a | domain example.vn"},
        {"http://example.vn/a?b=1&amp;c", "url http://example.vn/a?b=1&amp;c | domain example.vn"},
        {"hxxp://example.vn/a", "url http://example.vn/a | domain example.vn"},
        {"hXXps://example[.]vn/a", "url https://example.vn/a | domain example.vn"},
        {"hxxps[:]//example[.]vn/a", "url https://example.vn/a | domain example.vn"},
        {"hxxps[://]example[.]vn", "url https://example.vn/ | domain example.vn"},
        {"https:\\/\\/example.vn\\/a", "url https://example.vn/a | domain example.vn"},
        {"fxp://example.vn/a", "url ftp://example.vn/a | domain example.vn"},
        {"http://example.vn:80/a", "url http://example.vn/a | domain example.vn"},
        {"https://example.vn:8443", "url https://example.vn:8443/ | domain example.vn"},
        {"http://192.0.2.1/x", "url http://192.0.2.1/x | ipv4 192.0.2.1"},
        {"http://192[.]0[.]2[.]1:8080/x", "url http://192.0.2.1:8080/x | ipv4 192.0.2.1"},
        {"http://10.0.0.1/", "url http://10.0.0.1/! | ipv4 10.0.0.1!"},
        {"http://[2001:DB8::1]:81/x", "url http://[2001:db8::1]:81/x | ipv6 2001:db8::1"},
        {"http://intranet/x", "url http://intranet/x!"},
        {"http://foo.bar.notatld/x", "url http://foo.bar.notatld/x"},
        {"https://vcb.example.com@evil.example/x",
         "url https://vcb.example.com@evil.example/x | domain evil.example"},
        {"http://tênmiền.vn/đường",
         "url http://xn--tnmin-hsa0954c.vn/%C4%91%C6%B0%E1%BB%9Dng | domain xn--tnmin-hsa0954c.vn"},
        {"http://example.vn/%c4%91", "url http://example.vn/%C4%91 | domain example.vn"},
        {"http://example.vn?x=1", "url http://example.vn/?x=1 | domain example.vn"},
        {"http://example.vn/?to=http://evil.example/a",
         "url http://example.vn/?to=http://evil.example/a | domain example.vn | "
         "url http://evil.example/a | domain evil.example"},
        {"${jndi:ldap://evil.example:1389/a}",
         "url ldap://evil.example:1389/a | domain evil.example"},
        {"http://evil.zip/a", "url http://evil.zip/a | domain evil.zip"},
        {"http://a_b.example.vn/", "url http://a_b.example.vn/ | domain a_b.example.vn"},
        {"http://example.vn: lỗi", "url http://example.vn/ | domain example.vn"},
        {"http://example.vn:99999/", "domain example.vn"},
        {"foo://example.vn/", "domain example.vn"},
        {"[http://intranet] x", "url http://intranet/!"},
        {"http://máy-chủ.tinh.local/",
         "url http://xn--my-ch-xqa0294c.tinh.local/! | domain xn--my-ch-xqa0294c.tinh.local!"},
        {"http://á@example.vn/", "url http://%C3%A1@example.vn/ | domain example.vn"},
        {"http://", ""},
        {"http:///x", ""},
        {"http://...", ""},
        {"http://example.vn/a\nb", "url http://example.vn/a | domain example.vn"},
    };

    CHECK(list);
}

static void mail_addresses(void **state)
{
    static const struct example list[] = {
        {"a@example.vn", "email a@example.vn | domain example.vn"},
        {"Nguoi.Dung+x@Mail.Example.VN.",
         "email nguoi.dung+x@mail.example.vn | domain mail.example.vn"},
        {"<a@example.vn>", "email a@example.vn | domain example.vn"},
        {"mailto:a@example.vn", "email a@example.vn | domain example.vn"},
        {"a [at] example [dot] vn", "email a@example.vn | domain example.vn"},
        {"a(at)example(dot)vn", "email a@example.vn | domain example.vn"},
        {"a[@]example[.]vn", "email a@example.vn | domain example.vn"},
        {"a{at}example{.}vn", "email a@example.vn | domain example.vn"},
        {"anh.vn@example.vn", "email anh.vn@example.vn | domain example.vn"},
        {"0912345678@example.vn", "email 0912345678@example.vn | domain example.vn"},
        {"a@tênmiền.vn", "email a@xn--tnmin-hsa0954c.vn | domain xn--tnmin-hsa0954c.vn"},
        {"a_b-c%d@example.com", "email a_b-c%d@example.com | domain example.com"},
        {"email=a@example.vn", "email a@example.vn | domain example.vn"},
        {".a@example.vn", "email a@example.vn | domain example.vn"},
        {"a.@example.vn", "domain example.vn"},
        {"a@localhost", ""},
        {"a@@example.vn", "domain example.vn"},
        {"a@may.tinh.local", "email a@may.tinh.local! | domain may.tinh.local!"},
    };

    CHECK(list);
}

#define MD5    "0cc175b9c0f1b6a831c399e269772661"
#define SHA1   "86f7e437faa5a7fce15d1ddcb9eaeaea377667b8"
#define SHA256 "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"

static void hashes_and_numbers_of_weaknesses(void **state)
{
    static const struct example list[] = {
        {MD5, "md5 " MD5},
        {"MD5:" MD5 ",", "md5 " MD5},
        {"0CC175B9C0F1B6A831C399E269772661", "md5 " MD5},
        {SHA1, "sha1 " SHA1},
        {"sha256=" SHA256, "sha256 " SHA256},
        {"sha256-" SHA256, "sha256 " SHA256},
        {"a_" MD5 "_b", "md5 " MD5},
        {MD5 ".exe", "md5 " MD5},
        {MD5 SHA1, ""},
        {SHA256 SHA256, ""},
        {MD5 "g", ""},
        {"00000000000000000000000000000000", ""},
        {"12345678901234567890123456789012", ""},
        {"abcdefabcdefabcdefabcdefabcdefab", ""},
        {"0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", ""},
        {"CVE-2024-12345", "cve CVE-2024-12345"},
        {"cve-2024-1234", "cve CVE-2024-1234"},
        {"(CVE_2021_44228)", "cve CVE-2021-44228"},
        {"CVE 2021-44228", "cve CVE-2021-44228"},
        {"CVE\u20112021\u201144228", "cve CVE-2021-44228"},
        {"CVE-2024-123", ""},
        {"CVE-24-1234", ""},
        {"xCVE-2024-1234", ""},
        {"CVE-2024-1234x", ""},
        {"CVE-3024-1234", ""},
        {"lỗi CVE-2021-44228, CVE-2021-45046.", "cve CVE-2021-44228 | cve CVE-2021-45046"},
    };

    CHECK(list);
}

static void phones(void **state)
{
    static const struct example list[] = {
        {"0912345678", "phone +84912345678"},
        {"0912 345 678", "phone +84912345678"},
        {"0912.345.678", "phone +84912345678"},
        {"0912-345-678", "phone +84912345678"},
        {"091 234 5678", "phone +84912345678"},
        {"+84912345678", "phone +84912345678"},
        {"+84 912 345 678", "phone +84912345678"},
        {"(+84) 912 345 678", "phone +84912345678"},
        {"+84 (0)912 345 678", "phone +84912345678"},
        {"84912345678", "phone +84912345678"},
        {"0084912345678", "phone +84912345678"},
        {"SĐT: 0912345678.", "phone +84912345678"},
        {"ĐT:0912345678, 0987654321", "phone +84912345678 | phone +84987654321"},
        {"0912345678/0987654321", "phone +84912345678 | phone +84987654321"},
        {"0912345678 0987654321", "phone +84912345678 | phone +84987654321"},
        {"0912 345 678 0987 654 321", "phone +84912345678 | phone +84987654321"},
        {"(024) 3822 1234", "phone +842438221234"},
        {"024.3822.1234", "phone +842438221234"},
        {"0262 3812345", "phone +842623812345"},
        {"02623812345", "phone +842623812345"},
        {"tel:+842623812345", "phone +842623812345"},
        {"gọi 0912345678 ngay", "phone +84912345678"},
        {"0912345678-anh A", "phone +84912345678"},
        {"091234567", ""},
        {"09123456789", ""},
        {"0112345678", ""},
        {"0412345678", ""},
        {"A0912345678", ""},
        {"0912345678a", ""},
        {"0912345678.5", ""},
        {"1.0912345678", ""},
        {"08-11-2026 10:46", ""},
        {"08.11.2026 1046", ""},
        {"0912 345 678 901", ""},
        {"+1 202 555 0100", ""},
        {"0.912345678", ""},
        {"20261122104652", ""},
        {"1795344412345", ""},
    };

    CHECK(list);
}

static void bank_accounts(void **state)
{
    static const struct example list[] = {
        {"STK 0123456789", "bank-account 0123456789"},
        {"STK: 0123 456 789 Vietcombank", "bank-account 0123456789"},
        {"số tài khoản 19035555012345 tại Techcombank", "bank-account 19035555012345"},
        {"Số TK: 190-355-550-12345", "bank-account 19035555012345"},
        {"SO TAI KHOAN 123456", "bank-account 123456"},
        {"so\u0302\u0301 ta\u0300i khoa\u0309n: 123456789", "bank-account 123456789"},
        {"TK 123456789", "bank-account 123456789"},
        {"TK ngân hàng MB 0912345678", "bank-account 0912345678"},
        {"STK MB 0912345678, SĐT 0987654321", "bank-account 0912345678 | phone +84987654321"},
        {"tài khoản Vietcombank số 0071001234567", "bank-account 0071001234567"},
        {"tài khoản ngân hàng BIDV của công ty: 21510001234567", "bank-account 21510001234567"},
        {"chuyển khoản 5 triệu vào STK 8800123456", "bank-account 8800123456"},
        {"Vietcombank 0071001234567", "bank-account 0071001234567"},
        {"0071001234567 - Vietcombank", "bank-account 0071001234567"},
        {"1234567890123 (ngân hàng Agribank)", "bank-account 1234567890123"},
        {"Vietcombank: 024.3824.3524", "phone +842438243524"},
        {"Vietcombank hotline 0912345678", "phone +84912345678"},
        {"STK 0123456789, SĐT: 0912345678", "bank-account 0123456789 | phone +84912345678"},
        {"STK 12345", ""},
        {"STK: abc 12345678901234567890123", ""},
        {"số tiền 50000000 đồng", ""},
        {"STK chuyển 50000000 đ", ""},
        {"số dư tài khoản 1.000.000", ""},
        {"mã giao dịch 123456789012 Vietcombank", "bank-account 123456789012"},
        {"CCCD 001099012345", ""},
        {"truy cập bằng tk admin lúc 1795344412", ""},
        {"id 123456789012", ""},
        {"STK\n0123456789", ""},
    };

    CHECK(list);
}

static void says_where(void **state)
{
    static const struct {
        const char *text;
        size_t hit;
        const char *slice;
    } cases[] = {
        {"Xem hxxps[:]//evil[.]example/a.", 0, "hxxps[:]//evil[.]example/a"},
        {"Xem hxxps[:]//evil[.]example/a.", 1, "evil[.]example"},
        {"Sự cố từ 192 [.] 0[.]2\\.1, hết", 0, "192 [.] 0[.]2\\.1"},
        {"a [at] example [dot] vn; b[.]example.vn", 0, "a [at] example [dot] vn"},
        {"a [at] example [dot] vn; b[.]example.vn", 1, "example [dot] vn"},
        {"a [at] example [dot] vn; b[.]example.vn", 2, "b[.]example.vn"},
        {"Gọi (024) 3822 1234 nhé", 0, "(024) 3822 1234"},
        {"(0912345678)", 0, "0912345678"},
        {"[x] {y} CVE-2024-1234!", 0, "CVE-2024-1234"},
        {"http://[2001:db8::1]/", 1, "2001:db8::1"},
        {"192.0.2.0/24)", 0, "192.0.2.0/24"},
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct str text = str_c(cases[i].text);
        struct observe_hits hits;

        observe_extract(text, &test_arena, &hits);
        assert_true(hits.len > cases[i].hit);
        assert_str(str_sub(text, hits.items[cases[i].hit].at, hits.items[cases[i].hit].len),
                   cases[i].slice);
    }
}

/* Texts longer than a segment, with and without lines. */
static void reads_long_texts(void **state)
{
    for (int lines = 0; lines < 3; lines++) {
        struct buf b = buf_make(&test_arena);
        struct observe_hits hits;
        struct str text;

        for (int i = 0; i < 20000; i++)
            buf_printf(&b, "nạn nhân %d bấm hxxp://evil%d[.]example/x%s", i, i % 5000,
                       lines == 0   ? " "
                       : lines == 1 ? "\n"
                                    : ";\n\n");
        text = buf_str(&b);
        observe_extract(text, &test_arena, &hits);
        assert_int_equal(hits.len, 10000);
        for (size_t i = 0; i < hits.len; i += 2) {
            assert_str(str_sub(text, hits.items[i].at, hits.items[i].len),
                       str_printf(&test_arena, "hxxp://evil%zu[.]example/x", i / 2).ptr);
        }
    }
}

/* Nothing that a hostile text can do makes the time grow faster than its length. */
static void takes_no_longer_for_hostile_texts(void **state)
{
    static const char *const parts[] = {
        "a.",     "a+",          "1.",        "1 ",     "http://",   "http://a/", "[.]", "(at) ",
        "@",      "a@",          "::",        "a:",     "0912 ",     "STK ",      "-",   "((((",
        "\\.",    "đ.",          "[",         "h.vn.",  "0 ",        "CVE-",      "%",   "a@b.vn.",
        "1.1.1.", "0912345678 ", "12345678 ", "{dot} ", "http://a@", "xn--",
    };

    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        struct buf b = buf_make(&test_arena);
        struct observe_hits hits;
        struct timespec from, to;
        double seconds;

        while (b.len < 1000000)
            buf_add_c(&b, parts[i]);
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
        observe_extract(buf_str(&b), &test_arena, &hits);
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
        seconds = (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9;
        if (seconds > 5)
            fail_msg("a megabyte of \"%s\" takes %.1f s", parts[i], seconds);
        arena_clear(&test_arena);
    }
}

static void defangs(void **state)
{
    static const struct {
        enum observe_kind kind;
        const char *value, *want;
    } cases[] = {
        {OBSERVE_IPV4, "192.0.2.1", "192[.]0[.]2[.]1"},
        {OBSERVE_CIDR, "192.0.2.0/24", "192[.]0[.]2[.]0/24"},
        {OBSERVE_DOMAIN, "a.example.vn", "a[.]example[.]vn"},
        {OBSERVE_URL, "https://evil.example/a.b?c=d.e", "hxxps://evil[.]example/a.b?c=d.e"},
        {OBSERVE_URL, "http://192.0.2.1:81/", "hxxp://192[.]0[.]2[.]1:81/"},
        {OBSERVE_URL, "ftp://evil.example/", "ftp://evil[.]example/"},
        {OBSERVE_EMAIL, "a.b@evil.example", "a.b[@]evil[.]example"},
        {OBSERVE_IPV6, "2001:db8::1", "2001:db8::1"},
        {OBSERVE_CVE, "CVE-2024-1234", "CVE-2024-1234"},
        {OBSERVE_MD5, MD5, MD5},
        {OBSERVE_PHONE, "+84912345678", "+84912345678"},
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct str got = observe_defang(&test_arena, cases[i].kind, str_c(cases[i].value));
        struct observe_hits hits;

        assert_str(got, cases[i].want);
        observe_extract(got, &test_arena, &hits);
        assert_true(hits.len > 0);
        assert_int_equal(hits.items[0].kind, cases[i].kind);
        assert_str(hits.items[0].value, cases[i].value);
    }
}

static void kinds_have_names(void **state)
{
    for (int k = 0; k < OBSERVE_KIND_COUNT; k++) {
        enum observe_kind back = OBSERVE_KIND_COUNT;

        assert_true(observe_kind_from_name(str_c(observe_kind_name((enum observe_kind)k)), &back));
        assert_int_equal(back, k);
    }
    assert_false(observe_kind_from_name(STR("none"), &(enum observe_kind){0}));
}

static void survives_any_bytes(void **state)
{
    static const char letters[] = "ab1.@:/[]()-+ 0912\\{}\n\xc4\x91\xe1\xba\xff#%";
    struct prng p = {11};

    for (int round = 0; round < 20000; round++) {
        char bytes[64];
        size_t len = prng_below(&p, sizeof(bytes));
        struct observe_hits hits;

        for (size_t i = 0; i < len; i++)
            bytes[i] = letters[prng_below(&p, sizeof(letters) - 1)];
        observe_extract(str_make(bytes, len), &test_arena, &hits);
        for (size_t i = 0; i < hits.len; i++)
            assert_true(hits.items[i].len > 0 && hits.items[i].at + hits.items[i].len <= len);
        arena_clear(&test_arena);
    }
    assert_str(found(STR_EMPTY), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ARENA_TEST(addresses),
        ARENA_TEST(domains),
        ARENA_TEST(urls),
        ARENA_TEST(mail_addresses),
        ARENA_TEST(hashes_and_numbers_of_weaknesses),
        ARENA_TEST(phones),
        ARENA_TEST(bank_accounts),
        ARENA_TEST(says_where),
        ARENA_TEST(reads_long_texts),
        ARENA_TEST(takes_no_longer_for_hostile_texts),
        ARENA_TEST(defangs),
        cmocka_unit_test(kinds_have_names),
        ARENA_TEST(survives_any_bytes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
