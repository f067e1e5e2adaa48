#include "app/demo/inner.h"

/* Role titles stand for people: nobody in the sample has a name. */
static const struct {
    const char *login, *name, *position;
    enum role role;
    const char *org; /* NULL: the whole province */
} accounts[] = {
    {"quantri", "Quản trị hệ thống", "Quản trị viên", ROLE_admin, NULL}, /* the first: demo_admin */
    {"dieuphoi", "Trực ban điều phối", "Cơ quan đầu mối tỉnh", ROLE_coordinator, NULL},
    {"dieuphoi2", "Trưởng ca điều phối", "Cơ quan đầu mối tỉnh", ROLE_coordinator, NULL},
    {"ungcuu", "Thành viên Đội ứng cứu 1", "Đội ứng cứu sự cố tỉnh", ROLE_responder, NULL},
    {"ungcuu2", "Thành viên Đội ứng cứu 2", "Đội ứng cứu sự cố tỉnh", ROLE_responder, NULL},
    {"ungcuu3", "Thành viên Đội ứng cứu 3", "Đội ứng cứu sự cố tỉnh", ROLE_responder, NULL},
    {"ungcuu4", "Thành viên Đội ứng cứu 4", "Đội ứng cứu sự cố tỉnh", ROLE_responder, NULL},
    {"canbo", "Cán bộ đầu mối Sở Y tế", "Sở Y tế", ROLE_officer, "Sở Y tế"},
    {"canbo.stc", "Cán bộ đầu mối Sở Tài chính", "Sở Tài chính", ROLE_officer, "Sở Tài chính"},
    {"canbo.bvdk", "Cán bộ đầu mối Bệnh viện Đa khoa", "Bệnh viện Đa khoa tỉnh", ROLE_officer,
     "Bệnh viện Đa khoa tỉnh Sơn Hải"},
    {"canbo.xa", "Cán bộ đầu mối Xã Mây Vàng", "UBND Xã Mây Vàng", ROLE_officer,
     "UBND Xã Mây Vàng"},
    {"thutruong", "Giám đốc Sở Y tế", "Sở Y tế", ROLE_head, "Sở Y tế"},
    {"nhamang", "Trực kỹ thuật Hải Âu Telecom", "Công ty Viễn thông Hải Âu", ROLE_provider,
     "Công ty Viễn thông Hải Âu"},
    {"nhamang2", "Trực kỹ thuật Sông Mây Net", "Công ty Internet Sông Mây", ROLE_provider,
     "Công ty Internet Sông Mây"},
    {"taichinh", "Chuyên viên Sở Tài chính", "Sở Tài chính", ROLE_finance, "Sở Tài chính"},
    {"thanhtra", "Thanh tra viên", "Thanh tra tỉnh", ROLE_auditor, NULL},
    {"lanhdao", "Phó Chủ tịch phụ trách", "UBND tỉnh Sơn Hải", ROLE_leader, NULL},
};

static int64_t org_of(const struct demo *d, const char *name)
{
    for (size_t i = 0; name != NULL && i < d->orgs.len; i++) {
        if (str_is(d->orgs.at[i].name, name))
            return d->orgs.at[i].id;
    }
    return d->orgs.at[0].id;
}

static int add_account(struct demo *d, size_t i, const struct actor *by, struct actor *out)
{
    struct account_new new_ = {
        .login = str_c(accounts[i].login),
        .name = str_c(accounts[i].name),
        .position = str_c(accounts[i].position),
        .email = str_printf(d->arena, "%s@sonhai.example.vn", accounts[i].login),
        .phone = str_printf(d->arena, "0900 300 %03d", (int)i),
    };

    *out = (struct actor){.login = new_.login,
                          .name = new_.name,
                          .position = new_.position,
                          .address = STR("127.0.0.1")};
    d->summary->accounts++;
    return account_insert(d->db, d->arena, &new_, d->password, by, d->begin, &out->id, d->err);
}

int demo_admin(struct demo *d)
{
    int r = account_hash_password(d->arena, STR(DEMO_PASSWORD), &d->password, d->err);

    if (r < 0 || (r = db_begin(d->db, d->err)) < 0)
        return r;
    if ((r = add_account(d, 0, NULL, &d->admin)) < 0) {
        db_rollback(d->db);
        return r;
    }
    return db_commit(d->db, d->err);
}

static void set_officer(struct demo *d, const char *org, const struct actor *officer)
{
    for (size_t i = 0; i < d->orgs.len; i++) {
        if (str_is(d->orgs.at[i].name, org)) {
            d->orgs.at[i].officer_id = officer->id;
            d->orgs.at[i].officer_name = officer->name;
        }
    }
}

static int make_people(struct demo *d)
{
    int r = 0;

    for (size_t i = 0; r >= 0 && i < ARRAY_LEN(accounts); i++) {
        struct actor actor = d->admin;

        if (i > 0)
            r = add_account(d, i, &d->admin, &actor);
        if (r >= 0)
            r = account_grant(d->db, d->arena, actor.id, accounts[i].role,
                              org_of(d, accounts[i].org), d->begin, NO_INT, STR("Dữ liệu mẫu"),
                              NULL, d->begin, d->err);
        if (strcmp(accounts[i].login, "dieuphoi") == 0)
            d->coordinator = actor;
        if (accounts[i].role == ROLE_responder)
            *vec_push(&d->responders, d->arena) = actor;
        if (accounts[i].role == ROLE_officer)
            set_officer(d, accounts[i].org, &actor);
    }
    return MIN(r, 0);
}

int demo_people(struct demo *d)
{
    int r = db_begin(d->db, d->err);

    if (r < 0)
        return r;
    if ((r = make_people(d)) < 0) {
        db_rollback(d->db);
        return r;
    }
    return db_commit(d->db, d->err);
}
