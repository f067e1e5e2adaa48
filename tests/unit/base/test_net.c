#include "test.h"

#include "base/net.h"
#include "base/random.h"

static void reads_and_writes_addresses(void **state)
{
    static const struct {
        const char *text, *want; /* NULL: refused */
    } cases[] = {
        {"0.0.0.0", "0.0.0.0"},
        {"192.0.2.1", "192.0.2.1"},
        {"255.255.255.255", "255.255.255.255"},
        {"256.0.0.1", NULL},
        {"1.2.3", NULL},
        {"1.2.3.4.5", NULL},
        {"1.2.3.4.", NULL},
        {".1.2.3.4", NULL},
        {"1..2.3", NULL},
        {"01.2.3.4", NULL},
        {"1.2.3.04", NULL},
        {"1.2.3.0000", NULL},
        {"1.2.3.-4", NULL},
        {"1.2.3.4 ", NULL},
        {"", NULL},
        {"0x7f.1", NULL},
        {"2130706433", NULL},
        {"::", "::"},
        {"::1", "::1"},
        {"1::", "1::"},
        {"2001:DB8::1", "2001:db8::1"},
        {"2001:0db8:0000:0000:0000:0000:0000:0001", "2001:db8::1"},
        {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
        {"2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
        {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},
        {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},
        {"fe80::", "fe80::"},
        {"1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"},
        {"0:0:3:4:5:6:7:8", "::3:4:5:6:7:8"},
        {"1:2:3:4:5:6:0:0", "1:2:3:4:5:6::"},
        {"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"},
        {"::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"},
        {"::ffff:192.0.2.1", "192.0.2.1"},
        {"::FFFF:c000:0201", "192.0.2.1"},
        {"64:ff9b::192.0.2.33", "64:ff9b::c000:221"},
        {"::192.0.2.1", "::c000:201"},
        {"1:2:3:4:5:6:192.0.2.1", "1:2:3:4:5:6:c000:201"},
        {"1:2:3:4:5:6:7:192.0.2.1", NULL},
        {"1::2::3", NULL},
        {":::", NULL},
        {":1", NULL},
        {"1:", NULL},
        {"::1:", NULL},
        {":1::", NULL},
        {"1:2:3:4:5:6:7", NULL},
        {"1:2:3:4:5:6:7:8:9", NULL},
        {"1:2:3:4::5:6:7:8", NULL},
        {"12345::", NULL},
        {"g::", NULL},
        {"::1%eth0", NULL},
        {"[::1]", NULL},
        {"::192.0.2", NULL},
        {"::192.0.2.1:1", NULL},
        {"00:11:22:33:44:55", NULL},
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        uint8_t ip[NET_IP], again[NET_IP];

        if (net_parse_ip(str_c(cases[i].text), ip) != (cases[i].want != NULL))
            fail_msg("%s", cases[i].text);
        if (cases[i].want == NULL)
            continue;
        assert_str(net_format_ip(&test_arena, ip), cases[i].want);
        assert_true(net_parse_ip(str_c(cases[i].want), again));
        assert_memory_equal(ip, again, NET_IP);
    }
}

static void any_address_survives_its_text(void **state)
{
    struct prng p = {3};

    for (int round = 0; round < 20000; round++) {
        uint64_t zeros = prng_next(&p);
        uint8_t ip[NET_IP], again[NET_IP];

        for (int i = 0; i < NET_IP; i++)
            ip[i] = zeros >> (i / 2) & 1 ? 0 : (uint8_t)prng_next(&p);
        assert_true(net_parse_ip(net_format_ip(&test_arena, ip), again));
        assert_memory_equal(ip, again, NET_IP);
    }
}

static void reads_blocks(void **state)
{
    static const struct {
        const char *text, *first, *last; /* NULL: refused */
    } cases[] = {
        {"192.0.2.0/24", "192.0.2.0", "192.0.2.255"},
        {"192.0.2.77/24", "192.0.2.0", "192.0.2.255"},
        {"192.0.2.77/32", "192.0.2.77", "192.0.2.77"},
        {"192.0.2.77/31", "192.0.2.76", "192.0.2.77"},
        {"10.0.0.0/9", "10.0.0.0", "10.127.255.255"},
        {"0.0.0.0/0", "0.0.0.0", "255.255.255.255"},
        {"192.0.2.1", "192.0.2.1", "192.0.2.1"},
        {"2001:db8::/32", "2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"},
        {"2001:db8::1/127", "2001:db8::", "2001:db8::1"},
        {"::/0", "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
        {"::ffff:192.0.2.0/120", "192.0.2.0", "192.0.2.255"},
        {"192.0.2.0/33", NULL, NULL},
        {"2001:db8::/129", NULL, NULL},
        {"192.0.2.0/", NULL, NULL},
        {"192.0.2.0/-1", NULL, NULL},
        {"192.0.2.0/a", NULL, NULL},
        {"192.0.2.0/0024", NULL, NULL},
        {"192.0.2/24", NULL, NULL},
        {"/24", NULL, NULL},
        {"", NULL, NULL},
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        uint8_t first[NET_IP], last[NET_IP];

        if (net_parse_cidr(str_c(cases[i].text), first, last) != (cases[i].first != NULL))
            fail_msg("%s", cases[i].text);
        if (cases[i].first == NULL)
            continue;
        assert_str(net_format_ip(&test_arena, first), cases[i].first);
        assert_str(net_format_ip(&test_arena, last), cases[i].last);
    }
}

static void writes_blocks(void **state)
{
    uint8_t ip[NET_IP];

    net_parse_ip(STR("192.0.2.77"), ip);
    assert_str(net_format_cidr(&test_arena, ip, 24), "192.0.2.0/24");
    assert_str(net_format_cidr(&test_arena, ip, 0), "0.0.0.0/0");
    net_parse_ip(STR("2001:db8:ffff::1"), ip);
    assert_str(net_format_cidr(&test_arena, ip, 33), "2001:db8:8000::/33");
}

static void knows_what_is_internal(void **state)
{
    static const char *const internal[] = {
        "10.1.2.3",  "172.16.0.1",      "172.31.255.255", "192.168.1.1",
        "127.0.0.1", "169.254.1.1",     "100.64.0.1",     "0.0.0.0",
        "224.0.0.1", "255.255.255.255", "198.18.0.1",     "::",
        "::1",       "fe80::1",         "fd00::1",        "fc00::",
        "ff02::1",
    };
    static const char *const outside[] = {
        "9.255.255.255", "11.0.0.0",     "172.15.255.255", "172.32.0.0",  "192.167.0.1",
        "192.0.2.1",     "198.51.100.7", "203.0.113.9",    "100.128.0.0", "223.255.255.255",
        "2001:db8::1",   "::2",          "fec0::1",
    };
    uint8_t ip[NET_IP];

    for (size_t i = 0; i < ARRAY_LEN(internal); i++) {
        assert_true(net_parse_ip(str_c(internal[i]), ip));
        if (!net_is_internal(ip))
            fail_msg("%s", internal[i]);
    }
    for (size_t i = 0; i < ARRAY_LEN(outside); i++) {
        assert_true(net_parse_ip(str_c(outside[i]), ip));
        if (net_is_internal(ip))
            fail_msg("%s", outside[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ARENA_TEST(reads_and_writes_addresses),
        ARENA_TEST(any_address_survives_its_text),
        ARENA_TEST(reads_blocks),
        ARENA_TEST(writes_blocks),
        cmocka_unit_test(knows_what_is_internal),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
