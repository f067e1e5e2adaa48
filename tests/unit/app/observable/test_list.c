#include "../api/apitest.h"
#include "test.h"

#include "app/incident/incident.h"
#include "app/observable/lists.h"
#include "app/observable/observable.h"
#include "base/clock.h"

#define API  "/api/v1/observables"
#define LAST "\xf4\x8f\xbf\xbf"

#define HASH "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

/*
 * Four incidents: one of health that is open, one of health that is closed, one of finance, and one
 * TLP:RED of health, of which the responder is a member.
 */
struct cases {
    int64_t open, closed, finance, red;
};

__attribute__((format(printf, 2, 3))) static int64_t sql(struct apitest *t, const char *format, ...)
{
    char text[1000];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    return testdb_sql(&t->p.t, text);
}

static int64_t incident_of(struct apitest *t, int64_t org, const char *tlp)
{
    struct incident_new new_ = {.title = STR("Máy chủ bị chiếm"),
                                .summary = STR("Phiên lạ"),
                                .kind = STR("intrusion"),
                                .severity = 3,
                                .severity_why = STR(""),
                                .tlp = str_c(tlp),
                                .org_id = org,
                                .detected_at = t->p.now};
    struct err err = {0};
    struct str code;
    int64_t id;

    if (db_begin(t->p.t.db, &err) < 0 ||
        incident_create(t->p.t.db, &t->p.t.arena, &new_, &t->p.coordinator, t->p.now, &id, &code,
                        &err) < 0 ||
        db_commit(t->p.t.db, &err) < 0)
        fail_msg("%s", err.what);
    sql(t, "DELETE FROM incident_member WHERE incident_id = %" PRId64, id);
    return id;
}

/* Seen first on the day and last ten days later. */
static int64_t put(struct apitest *t, const char *kind, const char *value, int day)
{
    struct err err = {0};
    int64_t at = t->p.now + day * DAY_MS, id;

    if (db_begin(t->p.t.db, &err) < 0 ||
        observable_put(t->p.t.db, str_c(kind), str_c(value), at, &id, &err) < 0 ||
        observable_put(t->p.t.db, str_c(kind), str_c(value), at + 10 * DAY_MS, &id, &err) < 0 ||
        db_commit(t->p.t.db, &err) < 0)
        fail_msg("%s", err.what);
    return id;
}

static void link_to(struct apitest *t, int64_t incident, int64_t observable)
{
    sql(t,
        "INSERT INTO incident_observable (incident_id, observable_id, added_at, note, role) "
        "VALUES (%" PRId64 ", %" PRId64 ", 1, '', '')",
        incident, observable);
}

static struct cases make_cases(struct apitest *t)
{
    struct cases c = {incident_of(t, t->p.health, "amber"), incident_of(t, t->p.health, "green"),
                      incident_of(t, t->p.finance, "amber"), incident_of(t, t->p.health, "red")};
    int64_t everywhere = put(t, "ipv4", "198.51.100.7", 1);
    int64_t both = put(t, "ipv4", "203.0.113.5", 2);

    sql(t, "UPDATE incident SET state = 'closed' WHERE id = %" PRId64, c.closed);
    sql(t,
        "INSERT INTO incident_member (incident_id, account_id, added_at) VALUES (%" PRId64
        ", %" PRId64 ", 1)",
        c.red, t->p.responder.id);
    link_to(t, c.open, everywhere);
    link_to(t, c.closed, everywhere);
    link_to(t, c.finance, everywhere);
    link_to(t, c.open, both);
    link_to(t, c.red, both);
    link_to(t, c.open, put(t, "domain", "evil.example.vn", 3));
    link_to(t, c.closed, put(t, "url", "https://evil.example.vn/login", 4));
    link_to(t, c.finance, put(t, "sha256", HASH, 5));
    link_to(t, c.red, put(t, "ipv4", "192.0.2.9", 6));
    put(t, "domain", "reported-only.example.vn", 7);
    return c;
}

