#include "support/testdb.h"

#include "app/org/org.h"
#include "app/system/system.h"
#include "base/clock.h"
#include "sys/i18n/i18n.h"

#include <setjmp.h>
#include <cmocka.h>

static const int64_t now = 1795344412000;

static int64_t make(struct testdb *t, const char *kind, const char *name, int64_t parent)
{
    struct org_new new_ = {.code = STR(""),
                           .kind = str_c(kind),
                           .name = str_c(name),
                           .short_name = STR(""),
                           .parent_id = parent,
                           .address = STR(""),
                           .phone = STR(""),
                           .email = STR(""),
                           .website = STR(""),
                           .unit_code = STR("")};
    struct err err = {0};
    int64_t id = 0;

    if (db_begin(t->db, &err) < 0 ||
        org_create(t->db, &t->arena, &new_, NULL, now, &id, &err) < 0 || db_commit(t->db, &err) < 0)
        fail_msg("%s", err.what);
    return id;
}

static int64_t count(struct testdb *t, const char *fmt, ...) _printf_(2, 3);
static int64_t count(struct testdb *t, const char *fmt, ...)
{
    char sql[300];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(sql, sizeof(sql), fmt, ap);
    va_end(ap);
    return testdb_sql(t, sql);
}

static int setup(void **state)
{
    struct testdb *t = calloc(1, sizeof(*t));

    testdb_open(t);
    i18n_set_zone(420);
    *state = t;
    return 0;
}

static int teardown(void **state)
{
    testdb_close(*state);
    free(*state);
    return 0;
}

/* The closure table holds every pair of ancestor and descendant, also after a subtree moved. */
static void test_tree(void **state)
{
    struct testdb *t = *state;
    struct err err = {0};
    int64_t top = make(t, "province", "UBND tỉnh", 0);
    int64_t a = make(t, "department", "Sở A", top);
    int64_t b = make(t, "department", "Sở B", top);
    int64_t below = make(t, "other", "Trung tâm của A", a);

    assert_int_equal(count(t, "SELECT COUNT(*) FROM org_closure"), 4 + 3 + 1);
    assert_int_equal(count(t,
                           "SELECT depth FROM org_closure WHERE ancestor = %" PRId64
                           " AND descendant = %" PRId64,
                           top, below),
                     2);
    assert_int_equal(db_begin(t->db, &err), 0);
    assert_int_equal(org_move(t->db, &t->arena, a, b, NULL, now, &err), 0);
    assert_int_equal(db_commit(t->db, &err), 0);
    assert_int_equal(count(t,
                           "SELECT depth FROM org_closure WHERE ancestor = %" PRId64
                           " AND descendant = %" PRId64,
                           b, below),
                     2);
    assert_int_equal(count(t,
                           "SELECT depth FROM org_closure WHERE ancestor = %" PRId64
                           " AND descendant = %" PRId64,
                           top, below),
                     3);
    /* Below itself: refused, nothing changed. */
    assert_int_equal(db_begin(t->db, &err), 0);
    assert_int_equal(org_move(t->db, &t->arena, b, below, NULL, now, &err), ERR_INVALID);
    assert_string_equal(err.field, "parent");
    db_rollback(t->db);
}

static void matched(struct testdb *t, const char *text, struct org_matches *m)
{
    struct err err = {0};

    if (org_match(t->db, &t->arena, str_c(text), m, &err) < 0)
        fail_msg("%s: %s", err_name(err.code), err.what);
}

