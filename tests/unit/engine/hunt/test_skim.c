#include "test.h"

#include "../../../fuzz/fuzz.h"
#include "read_log.h"

#include "engine/hunt/ioc.h"

/* Indicators are looked for in the text of logs before there are events: nothing may be lost. */

static void on_finding(void *ctx, const struct hunt_finding *f)
{
    buf_printf(ctx, "%llu " STR_FMT ":" STR_FMT " " STR_FMT "=" STR_FMT "\n",
               (unsigned long long)f->where.record_id, STR_ARG(f->hit->id), STR_ARG(f->hit->title),
               STR_ARG(f->matched[0].name), STR_ARG(f->matched[0].value));
}

static struct str hunt_for(struct ioc *set, struct str log, struct hunt_stats *stats)
{
    struct buf out = buf_make(&test_arena);
    struct hunt_schema schema;
    struct hunt_run *run;
    struct err err;
    struct str path = read_log_file(&test_arena, "log", log);
    struct hunt_detector d = ioc_detector(set);
    hunt_schema_init(&schema);
    struct hunt_options o = {.schema = &schema,
                             .detectors = &d,
                             .detectors_len = 1,
                             .threads = 2,
                             .from = HUNT_NO_TIME,
                             .to = HUNT_NO_TIME,
                             .ctx = &out,
                             .finding = on_finding};
    assert_int_equal(hunt_run(&o, &path, 1, &run, &err), 0);
    *stats = *hunt_run_stats(run);
    hunt_run_free(run);
    hunt_schema_release(&schema);
    return buf_str(&out);
}

struct skim_case {
    const char *list, *log, *want;
    unsigned events;
};

static const struct skim_case cases[] = {
    /* an escape ends a word, however it is spelled */
    {"evil.example.com", "{\"a\":\"x\\nevil.example.com\"}\n{\"a\":\"\\u000aevil.example.com\"}\n",
     "1 domain:evil.example.com a=evil.example.com\n"
     "2 domain:evil.example.com a=evil.example.com\n",
     2},
    /* or is a part of it */
    {"evil.example.com", "{\"a\":\"ok\"}\n{\"a\":\"\\u0065vil.example\\u002ecom\"}\n",
     "2 domain:evil.example.com a=evil.example.com\n", 2},
    {"đắk.example.vn", "{\"a\":\"\\u0110\\u1eafk.example.vn\"}\n",
     "1 domain:đắk.example.vn a=Đắk.example.vn\n", 1},
    {"C:\\Windows\\Temp\\a b\\run.exe",
     "{\"a\":\"run.exe\"}\n{\"a\":\"\\\"c:\\\\windows\\\\temp\\\\A B\\\\run.exe\\\" -q\"}\n",
     "2 filepath:C:\\Windows\\Temp\\a b\\run.exe a=c:\\windows\\temp\\A B\\run.exe\n", 2},
    {"https://bad.example.org/a", "{\"a\":\"https:\\/\\/BAD.example.org:443\\/a?x\"}\n",
     "1 url:https://bad.example.org/a a=https://BAD.example.org:443/a?x\n", 1},
    {"2001:db8::5", "{\"a\":\"x\\b2001:db8::5\"}\n{\"a\":\"2001:db8::51\"}\n",
     "1 ip:2001:db8::5 a=2001:db8::5\n", 2},
    {"boss@mail.example.com",
     "{\"a\":\"\\tboss@mail.example.com\"}\n{\"a\":\"x@mail.example.com\"}",
     "1 email:boss@mail.example.com a=boss@mail.example.com\n", 2},
    {"type,value\nuser-agent,\"Bot \"\"x\"\" \\ 1/0\"\n",
     "{\"ua\":\"Bot \\\"x\\\" \\\\ 1\\/0\"}\n{\"ua\":\"Bot \\\"x\\\" \\\\ 1\\/0 more\"}\n",
     "1 useragent:Bot \"x\" \\ 1/0 ua=Bot \"x\" \\ 1/0\n", 2},
    /* nothing of the value's text is a word: only events tell */
    {"type,value\nuser-agent,***\n", "{\"ua\":\"***\"}\n{\"ua\":\"**\"}\n",
     "1 useragent:*** ua=***\n", 2},
    /* records that are no lines */
    {"192.0.2.7", "[{\"a\":\"192.0.2.7\"},\n {\"a\":{\"b\":\"x\"}}]\n",
     "1 ip:192.0.2.7 a=192.0.2.7\n", 2},
    {"type,value\nuser-agent,\"a \"\"b\"\"\"\n", "x,ua\n1,\"a \"\"b\"\"\"\n2,\"a\nb\"\n",
     "2 useragent:a \"b\" ua=a \"b\"\n", 2},
    /* text; blank lines are no events */
    {"192.0.2.7", "plain words\n\nto 192.0.2.7 now\n\n\nmore\n",
     "3 ip:192.0.2.7 message=192.0.2.7\n", 3},
    {"evil.example.com",
     "#separator \\x09\n#path\tdns\n#fields\tts\tquery\n1\ta\n2\twww.evil.example.com\n#close\n",
     "5 domain:evil.example.com query=evil.example.com\n", 2},
    /* values that are encoded */
    {"payload.exe",
     "type=EXECVE msg=audit(1364481363.243:24287): argc=1 a0=2F746D702F7061796C6F61642E657865\n",
     "1 filename:payload.exe a0=payload.exe\n", 1},
};