/* The values of a page with the number of incidents, in their order: "192.0.2.9:1 ...". */
static const char *listed(struct apitest *t, const char *path)
{
    struct buf out = buf_make(&t->p.t.arena);
    struct str rest;
    ptrdiff_t at;

    call(t, "GET", path, NULL, NULL);
    if (t->b.page.status != 200)
        fail_msg("%s: %d", path, t->b.page.status);
    rest = t->b.page.body;
    while ((at = str_find(rest, STR("\"value\":\""))) >= 0) {
        struct str value = str_from(rest, (size_t)at + strlen("\"value\":\""));

        rest = value;
        value = str_sub(value, 0, (size_t)str_find_char(value, '"'));
        rest = str_from(rest, (size_t)str_find(rest, STR("\"incidents\":")) + 12);
        buf_printf(&out, "%s" STR_FMT ":%c", out.len > 0 ? " " : "", STR_ARG(value), rest.ptr[0]);
    }
    return str_cdup(&t->p.t.arena, buf_str(&out));
}

#define assert_listed(t, path, expected) assert_string_equal(listed(t, path), expected)

static void test_people_see_what_stands_in_incidents_they_see(void **state)
{
    struct apitest *t = *state;
    struct cases c = make_cases(t);

    as(t, &t->p.coordinator);
    assert_listed(t, API "?sort=value",
                  "198.51.100.7:3 203.0.113.5:1 " HASH ":1 evil.example.vn:1 "
                  "https://evil.example.vn/login:1");
    as(t, &t->p.auditor);
    assert_listed(t, API "?sort=value&kind=ipv4", "198.51.100.7:3 203.0.113.5:1");
    /* A member of the incident TLP:RED; who is none does not learn of it by its number either. */
    as(t, &t->p.responder);
    assert_listed(t, API "?sort=value",
                  "192.0.2.9:1 198.51.100.7:3 203.0.113.5:2 " HASH ":1 evil.example.vn:1 "
                  "https://evil.example.vn/login:1");
    as(t, &t->p.officer);
    assert_listed(t, API "?sort=value",
                  "198.51.100.7:2 203.0.113.5:1 evil.example.vn:1 https://evil.example.vn/login:1");
    as(t, &t->p.stranger);
    assert_listed(t, API "?sort=value", "198.51.100.7:1 " HASH ":1");
    /* What was shared in part shows what bears the mark, and only as long as it is shared. */
    sql(t,
        "INSERT INTO incident_share (incident_id, org_id, may, scope, reason, shared_at, "
        "shared_name, revoked_name, revoke_reason) VALUES (%" PRId64 ", %" PRId64
        ", 'read', 'marked', '', 1, '', '', '')",
        c.open, t->p.finance);
    assert_listed(t, API "?sort=value", "198.51.100.7:1 " HASH ":1");
    sql(t,
        "UPDATE incident_observable SET shared_in = incident_id WHERE incident_id = %" PRId64
        " AND observable_id IN (SELECT id FROM observable WHERE kind = 'domain')",
        c.open);
    assert_listed(t, API "?sort=value", "198.51.100.7:1 " HASH ":1 evil.example.vn:1");
    sql(t, "UPDATE incident_share SET revoked_at = 1");
    assert_listed(t, API "?sort=value", "198.51.100.7:1 " HASH ":1");
    /* So does the page, with its count. */
    sit_down(t, &t->p.stranger);
    browser_get(&t->b, "/observables");
    assert_true(browser_shows(&t->b, "id=\"list-count\">2</span>"));
    assert_true(browser_shows(&t->b, "198[.]51[.]100[.]7"));
    assert_false(browser_shows(&t->b, "203[.]0[.]113[.]5"));
    sit_down(t, &t->p.responder);
    browser_get(&t->b, "/observables");
    assert_true(browser_shows(&t->b, "id=\"list-count\">6</span>"));
    assert_true(browser_shows(&t->b, "192[.]0[.]2[.]9"));
    sit_down(t, &t->p.coordinator);
    browser_get(&t->b, "/observables");
    assert_true(browser_shows(&t->b, "id=\"list-count\">5</span>"));
    assert_false(browser_shows(&t->b, "192[.]0[.]2[.]9"));
}

