#include "test.h"

#include "read_log.h"

/* A log, and what its events are. */
struct log_case {
    const char *log, *events;
};

static void check(const struct log_case *cases, size_t len, const char *names)
{
    for (size_t i = 0; i < len; i++) {
        struct read_log o = {.arena = &test_arena, .names = names};
        assert_str(read_log(&o, str_c(cases[i].log)), cases[i].events);
    }
}

/* -------- JSON -------- */

static void json_layouts_give_the_same_events(void **state)
{
    static const struct log_case cases[] = {
        {"{\"a\":1,\"b\":\"x\"}\n{\"a\":2}\n", "[unknown] a=1|b=x\n[unknown] a=2\n"},
        {"\n\n{\"a\":1,\"b\":\"x\"}\r\n\r\n{\"a\":2}", "[unknown] a=1|b=x\n[unknown] a=2\n"},
        {"\xef\xbb\xbf{\"a\":1,\"b\":\"x\"}\n{\"a\":2}", "[unknown] a=1|b=x\n[unknown] a=2\n"},
        {"[{\"a\":1,\"b\":\"x\"},{\"a\":2}]", "[unknown] a=1|b=x\n[unknown] a=2\n"},
        {"[\n {\"a\":1,\n\"b\":\"x\"}\n ,\n {\"a\":2} ]\n", "[unknown] a=1|b=x\n[unknown] a=2\n"},
        {"{\"Records\":[{\"a\":1,\"b\":\"x\"},{\"a\":2}]}", "[unknown] a=1|b=x\n[unknown] a=2\n"},
        {"{\"Records\":[{\"a\":1,\"b\":\"x\"}]}\n{\"Records\":[{\"a\":2}]}\n",
         "[unknown] a=1|b=x\n[unknown] a=2\n"},
        {"{\"took\":3,\"hits\":{\"total\":2,\"hits\":[{\"a\":1,\"b\":\"x\"},{\"a\":2}]}}",
         "[unknown] a=1|b=x\n[unknown] a=2\n"},
        {"{\n \"a\": 1,\n \"b\": \"x\"\n}\n{\n \"a\": 2\n}\n",
         "[unknown] a=1|b=x\n[unknown] a=2\n"},
    };
    check(cases, ARRAY_LEN(cases), NULL);
}

static void json_values_keep_their_kind(void **state)
{
    static const struct log_case cases[] = {
        {"{\"s\":\"a\\\\b\\n\\u00e9\",\"n\":-1.5e3,\"t\":true,\"f\":false,\"z\":null,\"e\":\"\"}",
         "[unknown] s=a\\b\n\xc3\xa9|n=-1.5e3|t=true|f=false|z!|e=\n"},
        {"{\"o\":{\"p\":{\"q\":1}},\"l\":[1,\"two\",[3],{\"k\":4},{\"k\":5}],\"x\":2}",
         "[unknown] o.p.q=1|l=1|l=two|l=3|l.k=4|l.k=5|x=2\n"},
        {"{\"a\":{},\"b\":[]}\n{\"c\":1}", "[unknown]\n[unknown] c=1\n"},
    };
    check(cases, ARRAY_LEN(cases), NULL);
    check(cases, ARRAY_LEN(cases), "s n t z o.p.q l l.k");
}