/* A name or address in a text finds the narrowest that answers for it, with the reason. */
static void test_match(void **state)
{
    struct testdb *t = *state;
    struct err err = {0};
    struct org_matches m;
    int64_t top = make(t, "province", "UBND tỉnh", 0);
    int64_t isp = make(t, "isp", "Nhà mạng", top);
    int64_t so = make(t, "department", "Sở A", top);

    assert_int_equal(db_begin(t->db, &err), 0);
    assert_int_equal(org_add_range(t->db, &t->arena, isp, STR("192.0.2.0/24"), &err), 0);
    assert_int_equal(org_add_range(t->db, &t->arena, so, STR("192.0.2.128/28"), &err), 0);
    assert_int_equal(org_add_domain(t->db, &t->arena, so, STR("SoA.example.vn"), &err), 0);
    assert_int_equal(org_add_range(t->db, &t->arena, so, STR("192.0.2.300/28"), &err), ERR_INVALID);
    assert_string_equal(err.field, "ranges");
    assert_int_equal(db_commit(t->db, &err), 0);

    matched(t, "log on 192.0.2.130 failed", &m);
    assert_int_equal(m.len, 2);
    assert_int_equal(m.at[0].org_id, so);
    assert_int_equal(m.at[1].org_id, isp);
    assert_true(str_is(m.at[0].why_kind, "address") && str_is(m.at[0].why_value, "192.0.2.130"));
    assert_true(!m.at[0].provider && m.at[1].provider);

    matched(t, "xem hxxps://portal.soa[.]example[.]vn/x", &m);
    assert_int_equal(m.len, 1);
    assert_int_equal(m.at[0].org_id, so);
    assert_true(str_is(m.at[0].why_kind, "domain"));

    /* The organisation's own domain counts for more than the provider of an address named before
     * it. */
    matched(t, "from 192.0.2.9 against soa.example.vn", &m);
    assert_int_equal(m.at[0].org_id, so);
    assert_int_equal(m.at[1].org_id, isp);

    matched(t, "198.51.100.1 and other.example.com", &m);
    assert_int_equal(m.len, 0);
}

static int64_t make_system(struct testdb *t, const char *name, int64_t owner)
{
    struct system_new new_ = {.name = str_c(name),
                              .owner_id = owner,
                              .purpose = STR(""),
                              .decision_no = STR(""),
                              .state = STR("live"),
                              .responsible = STR(""),
                              .phone = STR(""),
                              .email = STR("")};
    struct err err = {0};
    int64_t id = 0;

    if (db_begin(t->db, &err) < 0 ||
        system_create(t->db, &t->arena, &new_, NULL, now, &id, &err) < 0 ||
        db_commit(t->db, &err) < 0)
        fail_msg("%s: %s", err_name(err.code), err.what);
    return id;
}