static void test_every_filter(void **state)
{
    struct apitest *t = *state;
    char path[200];
    struct cases c = make_cases(t);
    const struct {
        const char *query, *all, *health; /* of the coordinator, of the officer of health */
    } filters[] = {
        {"kind=domain", "evil.example.vn:1", "evil.example.vn:1"},
        {"kind=cve", "", ""},
        {"tlp=green", "198.51.100.7:3 https://evil.example.vn/login:1",
         "198.51.100.7:2 https://evil.example.vn/login:1"},
        {"tlp=red", "", ""},
        {"open=1", "198.51.100.7:3 203.0.113.5:1 " HASH ":1 evil.example.vn:1",
         "198.51.100.7:2 203.0.113.5:1 evil.example.vn:1"},
        /* Of one and the same incident: the green one is closed. */
        {"open=1&tlp=green", "", ""},
        {"org=DV-0002",
         "198.51.100.7:3 203.0.113.5:1 evil.example.vn:1 https://evil.example.vn/login:1",
         "198.51.100.7:2 203.0.113.5:1 evil.example.vn:1 https://evil.example.vn/login:1"},
        {"org=DV-0003", "198.51.100.7:3 " HASH ":1", ""},
        {"org=DV-9999", "", ""},
        {"q=198.51.100.7", "198.51.100.7:3", "198.51.100.7:2"},
        {"q=198%5B.%5D51%5B.%5D100%5B.%5D7", "198.51.100.7:3", "198.51.100.7:2"},
        {"q=198%5B.%5D51", "198.51.100.7:3", "198.51.100.7:2"},
        {"q=hxxps%3A%2F%2Fevil%5B.%5Dexample%5B.%5Dvn", "https://evil.example.vn/login:1",
         "https://evil.example.vn/login:1"},
        {"q=EVIL.example", "evil.example.vn:1", "evil.example.vn:1"},
        {"q=9F86D081", HASH ":1", ""},
        {"q=%25", "", ""},
        {"q=evil&kind=ipv4", "", ""},
    };

    (void)c;
    for (size_t i = 0; i < ARRAY_LEN(filters); i++) {
        snprintf(path, sizeof(path), API "?sort=value&%s", filters[i].query);
        as(t, &t->p.coordinator);
        if (strcmp(listed(t, path), filters[i].all) != 0)
            fail_msg("%s: %s", path, listed(t, path));
        as(t, &t->p.officer);
        if (strcmp(listed(t, path), filters[i].health) != 0)
            fail_msg("%s of health: %s", path, listed(t, path));
    }
    as(t, &t->p.responder);
    assert_listed(t, API "?sort=value&tlp=red", "192.0.2.9:1 203.0.113.5:2");
    call(t, "GET", API "?last_from=yesterday", NULL, NULL);
    assert_int_equal(t->b.page.status, 400);
}

/* The day in the site's zone, as the forms of pages write it. */
static const char *day(struct apitest *t, int n)
{
    struct civil c = civil_from_ms(t->p.now + n * DAY_MS, 420);

    return str_printf(&t->p.t.arena, "%04d-%02d-%02d", c.year, c.month, c.day).ptr;
}

static void test_ranges_of_days(void **state)
{
    static const char *const answers[] = {"203.0.113.5:1 evil.example.vn:1",
                                          "203.0.113.5:1 evil.example.vn:1"};
    struct apitest *t = *state;
    const struct actor *people[] = {&t->p.coordinator, &t->p.officer};

    make_cases(t);
    for (size_t i = 0; i < ARRAY_LEN(people); i++) {
        as(t, people[i]);
        assert_listed(t,
                      str_printf(&t->p.t.arena, API "?sort=value&first_from=%s&first_to=%s",
                                 day(t, 2), day(t, 3))
                          .ptr,
                      answers[i]);
        assert_listed(t,
                      str_printf(&t->p.t.arena, API "?sort=value&last_from=%s&last_to=%s",
                                 day(t, 12), day(t, 13))
                          .ptr,
                      answers[i]);
        assert_listed(t,
                      str_printf(&t->p.t.arena,
                                 API "?sort=value&first_from=%s&first_to=%s&last_to=%s", day(t, 2),
                                 day(t, 3), day(t, 12))
                          .ptr,
                      "203.0.113.5:1");
    }
}

