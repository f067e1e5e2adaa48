#include "support/province.h"

#include "app/incident/incident.h"
#include "app/org/org.h"
#include "app/system/system.h"
#include "base/clock.h"
#include "sys/i18n/i18n.h"

#include <setjmp.h>
#include <cmocka.h>

static int64_t make_org(struct province *p, const char *name, int64_t parent, struct err *err)
{
    struct org_new new_ = {.code = STR(""),
                           .kind = STR("department"),
                           .name = str_c(name),
                           .short_name = STR(""),
                           .parent_id = parent,
                           .address = STR(""),
                           .phone = STR(""),
                           .email = STR(""),
                           .website = STR(""),
                           .unit_code = STR("")};
    int64_t id = 0;

    if (org_create(p->t.db, &p->t.arena, &new_, NULL, p->now, &id, err) < 0)
        fail_msg("%s", err->what);
    return id;
}

static int64_t make_system(struct province *p, const char *name, int64_t owner, const char *domain,
                           struct err *err)
{
    struct system_new new_ = {.code = STR(""),
                              .name = str_c(name),
                              .purpose = STR(""),
                              .owner_id = owner,
                              .level = opt_int(3),
                              .decision_no = STR(""),
                              .state = STR("live"),
                              .responsible = STR(""),
                              .phone = STR(""),
                              .email = STR("")};
    int64_t id = 0;

    if (system_create(p->t.db, &p->t.arena, &new_, NULL, p->now, &id, err) < 0 ||
        system_add_domain(p->t.db, &p->t.arena, id, str_c(domain), err) < 0)
        fail_msg("%s", err->what);
    return id;
}

static void make_actor(struct province *p, struct actor *out, const char *login, enum role role,
                       int64_t org, struct err *err)
{
    struct account_new new_ = {.login = str_c(login),
                               .name = str_c(login),
                               .email = STR(""),
                               .phone = STR(""),
                               .position = STR("")};

    *out = (struct actor){
        .login = new_.login, .name = new_.name, .address = STR("192.0.2.1"), .home_org = org};
    if (account_insert(p->t.db, &p->t.arena, &new_, STR("*"), NULL, p->now, &out->id, err) < 0 ||
        account_grant(p->t.db, &p->t.arena, out->id, role, org, p->now - DAY_MS, NO_INT,
                      STR("test"), NULL, p->now, err) < 0)
        fail_msg("%s", err->what);
}

void province_open(struct province *p)
{
    struct err err = {0};

    *p = (struct province){.now = 1795344412000};
    i18n_set_zone(420);
    testdb_open(&p->t);
    if (account_sync_permissions(p->t.pool, &err) < 0 || db_begin(p->t.db, &err) < 0)
        fail_msg("%s", err.what);
    p->top = make_org(p, "UBND tỉnh", 0, &err);
    p->health = make_org(p, "Sở Y tế", p->top, &err);
    p->finance = make_org(p, "Sở Tài chính", p->top, &err);
    p->health_system = make_system(p, "Hồ sơ sức khỏe", p->health, "hssk.syt.example.vn", &err);
    p->finance_system = make_system(p, "Ngân sách", p->finance, "ns.stc.example.vn", &err);
    make_actor(p, &p->coordinator, "dieuphoi", ROLE_coordinator, p->top, &err);
    make_actor(p, &p->responder, "ungcuu", ROLE_responder, p->top, &err);
    make_actor(p, &p->officer, "canbo", ROLE_officer, p->health, &err);
    make_actor(p, &p->stranger, "canbo.khac", ROLE_officer, p->finance, &err);
    make_actor(p, &p->auditor, "thanhtra", ROLE_auditor, p->top, &err);
    if (db_commit(p->t.db, &err) < 0)
        fail_msg("%s", err.what);
}

void province_close(struct province *p)
{
    testdb_close(&p->t);
}

int province_setup(void **state)
{
    struct province *p = calloc(1, sizeof(*p));

    province_open(p);
    *state = p;
    return 0;
}

int province_teardown(void **state)
{
    province_close(*state);
    free(*state);
    return 0;
}

int64_t province_incident(struct province *p, bool serious, const char *tlp, struct str *code)
{
    struct incident_new new_ = {.title = STR("Máy chủ bị chiếm"),
                                .summary = STR("Phiên lạ từ 198.51.100.7"),
                                .kind = STR("intrusion"),
                                .severity = 3,
                                .severity_why = STR(""),
                                .serious = serious,
                                .tlp = str_c(tlp),
                                .org_id = p->health,
                                .system_id = p->health_system,
                                .detected_at = p->now - HOUR_MS};
    struct err err = {0};
    int64_t id = 0;

    if (db_begin(p->t.db, &err) < 0 ||
        incident_create(p->t.db, &p->t.arena, &new_, &p->coordinator, p->now, &id, code, &err) <
            0 ||
        db_commit(p->t.db, &err) < 0)
        fail_msg("%s", err.what);
    return id;
}