/* One event as five programs write it: the names are those of EVTX. */
static void windows_events_have_one_set_of_names(void **state)
{
    static const char want[] =
        "[windows channel=Security host=pc id=4688 time=2026-01-02T03:04:05Z]\n";
    static const char *const shapes[] = {
        "{\"Event\":{\"#attributes\":{\"xmlns\":\"x\"},\"System\":{\"EventID\":4688,"
        "\"TimeCreated\":{\"#attributes\":{\"SystemTime\":\"2026-01-02T03:04:05Z\"}},"
        "\"Channel\":\"Security\",\"Computer\":\"pc\"},\"EventData\":{\"CommandLine\":\"c\"}}}",
        "{\"@timestamp\":\"2026-01-02T03:04:05Z\",\"winlog\":{\"channel\":\"Security\","
        "\"event_id\":\"4688\",\"computer_name\":\"pc\",\"event_data\":{\"CommandLine\":\"c\"}}}",
        "{\"EventID\":4688,\"Channel\":\"Security\",\"host\":\"collector\",\"Hostname\":\"pc\","
        "\"@timestamp\":\"2026-01-02T03:04:05Z\",\"CommandLine\":\"c\"}",
        "{\"data\":{\"win\":{\"system\":{\"eventID\":\"4688\",\"channel\":\"Security\","
        "\"computer\":\"pc\",\"systemTime\":\"2026-01-02T03:04:05Z\"},"
        "\"eventdata\":{\"commandLine\":\"c\"}}}}",
        "{\"Event\":{\"System\":{\"EventID\":{\"#text\":\"4688\"},\"Channel\":\"Security\","
        "\"TimeCreated\":{\"@SystemTime\":\"2026-01-02T03:04:05Z\"},\"Computer\":\"pc\"},"
        "\"EventData\":{\"Data\":[{\"@Name\":\"CommandLine\",\"#text\":\"c\"}]}}}",
    };
    for (size_t i = 0; i < ARRAY_LEN(shapes); i++) {
        struct read_log o = {.arena = &test_arena, .names = "CommandLine", .heads_only = true};
        assert_str(read_log(&o, str_c(shapes[i])), want);
        o.heads_only = false;
        assert_true(str_find(read_log(&o, str_c(shapes[i])), STR("|CommandLine=c\n")) > 0);
    }
}