/* All pages of two rows are the list of one page; the order is the one that was asked for. */
static void test_orders_and_pages(void **state)
{
    static const struct {
        const char *sort, *responder, *officer;
    } orders[] = {
        {"-last_seen",
         "192.0.2.9:1 " HASH ":1 https://evil.example.vn/login:1 evil.example.vn:1 203.0.113.5:2 "
         "198.51.100.7:3",
         "https://evil.example.vn/login:1 evil.example.vn:1 203.0.113.5:1 198.51.100.7:2"},
        {"last_seen",
         "198.51.100.7:3 203.0.113.5:2 evil.example.vn:1 https://evil.example.vn/login:1 " HASH
         ":1 192.0.2.9:1",
         "198.51.100.7:2 203.0.113.5:1 evil.example.vn:1 https://evil.example.vn/login:1"},
        {"-value",
         "https://evil.example.vn/login:1 evil.example.vn:1 " HASH
         ":1 203.0.113.5:2 198.51.100.7:3 192.0.2.9:1",
         "https://evil.example.vn/login:1 evil.example.vn:1 203.0.113.5:1 198.51.100.7:2"},
        {"-incidents",
         "198.51.100.7:3 203.0.113.5:2 192.0.2.9:1 " HASH
         ":1 https://evil.example.vn/login:1 evil.example.vn:1",
         "198.51.100.7:2 https://evil.example.vn/login:1 evil.example.vn:1 203.0.113.5:1"},
        {"incidents",
         "evil.example.vn:1 https://evil.example.vn/login:1 " HASH
         ":1 192.0.2.9:1 203.0.113.5:2 198.51.100.7:3",
         "203.0.113.5:1 evil.example.vn:1 https://evil.example.vn/login:1 198.51.100.7:2"},
    };
    struct apitest *t = *state;

    make_cases(t);
    for (size_t i = 0; i < ARRAY_LEN(orders) * 2; i++) {
        const char *sort = orders[i / 2].sort;
        const char *expected = i % 2 == 0 ? orders[i / 2].responder : orders[i / 2].officer;
        struct buf all = buf_make(&t->p.t.arena);
        struct str next = str_printf(&t->p.t.arena, API "?sort=%s&limit=2", sort);

        as(t, i % 2 == 0 ? &t->p.responder : &t->p.officer);
        assert_listed(t, str_printf(&t->p.t.arena, API "?sort=%s", sort).ptr, expected);
        while (next.len > 0) {
            buf_printf(&all, "%s%s", all.len > 0 ? " " : "",
                       listed(t, str_cdup(&t->p.t.arena, next)));
            next = browser_shows(&t->b, "\"next\":null")
                       ? STR("")
                       : str_dup(&t->p.t.arena, member(t, "next"));
        }
        assert_string_equal(str_cdup(&t->p.t.arena, buf_str(&all)), expected);
    }
    as(t, &t->p.responder);
    call(t, "GET", API "?sort=kind", NULL, NULL);
    assert_int_equal(t->b.page.status, 400);
    call(t, "GET", API "?limit=2", NULL, NULL);
    call(t, "GET",
         str_printf(&t->p.t.arena, API "?sort=value&cursor=" STR_FMT,
                    STR_ARG(str_from(member(t, "next"),
                                     (size_t)str_find(member(t, "next"), STR("cursor=")) + 7)))
             .ptr,
         NULL, NULL);
    assert_int_equal(t->b.page.status, 400);
}