static void finds_what_values_hold(void **state)
{
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const struct skim_case *c = &cases[i];
        struct ioc *set = ioc_new();
        struct hunt_stats stats;
        assert_int_equal(ioc_load_text(set, STR("list"), str_c(c->list), NULL), 0);
        ioc_finish(set);
        assert_str(hunt_for(set, str_c(c->log), &stats), c->want);
        assert_int_equal(stats.events, c->events);
        ioc_free(set);
    }
}

/* -------- any text -------- */

static uint64_t seed;

static size_t any(size_t n)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (size_t)(seed >> 33) % n;
}

static const char *const fragments[] = {
    "evil.example.com",
    "www.",
    "192.0.2.7",
    "2001:db8::5",
    ":",
    "::",
    ".",
    "-",
    "run.exe",
    "C:\\Temp\\a b\\",
    "http://",
    "bad.example.org",
    "/a",
    "?b=1",
    ":80",
    "@",
    "boss",
    "'",
    "\"",
    " ",
    ",",
    "\\",
    "/",
    "agentword",
    "Bot/1.0 (x)",
    "đắk.example.vn",
    "Đ",
    "b",
    "f",
    "n",
    "d41d8cd98f00b204e9800998ecf8427e",
    "(",
    ")",
    "=",
    "u0041",
    "\t",
    "/usr/lib/.x/agent",
};

static const char list[] = "type,value\nuser-agent,\"Bot/1.0 (x)\"\nuser-agent,\"a \"\"b\"\"\"\n"
                           "domain,evil.example.com\nip,192.0.2.7\nip,2001:db8::5\n"
                           "cidr,198.51.100.0/24\nfilename,run.exe\nfilename,agentword\n"
                           "filepath,C:\\Temp\\a b\\run.exe\nfilepath,/usr/lib/.x/agent\n"
                           "url,http://bad.example.org/a\nurl,http://boss@bad.example.org/a?b=1\n"
                           "email,boss@evil.example.com\ndomain,đắk.example.vn\n"
                           "md5,d41d8cd98f00b204e9800998ecf8427e\n";

static void add_value(struct buf *b, bool json)
{
    size_t n = any(8);
    for (size_t i = 0; i < n; i++) {
        const char *f = fragments[any(ARRAY_LEN(fragments))];
        bool whole = any(4) > 0;
        for (size_t k = 0, len = strlen(f); k < len && (whole || k < 1 + any(len)); k++) {
            if (json && (strchr("\"\\\t", f[k]) != NULL || (f[k] == '/' && any(2) == 0)))
                buf_printf(b, "\\%c", f[k] == '\t' ? 't' : f[k]);
            else if (json && (f[k] & 0x80) == 0 && any(40) == 0)
                buf_printf(b, "\\u%04x", (unsigned)f[k]);
            else
                buf_add_char(b, f[k]);
        }
        if (json && any(6) == 0)
            buf_printf(b, "\\%c", "bfnrt"[any(5)]);
    }
}

static void add_record(struct buf *b, enum hunt_format format, unsigned number)
{
    static const char *const heads[HUNT_FORMAT_COUNT] = {
        [HUNT_FORMAT_SYSLOG] = "Nov 22 10:00:01 gw fw:",
        [HUNT_FORMAT_KEYVALUE] = "date=2026-01-01 x=1 y=2 ",
        [HUNT_FORMAT_CEF] = "CEF:0|v|p|1|id|n|5|src=1 ",
        [HUNT_FORMAT_CSV] = "1,",
    };
    bool pairs = format == HUNT_FORMAT_KEYVALUE || format == HUNT_FORMAT_CEF;
    if (format == HUNT_FORMAT_JSON)
        buf_printf(b, "{\"n\":%u,\"a\":\"", number);
    else if (heads[format] != NULL)
        buf_add_c(b, heads[format]);
    for (size_t i = 0, n = 1 + any(3); i < n; i++) {
        if (pairs || any(3) == 0)
            buf_add_c(b, format == HUNT_FORMAT_JSON ? "\",\"k\":\"" : " k=");
        if (pairs && any(2) == 0)
            buf_add_char(b, '"');
        add_value(b, format == HUNT_FORMAT_JSON);
    }
    buf_add_c(b, format == HUNT_FORMAT_JSON ? "\"}\n" : "\n");
}

/* What reading everything finds is what reading only the wanted lines finds; LLVMFuzzerTestOneInput
 * of fuzz_hunt_skim.c dies when it is not. */
static void loses_nothing_in_any_text(void **state)
{
    static const enum hunt_format formats[] = {HUNT_FORMAT_JSON,   HUNT_FORMAT_TEXT,
                                               HUNT_FORMAT_SYSLOG, HUNT_FORMAT_KEYVALUE,
                                               HUNT_FORMAT_CEF,    HUNT_FORMAT_CSV};
    for (unsigned round = 0; round < 1500; round++) {
        enum hunt_format format = formats[round % ARRAY_LEN(formats)];
        struct arena a = {0};
        struct buf b = buf_make(&a);
        seed = round;
        buf_add_char(&b, (char)format);
        buf_add_c(&b, list);
        buf_add_c(&b, format == HUNT_FORMAT_CSV ? "\nx,y,z\n" : "\n");
        for (unsigned i = 0; i < 40; i++)
            add_record(&b, format, i);
        LLVMFuzzerTestOneInput((const uint8_t *)b.ptr, b.len);
        arena_release(&a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ARENA_TEST(finds_what_values_hold),
        ARENA_TEST(loses_nothing_in_any_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