static void json_shows_what_wrote_it(void **state)
{
    static const struct log_case cases[] = {
        {"{\"_path\":\"dns\",\"ts\":1767323045.5,\"query\":\"q\"}",
         "[zeek channel=dns time=2026-01-02T03:04:05.500Z]\n"},
        {"{\"timestamp\":\"2026-01-02T03:04:05+0000\",\"flow_id\":1,\"event_type\":\"alert\"}",
         "[suricata channel=alert time=2026-01-02T03:04:05Z]\n"},
        {"{\"eventVersion\":\"1\",\"eventTime\":\"2026-01-02T03:04:05Z\",\"eventSource\":\"s\","
         "\"eventName\":\"n\"}",
         "[cloudtrail time=2026-01-02T03:04:05Z]\n"},
        {"{\"CreationTime\":\"2026-01-02T03:04:05\",\"Workload\":\"Exchange\"}",
         "[m365 channel=Exchange time=2026-01-02T03:04:05Z]\n"},
        {"{\"kind\":\"Event\",\"auditID\":\"1\",\"verb\":\"get\"}", "[kubernetes]\n"},
        {"{\"protoPayload\":{\"methodName\":\"m\"}}", "[gcp]\n"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct read_log o = {.arena = &test_arena, .heads_only = true};
        assert_str(read_log(&o, str_c(cases[i].log)), cases[i].events);
    }
}

static void damaged_json_is_counted_and_the_rest_read(void **state)
{
    static const struct log_case cases[] = {
        {"{\"a\":1}\n{\"a\":\n{\"a\":3}\n",
         "[unknown] a=1\n[unknown] a=3\n! 8 1 the text is not JSON\n"},
        {"{\"a\":1}\nhello\n{\"a\":3}\n",
         "[unknown] a=1\n[unknown] a=3\n! 8 1 the text is not JSON\n"},
        {"{\"a\":1}\n[1]\n", "[unknown] a=1\n! 8 1 not a JSON object\n"},
        /* What programs that write JSON by hand do: mended */
        {"{\"a\":\"x\ty\"}\n", "[unknown] a=x y\n"},
        {"{\"a\":\"caf\xe9\"}\n", "[unknown] a=caf\xef\xbf\xbd\n"},
        {"[{\"a\":1},{\"a\":2", "[unknown] a=1\n! 9 1 the event does not end\n"},
    };
    check(cases, ARRAY_LEN(cases), NULL);
}

/* -------- lines -------- */

static void syslog_of_all_kinds(void **state)
{
    static const struct log_case cases[] = {
        {"<34>1 2026-10-11T22:14:15.003Z fw.example.vn app 55 ID47 [x@1 iut=\"3\" s=\"a "
         "\\\"q\\\"\"] hi\n",
         "[syslog host=fw.example.vn time=2026-10-11T22:14:15.003Z] host=fw.example.vn|program=app|"
         "pid=55|facility=4|severity=2|message=hi|iut=3|s=a \"q\"\n"},
        {"2026-11-20T10:00:01.5+07:00 web01 sudo: u : COMMAND=/bin/sh\n",
         "[syslog host=web01 time=2026-11-20T03:00:01.500Z] host=web01|program=sudo|"
         "message=u : COMMAND=/bin/sh\n"},
        {"<13>Feb  5 2020 17:32:18 h1 sshd[9]: Failed password\n",
         "[syslog host=h1 time=2020-02-05T17:32:18Z] host=h1|program=sshd|pid=9|facility=1|"
         "severity=5|message=Failed password\n"},
    };
    check(cases, ARRAY_LEN(cases), NULL);
}

static void times_without_a_zone_are_of_the_logs_zone(void **state)
{
    static const struct log_case cases[] = {
        {"<13>Feb  5 2020 17:32:18 h1 sshd[9]: x\n",
         "[syslog host=h1 time=2020-02-05T10:32:18Z]\n"},
        {"2020-02-05T17:32:18 h1 sshd: x\n", "[syslog host=h1 time=2020-02-05T10:32:18Z]\n"},
        {"2020-02-05T17:32:18Z h1 sshd: x\n", "[syslog host=h1 time=2020-02-05T17:32:18Z]\n"},
        {"date=2020-02-05 time=17:32:18 a=1 b=2\n", "[unknown time=2020-02-05T10:32:18Z]\n"},
        {"{\"@timestamp\":\"2020-02-05T17:32:18\"}", "[unknown time=2020-02-05T17:32:18Z]\n"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct read_log o = {.arena = &test_arena, .heads_only = true, .options.zone = 420};
        assert_str(read_log(&o, str_c(cases[i].log)), cases[i].events);
    }
}

static void auditd_decodes_what_the_kernel_encoded(void **state)
{
    static const struct log_case cases[] = {
        {"type=EXECVE msg=audit(1767323045.500:7): argc=2 a0=\"cat\" a1=2F6574632F612062\n",
         "[auditd channel=EXECVE time=2026-01-02T03:04:05.500Z] type=EXECVE|serial=7|argc=2|a0=cat|"
         "a1=/etc/a b\n"},
        {"node=n1 type=PROCTITLE msg=audit(1767323045.500:7): proctitle=636174002F78\n",
         "[auditd channel=PROCTITLE host=n1 time=2026-01-02T03:04:05.500Z] node=n1|type=PROCTITLE|"
         "serial=7|proctitle=cat /x\n"},
        {"type=USER_LOGIN msg=audit(1767323045.500:8): pid=1 msg='op=login acct=\"root\" "
         "res=failed'\n",
         "[auditd channel=USER_LOGIN time=2026-01-02T03:04:05.500Z] type=USER_LOGIN|serial=8|pid=1|"
         "op=login|acct=root|res=failed\n"},
        {"type=SYSCALL msg=audit(1767323045.500:9): a0=7fff a1=10 exe=\"/bin/x\"\n",
         "[auditd channel=SYSCALL time=2026-01-02T03:04:05.500Z] "
         "type=SYSCALL|serial=9|a0=7fff|a1=10|"
         "exe=/bin/x\n"},
    };
    check(cases, ARRAY_LEN(cases), NULL);
}

static void access_logs_have_the_names_of_web_rules(void **state)
{
    static const struct log_case cases[] = {
        {"192.0.2.1 - ann [02/Jan/2026:10:04:05 +0700] \"GET /a.php?x=1 HTTP/1.1\" 200 5 "
         "\"http://r/\" \"A \\\"B\\\"\"\n",
         "[web time=2026-01-02T03:04:05Z] c-ip=192.0.2.1|cs-username=ann|cs-method=GET|"
         "c-uri=/a.php?x=1|cs-uri-stem=/a.php|cs-uri-query=x=1|cs-version=HTTP/1.1|sc-status=200|"
         "sc-bytes=5|cs-referer=http://r/|c-useragent=A \\\"B\\\"\n"},
        {"192.0.2.1 - - [02/Jan/2026:03:04:05 +0000] \"\\x16\\x03\" 400 0\n",
         "[web time=2026-01-02T03:04:05Z] c-ip=192.0.2.1|c-uri=\\x16\\x03|cs-uri-stem=\\x16\\x03|"
         "sc-status=400|sc-bytes=0\n"},
    };
    check(cases, ARRAY_LEN(cases), NULL);
}

static void cef_and_leef(void **state)
{
    static const struct log_case cases[] = {
        {"<1>1 2026-01-02T03:04:05Z fw app - - - CEF:0|V|P|1|9|a\\|b|5|src=192.0.2.1 "
         "msg=two words=no path=C:\\\\x a\\=b\n",
         "[cef host=fw time=2026-01-02T03:04:05Z] cefVersion=0|deviceVendor=V|deviceProduct=P|"
         "deviceVersion=1|deviceEventClassId=9|name=a|b|severity=5|src=192.0.2.1|msg=two|words=no|"
         "path=C:\\x a=b\n"},
        {"LEEF:1.0|V|P|1|7|src=192.0.2.1\tmsg=two words\n",
         "[cef] leefVersion=1.0|deviceVendor=V|deviceProduct=P|deviceVersion=1|"
         "deviceEventClassId=7|src=192.0.2.1|msg=two words\n"},
        {"LEEF:2.0|V|P|1|7|^|a=1^b=2\n",
         "[cef] leefVersion=2.0|deviceVendor=V|deviceProduct=P|deviceVersion=1|"
         "deviceEventClassId=7|a=1|b=2\n"},
        {"LEEF:2.0|V|P|1|7|x5E|a=1^b=2\n",
         "[cef] leefVersion=2.0|deviceVendor=V|deviceProduct=P|deviceVersion=1|"
         "deviceEventClassId=7|a=1|b=2\n"},
    };
    check(cases, ARRAY_LEN(cases), NULL);
}

static void pairs_and_plain_text(void **state)
{
    static const struct log_case cases[] = {
        {"date=2026-01-02 time=03:04:05 devname=\"f1\" msg=\"a b\" x=1\n",
         "[unknown host=f1 time=2026-01-02T03:04:05Z] date=2026-01-02|time=03:04:05|devname=f1|"
         "msg=a b|x=1\n"},
        {"nothing to see here\nsecond line", "[unknown] message=nothing to see here\n"
                                             "[unknown] message=second line\n"},
    };
    check(cases, ARRAY_LEN(cases), NULL);
}

/* -------- columns -------- */

static void csv_with_a_header(void **state)
{
    static const struct log_case cases[] = {
        {"EventID,Channel,CommandLine\r\n1,Security,\"a,\"\"b\"\"\nc\"\r\n2,System,\r\n",
         "[windows channel=Security id=1] EventID=1|Channel=Security|CommandLine=a,\"b\"\nc\n"
         "[windows channel=System id=2] EventID=2|Channel=System\n"},
        {"a;b\n1;2\n", "[unknown] a=1|b=2\n"},
        {"a\tThreat Name\n1\t2\n", "[unknown] a=1|Threat Name=2\n"},
    };
    check(cases, ARRAY_LEN(cases), "CommandLine ThreatName");
}

static void zeek_and_w3c_headers_may_change_in_the_middle(void **state)
{
    static const struct log_case cases[] = {
        {"#separator \\x09\n#unset_field\t-\n#path\tdns\n#fields\tts\tquery\n1767323045.5\tq1\n"
         "1767323045.5\t-\n#close\tx\n#path\tconn\n#fields\tts\tuid\tid.orig_h\n1767323045."
         "5\tC\t192.0.2.1\n",
         "[zeek channel=dns time=2026-01-02T03:04:05.500Z] ts=1767323045.5|query=q1\n"
         "[zeek channel=dns time=2026-01-02T03:04:05.500Z] ts=1767323045.5\n"
         "[zeek channel=conn time=2026-01-02T03:04:05.500Z] "
         "ts=1767323045.5|uid=C|id.orig_h=192.0.2.1\n"},
        {"#Version: 1.0\n#Fields: date time cs-method cs(User-Agent)\n2026-01-02 03:04:05 GET A+B\n"
         "#Fields: date time c-ip\n2026-01-02 03:04:06 192.0.2.1\n",
         "[web time=2026-01-02T03:04:05Z] "
         "date=2026-01-02|time=03:04:05|cs-method=GET|c-useragent=A+B\n"
         "[web time=2026-01-02T03:04:06Z] date=2026-01-02|time=03:04:06|c-ip=192.0.2.1\n"},
    };
    check(cases, ARRAY_LEN(cases), NULL);
}

/* -------- XML -------- */

#define XML_EVENT                                                                                  \
    "<Event xmlns='x'><System><Provider Name='P' Guid='{G}'/><EventID Qualifiers='0'>1</EventID>"  \
    "<TimeCreated SystemTime='2026-01-02T03:04:05.678Z'/><Channel>Security</Channel>"              \
    "<Computer>pc</Computer></System><EventData><Data Name='Image'>a&amp;b</Data><Data>u</Data>"   \
    "</EventData><RenderingInfo Culture='en'><Message>m</Message><Level>Info</Level>"              \
    "</RenderingInfo></Event>"

#define XML_WANT                                                                                   \
    "[windows channel=Security host=pc id=1 time=2026-01-02T03:04:05.678Z] Provider_Name=P|"       \
    "Provider_Guid={G}|EventID_Qualifiers=0|EventID=1|TimeCreated_SystemTime=2026-01-02T03:04:"    \
    "05.678Z|Channel=Security|Computer=pc|Image=a&b|Data=u|Message=m\n"

static void xml_events_with_and_without_a_root(void **state)
{
    static const struct log_case cases[] = {
        {"<?xml version='1.0'?>\n<Events>" XML_EVENT XML_EVENT "</Events>", XML_WANT XML_WANT},
        {XML_EVENT "\n" XML_EVENT, XML_WANT XML_WANT},
        {"<Events><Event><System><EventID>2</EventID></System><UserData><E xmlns='y'><P>v</P></E>"
         "</UserData></Event><Event><a></Event>" XML_EVENT "</Events>",
         "[windows id=2] EventID=2|P=v\n" XML_WANT "! 106 1 mismatched tag\n"},
        /* An entity would have to be declared in front, where it is not looked at. */
        {"<!DOCTYPE x [<!ENTITY a \"aaaa\">]><Events><Event><System><EventID>&a;</EventID></System>"
         "</Event></Events>",
         "! 41 1 undefined entity\n"},
    };
    check(cases, ARRAY_LEN(cases), NULL);
}

static void utf16_is_read_as_utf8(void **state)
{
    struct read_log o = {.arena = &test_arena};
    struct buf wide = buf_make(&test_arena);
    buf_add(&wide, STR("\xff\xfe"));
    for (const char *p = XML_EVENT; *p != '\0'; p++) {
        buf_add_char(&wide, *p);
        buf_add_char(&wide, '\0');
    }
    assert_str(read_log(&o, buf_str(&wide)), XML_WANT);
}

/* -------- all -------- */

/* Blocks are cut at records: a log of many blocks reads like one of one block. */
static void long_logs_are_cut_at_records(void **state)
{
    static const char *const records[][2] = {
        {"", "{\"a\":\"%06d\",\"b\":\"{[\\\"}\"}\n"},
        {"[", "{\"a\":\"%06d\",\n\"b\":\"{[\\\"}\"},\n"},
        {"<Events>", "<Event><System><EventID>%06d</EventID></System></Event>\n"},
        {"a,b\n", "%06d,\"line\n\"\"two\"\"\"\n"},
        {"#fields\ta\tb\n", "%06d\tx\n"},
        {"", "plain text number %06d\n"},
    };
    enum { RECORDS = 60000 };
    for (size_t k = 0; k < ARRAY_LEN(records); k++) {
        struct buf log = buf_make(&test_arena);
        buf_add_c(&log, records[k][0]);
        struct str form = str_c(records[k][1]);
        size_t at = (size_t)str_find(form, STR("%06d"));
        for (int i = 0; i < RECORDS; i++) {
            buf_add(&log, str_sub(form, 0, at));
            buf_printf(&log, "%06d", i);
            buf_add(&log, str_from(form, at + 4));
        }
        struct read_log o = {.arena = &test_arena, .heads_only = true, .threads = 3};
        read_log(&o, buf_str(&log));
        assert_int_equal(o.stats.events, RECORDS);
        assert_int_equal(o.stats.unreadable, 0);
    }
}

static void no_text_brings_a_reader_down(void **state)
{
    static const char *const seeds[] = {
        "{\"a\":[{\"b\":\"\\u00e9\"}]}\n{\"Records\":[{\"a\":1}]}\n",
        "<Events>" XML_EVENT "</Events>",
        "a,b\n\"1\",\"2\"\"\"\n",
        "#separator \\x09\n#fields\ta\n1\n",
        "<34>1 2026-10-11T22:14:15.003Z h a 1 - [x@1 a=\"3\"] hi\n",
        "type=EXECVE msg=audit(1767323045.500:7): a0=\"cat\" a1=2F\n",
        "192.0.2.1 - - [02/Jan/2026:03:04:05 +0000] \"GET / HTTP/1.0\" 400 0 \"-\" \"-\"\n",
        "CEF:0|V|P|1|9|n|5|src=192.0.2.1 msg=a\\=b\n",
        "LEEF:2.0|V|P|1|7|^|a=1^b=2\n",
        "a=1 b=\"x y\" c='z' d=4\n",
    };
    uint64_t x = 42;
    for (size_t k = 0; k < ARRAY_LEN(seeds) * 40; k++) {
        char *copy = str_cdup(&test_arena, str_c(seeds[k % ARRAY_LEN(seeds)]));
        size_t len = strlen(copy);
        for (int i = 0; i < 3; i++) {
            x ^= x << 13, x ^= x >> 7, x ^= x << 17;
            copy[x % len] = (char)(x >> 40);
        }
        struct read_log o = {.arena = &test_arena, .names = "a b"};
        read_log(&o, str_make(copy, len));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ARENA_TEST(json_layouts_give_the_same_events),
        ARENA_TEST(json_values_keep_their_kind),
        ARENA_TEST(windows_events_have_one_set_of_names),
        ARENA_TEST(json_shows_what_wrote_it),
        ARENA_TEST(damaged_json_is_counted_and_the_rest_read),
        ARENA_TEST(syslog_of_all_kinds),
        ARENA_TEST(times_without_a_zone_are_of_the_logs_zone),
        ARENA_TEST(auditd_decodes_what_the_kernel_encoded),
        ARENA_TEST(access_logs_have_the_names_of_web_rules),
        ARENA_TEST(cef_and_leef),
        ARENA_TEST(pairs_and_plain_text),
        ARENA_TEST(csv_with_a_header),
        ARENA_TEST(zeek_and_w3c_headers_may_change_in_the_middle),
        ARENA_TEST(xml_events_with_and_without_a_root),
        ARENA_TEST(utf16_is_read_as_utf8),
        ARENA_TEST(long_logs_are_cut_at_records),
        ARENA_TEST(no_text_brings_a_reader_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