static void test_pages_of_the_site(void **state)
{
    struct apitest *t = *state;
    const struct actor *people[] = {&t->p.coordinator, &t->p.officer};
    int64_t id = incident_of(t, t->p.health, "amber");
    char value[40];

    for (int i = 0; i < 60; i++) {
        snprintf(value, sizeof(value), "x%02d.example.vn", i);
        link_to(t, id, put(t, "domain", value, 0));
    }
    for (size_t i = 0; i < ARRAY_LEN(people) * 2; i++) {
        const char *filter = i % 2 == 0 ? "" : "&kind=domain";

        sit_down(t, people[i / 2]);
        /* Twice: the second time the ids of the page are known. */
        for (int k = 0; k < 2; k++) {
            browser_get(&t->b,
                        str_printf(&t->p.t.arena, "/observables?sort=-value&page=2%s", filter).ptr);
            assert_int_equal(count_of(t, "data-row-href"), 25);
            assert_true(browser_shows(&t->b, "x34[.]example[.]vn"));
            assert_true(browser_shows(&t->b, "x10[.]example[.]vn"));
            assert_false(browser_shows(&t->b, "x09[.]example[.]vn"));
            assert_false(browser_shows(&t->b, "x35[.]example[.]vn"));
        }
        browser_get(&t->b,
                    str_printf(&t->p.t.arena, "/observables?sort=-value&page=3%s", filter).ptr);
        assert_int_equal(count_of(t, "data-row-href"), 10);
    }
    /* What was taken out of sight meanwhile is not shown because it was remembered. */
    sql(t, "UPDATE incident SET tlp = 'red' WHERE id = %" PRId64, id);
    sit_down(t, &t->p.coordinator);
    browser_get(&t->b, "/observables?sort=-value&page=2&kind=domain");
    assert_int_equal(count_of(t, "data-row-href"), 0);
    browser_get(&t->b, "/observables");
    assert_true(browser_shows(&t->b, "Chưa có dấu hiệu nào"));
    browser_get(&t->b, "/observables?kind=cve");
    assert_true(browser_shows(&t->b, "Không có dấu hiệu nào phù hợp"));
    browser_get(&t->b, "/observables?last_from=yesterday&ask=more");
    assert_true(browser_shows(&t->b, "yesterday"));
    assert_true(browser_shows(&t->b, "DV-0002"));
}

/* ---- where few fit and where many do -----------------------------------------------------------
 */

struct ids {
    int64_t at[32];
    size_t len;
};

static int take_id(void *ctx, const struct observable_item_row *row, _unused_ struct err *err)
{
    struct ids *ids = ctx;

    assert_true(ids->len < ARRAY_LEN(ids->at));
    ids->at[ids->len++] = row->id * 100 + row->incidents * 2 + row->red_only;
    return 0;
}