/* Who is called by their registered name: however it is typed, whole words only, the longest. */
static void test_match_names(void **state)
{
    struct testdb *t = *state;
    struct err err = {0};
    struct org_matches m;
    int64_t top = make(t, "province", "UBND tỉnh", 0);
    int64_t commune = make(t, "commune", "Ủy ban nhân dân xã Suối Xanh", top);
    int64_t other = make(t, "commune", "UBND xã Suối", top);
    int64_t desk, portal;

    make(t, "department", "Sở Y", top);
    matched(t, "may chu cua ubnd xa suoi xanh bi tan cong", &m);
    assert_int_equal(m.len, 1);
    assert_int_equal(m.at[0].org_id, commune);
    assert_true(str_is(m.at[0].why_kind, "name") &&
                str_is(m.at[0].why_value, "Ủy ban nhân dân xã Suối Xanh"));

    matched(t, "Tại UBND Xã Suối, sáng nay", &m);
    assert_int_equal(m.len, 1);
    assert_int_equal(m.at[0].org_id, other);
    matched(t, "UBND xã Suốixanh và sở y tế", &m);
    assert_int_equal(m.len, 0);

    /* A system by its name, which holds that of its owner; a name given a moment ago is known. */
    desk = make_system(t, "Hệ thống một cửa - UBND xã Suối Xanh", commune);
    matched(t, "Đăng nhập lạ vào Hệ thống một cửa – UBND xã Suối Xanh.", &m);
    assert_int_equal(m.len, 1);
    assert_int_equal(m.at[0].system_id, desk);
    assert_int_equal(m.at[0].org_id, commune);

    /* Two bear it: the one whose owner is named too, or neither. */
    make_system(t, "Cổng thông tin điện tử", other);
    portal = make_system(t, "Cổng thông tin điện tử", commune);
    matched(t, "Cổng thông tin điện tử bị đổi giao diện", &m);
    assert_int_equal(m.len, 0);
    matched(t, "Cổng thông tin điện tử của UBND xã Suối Xanh bị đổi giao diện", &m);
    assert_int_equal(m.len, 2);
    assert_int_equal(m.at[0].system_id, portal);

    /* The name that is told before an address, which may be the attacker's. */
    assert_int_equal(db_begin(t->db, &err), 0);
    assert_int_equal(org_add_range(t->db, &t->arena, other, STR("192.0.2.0/24"), &err), 0);
    assert_int_equal(db_commit(t->db, &err), 0);
    matched(t, "Từ 192.0.2.7 vào UBND xã Suối Xanh", &m);
    assert_int_equal(m.len, 2);
    assert_int_equal(m.at[0].org_id, commune);

    /* The organisation comes first by its name, its system was named further on by its address. */
    assert_int_equal(db_begin(t->db, &err), 0);
    assert_int_equal(system_add_range(t->db, &t->arena, desk, STR("198.51.100.8/32"), &err), 0);
    assert_int_equal(db_commit(t->db, &err), 0);
    matched(t, "UBND xã Suối Xanh: 198.51.100.8 chậm", &m);
    assert_int_equal(m.len, 2);
    assert_int_equal(m.at[0].system_id, desk);
    assert_int_equal(m.at[1].org_id, commune);
    assert_int_equal(m.at[1].system_id, 0);
}

static void import(struct testdb *t, const char *csv, int64_t parent, struct import_result *out)
{
    struct err err = {0};

    if (org_import_csv(t->db, &t->arena, str_c(csv), parent, NULL, LANG_EN, now, out, &err) < 0)
        fail_msg("%s: %s", err_name(err.code), err.what);
}

static void test_import(void **state)
{
    struct testdb *t = *state;
    int64_t top = make(t, "province", "UBND tỉnh", 0);
    struct import_result r;

    import(t,
           "code,kind,name,parent_code,domains,ranges,asns,valid_from\n"
           "SO-1,department,Sở Một,,a.example.vn b.example.vn,192.0.2.0/25,AS64500,2020-01-01\n"
           "TT-1,Khác,\"Trung tâm, Một\",SO-1,,,,\n",
           top, &r);
    assert_int_equal(r.errors.len, 0);
    assert_int_equal(r.created, 2);
    assert_int_equal(count(t, "SELECT COUNT(*) FROM org_domain"), 2);
    assert_int_equal(count(t, "SELECT COUNT(*) FROM org o JOIN org p ON p.id = o.parent_id WHERE "
                              "o.code = 'TT-1' AND p.code = 'SO-1'"),
                     1);

    /* A known code is brought up to date. */
    import(t, "code;kind;name\nSO-1;department;Sở Một (mới)\n", top, &r);
    assert_int_equal(r.updated, 1);
    assert_int_equal(count(t, "SELECT COUNT(*) FROM org WHERE name = 'Sở Một (mới)'"), 1);

    /* Every bad row is told, and nothing goes in. */
    import(t,
           "code,kind,name,parent_code,ranges,valid_from\n"
           "X-1,department,Tốt,,,\n"
           "X-2,spaceship,Xấu,,,\n"
           "X-3,department,,,,\n"
           "X-4,department,Xấu,NONE,,\n"
           "X-5,department,Xấu,,192.0.2.999,\n"
           "X-6,department,Xấu,,,31/02/2025\n"
           "X-1,department,Hai lần,,,\n",
           top, &r);
    assert_int_equal(r.errors.len, 6);
    assert_int_equal(r.errors.at[0].line, 3);
    assert_true(str_is(r.errors.at[0].column, "kind"));
    assert_int_equal(r.created, 0);
    assert_int_equal(count(t, "SELECT COUNT(*) FROM org WHERE code LIKE 'X-%%'"), 0);

    import(t, "code,kind,name,colour\nX,department,Y,red\n", top, &r);
    assert_int_equal(r.errors.len, 1);
    assert_true(str_is(r.errors.at[0].column, "colour"));
}

