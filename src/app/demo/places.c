#include "app/demo/inner.h"
#include "app/org/org.h"
#include "base/clock.h"
#include "base/text.h"

/* An invented province. Departments have the names that departments have everywhere. */
static const struct {
    const char *kind, *name, *short_name;
} agencies[] = {
    {"police", "Công an tỉnh Sơn Hải", "CA tỉnh"},
    {"military", "Bộ Chỉ huy Quân sự tỉnh Sơn Hải", "BCHQS tỉnh"},
    {"team", "Đội ứng cứu sự cố tỉnh Sơn Hải", "Đội ƯCSC"},
    {"department", "Văn phòng UBND tỉnh", "VP UBND"},
    {"department", "Sở Khoa học và Công nghệ", "Sở KHCN"},
    {"department", "Sở Y tế", "SYT"},
    {"department", "Sở Giáo dục và Đào tạo", "Sở GDĐT"},
    {"department", "Sở Tài chính", "STC"},
    {"department", "Sở Nội vụ", "SNV"},
    {"department", "Sở Xây dựng", "SXD"},
    {"department", "Sở Công Thương", "SCT"},
    {"department", "Sở Nông nghiệp và Môi trường", "Sở NNMT"},
    {"department", "Sở Tư pháp", "STP"},
    {"department", "Sở Văn hóa, Thể thao và Du lịch", "Sở VHTTDL"},
    {"department", "Thanh tra tỉnh", "TTT"},
    {"department", "Trung tâm Phục vụ hành chính công tỉnh", "TTPVHCC"},
    {"party", "Văn phòng Tỉnh ủy", "VPTU"},
    {"party", "Ủy ban Mặt trận Tổ quốc tỉnh", "UBMTTQ"},
    {"press", "Báo và Phát thanh, Truyền hình Sơn Hải", "Báo PTTH"},
    {"hospital", "Bệnh viện Đa khoa tỉnh Sơn Hải", "BVĐK"},
    {"hospital", "Bệnh viện Nhi Sơn Hải", "BV Nhi"},
    {"school", "Trường Đại học Sơn Hải", "ĐHSH"},
    {"school", "Trường Cao đẳng Kỹ thuật Sơn Hải", "CĐKT"},
    {"telecom", "Công ty Viễn thông Hải Âu", "Hải Âu Telecom"},
    {"isp", "Công ty Internet Sông Mây", "Sông Mây Net"},
    {"it_provider", "Công ty Công nghệ Đồi Thông", "Đồi Thông Tech"},
    {"enterprise", "Công ty Cấp nước Sơn Hải", "Cấp nước SH"},
    {"enterprise", "Công ty Điện lực Sơn Hải", "Điện lực SH"},
    {"bank", "Quỹ Tín dụng Sơn Hải", "QTD SH"},
};

/* Two syllables each: names of communes that exist nowhere in this pairing as one province's list.
 */
static const char *const firsts[] = {"Mây", "Suối",  "Đồi",   "Nắng", "Gió",
                                     "Lúa", "Trăng", "Sương", "Đá",   "Bến"};
static const char *const seconds[] = {"Xanh", "Vàng", "Bạc", "Tím", "Trắng", "Lành", "Sớm"};

static int add_org(struct demo *d, const char *kind, struct str name, struct str short_name,
                   int64_t parent, struct opt_int from, struct opt_int to, struct demo_org **out)
{
    struct org_new new_ = {
        .kind = str_c(kind),
        .name = name,
        .short_name = short_name,
        .parent_id = parent,
        .valid_from = from,
        .valid_to = to,
        .address = STR("Tỉnh Sơn Hải (mẫu)"),
        .unit_code = STR(""),
    };
    struct demo_org org = {.name = name,
                           .kind = str_c(kind),
                           .slug = demo_slug(d, name),
                           .since = from.has ? from.v : 0};
    int r;

    new_.phone = str_printf(d->arena, "0900 %03d %03d", (int)(d->orgs.len / 1000),
                            (int)(d->orgs.len % 1000));
    new_.email = str_printf(d->arena, "vanthu@" STR_FMT ".sonhai.example.vn", STR_ARG(org.slug));
    new_.website = str_printf(d->arena, "https://" STR_FMT ".sonhai.example.vn", STR_ARG(org.slug));
    new_.code = STR("");
    if ((r = org_create(d->db, d->arena, &new_, &d->admin, MAX(d->begin, from.has ? from.v : 0),
                        &org.id, d->err)) < 0)
        return r;
    *vec_push(&d->orgs, d->arena) = org;
    *out = &d->orgs.at[d->orgs.len - 1];
    d->summary->orgs++;
    return org_add_domain(d->db, d->arena, org.id,
                          str_printf(d->arena, STR_FMT ".sonhai.example.vn", STR_ARG(org.slug)),
                          d->err);
}