/* Walking an index and gathering are two ways to the same rows, whatever is asked for. */
static void test_both_ways_lead_to_the_same(void **state)
{
    static const struct {
        const char *what, *kind, *low, *tlp, *org;
        bool open;
        int first, last; /* days from which on */
    } asked[] = {
        {"all", NULL, "", NULL, NULL, false, -9, -9},
        {"kind", "ipv4", "", NULL, NULL, false, -9, -9},
        {"value", NULL, "198.", NULL, NULL, false, -9, -9},
        {"first", NULL, "", NULL, NULL, false, 3, -9},
        {"last", NULL, "", NULL, NULL, false, -9, 13},
        {"tlp", NULL, "", "green", NULL, false, -9, -9},
        {"red", NULL, "", "red", NULL, false, -9, -9},
        {"open", NULL, "", NULL, NULL, true, -9, -9},
        {"org", NULL, "", NULL, "DV-0002", false, -9, -9},
        {"org", "ipv4", "", "amber", "DV-0003", true, -9, -9},
    };
    static const struct {
        const char *sort;
        bool descending;
    } orders[] = {{"last_seen", true}, {"last_seen", false}, {"value", true},
                  {"value", false},    {"incidents", true},  {"incidents", false}};
    struct apitest *t = *state;
    const struct actor *people[] = {&t->p.coordinator, &t->p.responder, &t->p.officer};
    struct db *db = t->p.t.db;
    size_t found = 0;

    make_cases(t);
    for (size_t i = 0; i < ARRAY_LEN(asked) * ARRAY_LEN(orders) * ARRAY_LEN(people); i++) {
        size_t a = i % ARRAY_LEN(asked), o = i / ARRAY_LEN(asked) % ARRAY_LEN(orders);
        int64_t who = people[i / ARRAY_LEN(asked) / ARRAY_LEN(orders)]->id, now = t->p.now;
        struct str kind = asked[a].kind != NULL ? str_c(asked[a].kind) : STR_EMPTY;
        struct str tlp = asked[a].tlp != NULL ? str_c(asked[a].tlp) : STR_EMPTY;
        struct str org = asked[a].org != NULL ? str_c(asked[a].org) : STR_EMPTY;
        struct str low = str_c(asked[a].low);
        struct str high = str_printf(&t->p.t.arena, "%s" LAST, asked[a].low);
        int64_t first = now + asked[a].first * DAY_MS, last = now + asked[a].last * DAY_MS;
        bool open = asked[a].open, down = orders[o].descending;
        bool tied = open || tlp.len > 0 || org.len > 0;
        struct str sort = str_c(orders[o].sort);
        struct ids walked = {0}, gathered = {0};
        struct observable_count_row count;
        struct err err = {0};
        int r;

        if (str_is(sort, "value"))
            r = (down ? observable_value_down : observable_value_up)(
                db, who, now, kind, low, high, first, INT64_MAX, last, INT64_MAX, tlp, open, org,
                tied, false, STR(""), 0, 20, 0, take_id, &walked, &err);
        else
            r = (str_is(sort, "incidents") ? down ? observable_often_down : observable_often_up
                 : down                    ? observable_seen_down
                        : observable_seen_up)(db, who, now, kind, low, high, first, INT64_MAX, last,
                                              INT64_MAX, tlp, open, org, tied, false, 0, 0, 20, 0,
                                              take_id, &walked, &err);
        if (r < 0 ||
            observable_gather(db, who, now, kind, low, high, first, INT64_MAX, last, INT64_MAX, tlp,
                              open, org, tied, false, 0, STR(""), 0, 20, 0, sort, down,
                              str_c(asked[a].what), STR(""), take_id, &gathered, &err) < 0 ||
            observable_count_all(db, &t->p.t.arena, who, now, kind, low, high, first, INT64_MAX,
                                 last, INT64_MAX, tlp, open, org, tied, str_c(asked[a].what),
                                 &count, &err) < 0)
            fail_msg("%s", err.what);
        if (walked.len != gathered.len || walked.len != (size_t)count.total ||
            memcmp(walked.at, gathered.at, walked.len * sizeof(walked.at[0])) != 0)
            fail_msg("%s by %s: %zu walked, %zu gathered, %d counted", asked[a].what,
                     orders[o].sort, walked.len, gathered.len, (int)count.total);
        /* These statements are for whoever reaches everything, and give others nothing. */
        assert_true(who != t->p.officer.id || walked.len == 0);
        found += walked.len;
    }
    assert_true(found > 100);
}

/* ---- the numbers -------------------------------------------------------------------------------
 */

static int64_t wrong(struct apitest *t)
{
    return sql(t, "SELECT COUNT(*) FROM observable o WHERE "
                  "o.held <> (SELECT COUNT(*) FROM incident_observable x WHERE x.observable_id = "
                  "o.id) OR o.plain <> (SELECT COUNT(*) FROM incident_observable x JOIN incident i "
                  "ON i.id = x.incident_id AND i.tlp <> 'red' WHERE x.observable_id = o.id)");
}

static void test_numbers_follow_every_change(void **state)
{
    struct apitest *t = *state;
    struct cases c = make_cases(t);

    assert_int_equal(wrong(t), 0);
    assert_int_equal(sql(t, "SELECT held * 10 + plain FROM observable WHERE value = '203.0.113.5'"),
                     21);
    sql(t, "UPDATE incident SET tlp = 'amber' WHERE id = %" PRId64, c.red);
    assert_int_equal(wrong(t), 0);
    sql(t, "UPDATE incident SET tlp = 'red' WHERE id = %" PRId64, c.open);
    assert_int_equal(wrong(t), 0);
    sql(t, "UPDATE incident SET tlp = 'red' WHERE id = %" PRId64, c.open);
    assert_int_equal(wrong(t), 0);
    sql(t, "DELETE FROM incident_observable WHERE incident_id = %" PRId64, c.open);
    assert_int_equal(wrong(t), 0);
    assert_int_equal(sql(t, "SELECT held * 10 + plain FROM observable WHERE value = '203.0.113.5'"),
                     11);
    sql(t,
        "INSERT INTO incident_observable (incident_id, observable_id, added_at, note, role) "
        "SELECT %" PRId64 ", id, 1, '', '' FROM observable WHERE kind = 'ipv4' "
        "ON CONFLICT (incident_id, observable_id) DO NOTHING",
        c.finance);
    assert_int_equal(wrong(t), 0);
    /* A backup brings the numbers along with the rows; its links are counted, not added. */
    sql(t, "INSERT INTO observable (kind, value, first_seen, last_seen, held, plain) VALUES "
           "('domain', 'restored.example.vn', 1, 1, 2, 1)");
    assert_int_equal(wrong(t), 0);
    link_to(t, c.finance, sql(t, "SELECT id FROM observable WHERE value = 'restored.example.vn'"));
    assert_int_equal(wrong(t), 0);
}