/* Units named in words as predecessors: settled by the district of the others, or by the remark;
 * the rest is told. */
static void test_successions(void **state)
{
    struct testdb *t = *state;
    int64_t top = make(t, "other", "Gốc", 0);
    struct import_result r;

    import(t,
           "province_code,province,district_code,district,ward_code,ward\n"
           "90,Tỉnh Cũ,900,Huyện Đông,90001,Xã Một\n"
           "90,Tỉnh Cũ,900,Huyện Đông,90002,Xã Chung\n"
           "90,Tỉnh Cũ,901,Huyện Tây,90003,Xã Chung\n"
           "90,Tỉnh Cũ,901,Huyện Tây,90004,Xã Hai\n",
           top, &r);
    assert_int_equal(r.errors.len, 0);
    assert_int_equal(r.created, 1 + 2 + 4);
    import(t,
           "code,type,full_name,predecessors_text,valid_from\n"
           "90001,Xã,Xã Mới,\"Xã Một, Xã Chung\",2025-07-01\n"
           "90004,Xã,Xã Khác,\"Xã Chung (huyện Tây) (phần còn lại, sau khi chia), Xã Không "
           "Có\",2025-07-01\n",
           top, &r);
    assert_int_equal(r.errors.len, 0);
    assert_int_equal(r.successions, 3);
    assert_int_equal(r.notes.len, 1);
    assert_int_equal(
        count(t, "SELECT COUNT(*) FROM org_succession s JOIN org f ON f.id = s.from_id JOIN org o "
                 "ON o.id = s.to_id WHERE f.code = 'DVHC-90002' AND o.code = '90001'"),
        1);
    assert_int_equal(
        count(t, "SELECT COUNT(*) FROM org_succession s JOIN org f ON f.id = s.from_id JOIN org o "
                 "ON o.id = s.to_id WHERE f.code = 'DVHC-90003' AND o.code = '90004'"),
        1);
    /* The old units ended; their history stays. */
    assert_int_equal(count(t, "SELECT COUNT(*) FROM org WHERE valid_to IS NOT NULL"), 3);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

static int succeed(struct testdb *t, const struct org_succession *s, struct err *err)
{
    int r = db_begin(t->db, err);

    if (r < 0 || (r = org_succeed(t->db, &t->arena, s, NULL, now, err)) < 0) {
        db_rollback(t->db);
        return r;
    }
    return db_commit(t->db, err);
}

/* A commune that is merged hands over what it has and stands under its successor; taken back, it
 * lives again. */
static void test_merger(void **state)
{
    struct testdb *t = *state;
    struct err err = {0};
    int64_t root = make(t, "province", "Tỉnh A", 0), old = make(t, "commune", "Xã B", root);
    int64_t into = make(t, "commune", "Xã C", root);
    struct org_succession s = {.from = old,
                               .to = into,
                               .kind = STR("merge"),
                               .at = now - DAY_MS,
                               .document = STR("Nghị quyết mẫu"),
                               .move_systems = true,
                               .move_networks = true,
                               .under = true};

    if (db_begin(t->db, &err) < 0 ||
        org_add_domain(t->db, &t->arena, old, STR("xab.example.vn"), &err) < 0 ||
        org_add_range(t->db, &t->arena, old, STR("192.0.2.0/28"), &err) < 0 ||
        org_add_asn(t->db, &t->arena, old, 64500, &err) < 0 || db_commit(t->db, &err) < 0)
        fail_msg("%s", err.what);
    assert_int_equal(succeed(t, &s, &err), 0);
    assert_int_equal(count(t, "SELECT COUNT(*) FROM org_domain WHERE org_id = %d", (int)into), 1);
    assert_int_equal(count(t, "SELECT COUNT(*) FROM org_range WHERE org_id = %d", (int)into), 1);
    assert_int_equal(count(t, "SELECT COUNT(*) FROM org_asn WHERE org_id = %d", (int)into), 1);
    assert_int_equal(count(t, "SELECT COUNT(*) FROM org_domain WHERE org_id = %d", (int)old), 0);
    assert_int_equal(count(t, "SELECT parent_id FROM org WHERE id = %d", (int)old), into);
    assert_int_equal(count(t, "SELECT valid_to FROM org WHERE id = %d", (int)old), now - DAY_MS);
    assert_int_equal(
        count(t, "SELECT COUNT(*) FROM org_name WHERE org_id = %d AND valid_to IS NULL", (int)old),
        0);
    /* It is written down when it was recorded, not when it took effect. */
    assert_int_equal(count(t, "SELECT at FROM audit WHERE action = 'org.succeed'"), now);

    if (db_begin(t->db, &err) < 0 ||
        org_unsucceed(t->db, &t->arena, old, into, NULL, now, &err) < 0 ||
        db_commit(t->db, &err) < 0)
        fail_msg("%s", err.what);
    assert_int_equal(
        count(t, "SELECT COUNT(*) FROM org WHERE id = %d AND valid_to IS NULL", (int)old), 1);
    assert_int_equal(
        count(t, "SELECT COUNT(*) FROM org_name WHERE org_id = %d AND valid_to IS NULL", (int)old),
        1);
    assert_int_equal(db_begin(t->db, &err), 0);
    assert_int_equal(org_unsucceed(t->db, &t->arena, old, into, NULL, now, &err), ERR_NOT_FOUND);
    db_rollback(t->db);
}

static void test_succession_refused(void **state)
{
    struct testdb *t = *state;
    struct err err = {0};
    int64_t root = make(t, "province", "Tỉnh A", 0), b = make(t, "commune", "Xã B", root);
    int64_t c = make(t, "commune", "Xã C", root), below = make(t, "school", "Trường D", b);
    struct org_succession s = {
        .from = b, .to = c, .kind = STR("split"), .at = now, .document = STR(""), .lives_on = true};

    assert_int_equal(succeed(t, &s, &err), 0);
    assert_int_equal(
        count(t, "SELECT COUNT(*) FROM org WHERE id = %d AND valid_to IS NULL", (int)b), 1);
    s = (struct org_succession){
        .from = c, .to = b, .kind = STR("merge"), .at = now, .document = STR("")};
    assert_int_equal(succeed(t, &s, &err), ERR_INVALID);
    assert_string_equal(err.field, "to");
    s.to = c;
    assert_int_equal(succeed(t, &s, &err), ERR_INVALID);
    s = (struct org_succession){.from = b,
                                .to = below,
                                .kind = STR("replace"),
                                .at = now,
                                .document = STR(""),
                                .under = true};
    assert_int_equal(succeed(t, &s, &err), ERR_INVALID);
    assert_string_equal(err.field, "under");
    s.under = false;
    s.lives_on = true;
    assert_int_equal(succeed(t, &s, &err), ERR_INVALID);
    assert_string_equal(err.field, "lives_on");
    s.kind = STR("sold");
    assert_int_equal(succeed(t, &s, &err), ERR_INVALID);
    assert_string_equal(err.field, "kind");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_tree),        TEST(test_match),  TEST(test_match_names),       TEST(test_import),
        TEST(test_successions), TEST(test_merger), TEST(test_succession_refused)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