static int add_contact(struct demo *d, const struct demo_org *org)
{
    struct org_contact_new contact = {
        .kind = STR("primary"),
        .name = STR("Cán bộ đầu mối ứng cứu sự cố"),
        .position = STR("Chuyên trách an toàn thông tin"),
        .phone = str_printf(d->arena, "0900 1%02d %03d", (int)(org->id / 1000 % 100),
                            (int)(org->id % 1000)),
        .email = str_printf(d->arena, "ungcuu@" STR_FMT ".sonhai.example.vn", STR_ARG(org->slug)),
        .is_public = true,
    };

    return org_add_contact(d->db, d->arena, org->id, &contact, d->err);
}

/* What providers answer for: the documentation ranges, cut in halves. */
static int add_networks(struct demo *d, const struct demo_org *org)
{
    static const struct {
        const char *kind;
        const char *cidrs[3];
        int64_t asn;
    } networks[] = {
        {"telecom", {"203.0.113.0/24", "198.51.100.0/25", "2001:db8:1000::/36"}, 64500},
        {"isp", {"192.0.2.0/24", "198.51.100.128/25", "2001:db8:2000::/36"}, 64501},
    };

    for (size_t i = 0; i < ARRAY_LEN(networks); i++) {
        int r = 0;

        if (!str_is(org->kind, networks[i].kind))
            continue;
        for (size_t k = 0; r == 0 && k < 3; k++)
            r = org_add_range(d->db, d->arena, org->id, str_c(networks[i].cidrs[k]), d->err);
        return r < 0 ? r : org_add_asn(d->db, d->arena, org->id, networks[i].asn, d->err);
    }
    return 0;
}

/* A commune of today, with the two or three of before July 2025 that were merged into it. */
static int add_commune(struct demo *d, int64_t number, int64_t merged_at)
{
    bool ward = number % 8 == 0;
    const char *kind = ward ? "ward" : "commune";
    const char *word = ward ? "Phường" : "Xã";
    struct str name = str_printf(d->arena, "%s %s", firsts[number % 10], seconds[number / 10]);
    struct demo_org *org, *old;
    struct org_succession merger;
    int64_t root = d->orgs.at[0].id, id;
    int r;

    r = add_org(d, kind, str_printf(d->arena, "UBND %s " STR_FMT, word, STR_ARG(name)),
                str_printf(d->arena, "%s " STR_FMT, word, STR_ARG(name)), root, opt_int(merged_at),
                NO_INT, &org);
    if (r < 0 || (r = add_contact(d, org)) < 0)
        return r;
    id = org->id;
    for (int i = 1; number % 3 == 0 && i <= 2; i++) {
        r = add_org(d, "commune",
                    str_printf(d->arena, "UBND Xã " STR_FMT " %d (cũ)", STR_ARG(name), i), STR(""),
                    root, NO_INT, opt_int(merged_at), &old);
        if (r < 0)
            return r;
        merger = (struct org_succession){
            .from = old->id,
            .to = id,
            .kind = STR("merge"),
            .at = merged_at,
            .document = STR("Nghị quyết sắp xếp đơn vị hành chính (mẫu)"),
        };
        if ((r = org_succeed(d->db, d->arena, &merger, &d->admin, merged_at, d->err)) < 0)
            return r;
        /* Old units own no systems and send no reports. */
        d->orgs.len--;
    }
    return 0;
}

static int make_places(struct demo *d)
{
    int64_t merged_at = 0;
    struct demo_org *org;
    int r;

    clock_parse(STR("2025-07-01"), 420, &merged_at);
    r = add_org(d, "province", STR("UBND tỉnh Sơn Hải"), STR("UBND tỉnh"), 0, NO_INT, NO_INT, &org);
    for (size_t i = 0; r == 0 && i < ARRAY_LEN(agencies); i++) {
        r = add_org(d, agencies[i].kind, str_c(agencies[i].name), str_c(agencies[i].short_name),
                    d->orgs.at[0].id, NO_INT, NO_INT, &org);
        if (r == 0 && (r = add_contact(d, org)) == 0)
            r = add_networks(d, org);
    }
    for (int64_t i = 0; r == 0 && i < (int64_t)(ARRAY_LEN(firsts) * ARRAY_LEN(seconds)); i++)
        r = add_commune(d, i, merged_at);
    return r;
}

int demo_places(struct demo *d)
{
    int r = db_begin(d->db, d->err);

    if (r < 0)
        return r;
    if ((r = make_places(d)) < 0) {
        db_rollback(d->db);
        return r;
    }
    return db_commit(d->db, d->err);
}
