#include "app/demo/demo.h"

#include "app/demo/inner.h"
#include "app/web/web.h"
#include "base/clock.h"
#include "base/text.h"
#include "sys/i18n/i18n.h"

static const struct {
    const char *login;
    enum role role;
} logins[] = {
    {"dieuphoi", ROLE_coordinator}, {"ungcuu", ROLE_responder}, {"canbo", ROLE_officer},
    {"thutruong", ROLE_head},       {"nhamang", ROLE_provider}, {"taichinh", ROLE_finance},
    {"thanhtra", ROLE_auditor},     {"lanhdao", ROLE_leader},   {"quantri", ROLE_admin},
};

void demo_logins(struct demo_summary *out)
{
    out->logins_len = ARRAY_LEN(logins);
    for (size_t i = 0; i < ARRAY_LEN(logins); i++)
        out->logins[i] = (struct demo_login){str_c(logins[i].login), logins[i].role};
}

struct str demo_slug(struct demo *d, struct str name)
{
    return text_slug(d->arena, name, 40);
}

static int settings(struct demo *d)
{
    static const char *const values[][2] = {
        {"sample", "1"},
        {"name", "Ứng cứu sự cố tỉnh Sơn Hải"},
        {"coordinator", "Cơ quan điều phối tỉnh Sơn Hải"},
        {"phone", "0900 000 113"},
        {"email", "ungcuu@sonhai.example.vn"},
    };
    int64_t r = db_begin(d->db, d->err);

    for (size_t i = 0; r >= 0 && i < ARRAY_LEN(values); i++)
        r = site_set(d->db, values[i][0], str_c(values[i][1]), d->err);
    if (r < 0) {
        db_rollback(d->db);
        return (int)r;
    }
    return db_commit(d->db, d->err);
}

int demo_create(struct db_pool *pool, struct arena *a, uint64_t seed, int64_t now,
                struct demo_summary *out, struct err *err)
{
    struct demo d = {.arena = a,
                     .random = {seed},
                     .now = now,
                     .begin = clock_add_months(now, -24, i18n_zone()),
                     .summary = out,
                     .err = err};
    int r;

    *out = (struct demo_summary){0};
    demo_logins(out);
    if ((r = account_sync_permissions(pool, err)) < 0 || (r = db_acquire(pool, &d.db, err)) < 0)
        return r;
    if ((r = settings(&d)) == 0 && (r = demo_admin(&d)) == 0 && (r = demo_places(&d)) == 0 &&
        (r = demo_systems(&d)) == 0 && (r = demo_people(&d)) == 0 && (r = demo_templates(&d)) == 0)
        r = demo_cases(&d);
    db_release(d.db);
    return r;
}