/* ---- files -------------------------------------------------------------------------------------
 */

static void test_files_are_harmless_unless_asked_for(void **state)
{
    static const char *const endings[] = {".csv", ".xlsx", ".json"};
    struct apitest *t = *state;
    struct cases c = make_cases(t);

    link_to(t, c.open, put(t, "phone", "+84912345678", 1));
    sit_down(t, &t->p.responder);
    for (size_t i = 0; i < ARRAY_LEN(endings); i++) {
        browser_get(&t->b, with(t, "/observables", str_c(endings[i]), ""));
        assert_int_equal(t->b.page.status, 200);
        assert_int_equal(audited(t, "observable.export"), (int64_t)i + 1);
    }
    browser_get(&t->b, "/observables.csv?kind=ipv4&sort=value");
    assert_true(browser_shows(&t->b, "198[.]51[.]100[.]7"));
    assert_false(browser_shows(&t->b, "198.51.100.7"));
    assert_false(browser_shows(&t->b, "evil"));
    browser_get(&t->b, "/observables.csv?plain=1");
    assert_true(browser_shows(&t->b, "198.51.100.7"));
    assert_true(browser_shows(&t->b, "'+84912345678")); /* no formula */
    assert_false(browser_shows(&t->b, "192.0.2.9"));    /* TLP:RED only */
    assert_true(browser_shows(&t->b, "192[.]0[.]2[.]9"));
    browser_get(&t->b, "/observables?kind=ipv4");
    assert_true(browser_shows(&t->b, "/observables.csv?kind=ipv4&amp;plain=1"));
    /* Who only reads has harmless values, and what they may see. */
    sit_down(t, &t->p.auditor);
    browser_get(&t->b, "/observables.csv?plain=1");
    assert_int_equal(t->b.page.status, 403);
    browser_get(&t->b, "/observables.csv");
    assert_false(browser_shows(&t->b, "192[.]0[.]2[.]9"));
    browser_get(&t->b, "/observables");
    assert_false(browser_shows(&t->b, "plain=1"));
}

static void test_a_filter_is_kept(void **state)
{
    struct apitest *t = *state;

    as(t, &t->p.coordinator);
    call(t, "POST", "/api/v1/filters",
         "{\"list\":\"observables\",\"name\":\"Tên miền mới\",\"query\":\"q=evil&kind=domain&"
         "open=1&last_from=2026-11-01\"}",
         NULL);
    assert_answer(t, 201,
                  "/observables?kind=domain\\u0026open=1\\u0026last_from=2026-11-01\\u0026q=evil");
    sit_down(t, &t->p.coordinator);
    browser_get(&t->b, "/observables");
    assert_true(browser_shows(&t->b, "Tên miền mới"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        API_TEST(test_people_see_what_stands_in_incidents_they_see),
        API_TEST(test_every_filter),
        API_TEST(test_ranges_of_days),
        API_TEST(test_orders_and_pages),
        API_TEST(test_pages_of_the_site),
        API_TEST(test_both_ways_lead_to_the_same),
        API_TEST(test_numbers_follow_every_change),
        API_TEST(test_files_are_harmless_unless_asked_for),
        API_TEST(test_a_filter_is_kept),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
