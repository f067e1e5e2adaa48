#include "app/demo/inner.h"
#include "app/system/system.h"
#include "base/clock.h"

enum { SYSTEMS = 400 };

struct kind {
    const char *name, *label;
    int64_t level;
};

static const struct kind common[] = {
    {"Trang thông tin điện tử", "www", 1},
    {"Hệ thống thư điện tử", "mail", 2},
    {"Hệ thống quản lý văn bản và điều hành", "vanban", 2},
    {"Hệ thống một cửa điện tử", "motcua", 3},
    {"Mạng nội bộ", "lan", 1},
    {"Hệ thống họp trực tuyến", "hop", 2},
};

/* What an organisation of a kind has besides. */
static const struct {
    const char *org;
    struct kind system;
} special[] = {
    {"Sở Y tế", {"Hồ sơ sức khỏe điện tử toàn tỉnh", "hososuckhoe", 4}},
    {"Sở Giáo dục và Đào tạo", {"Cơ sở dữ liệu ngành giáo dục", "csdl", 3}},
    {"Sở Tài chính", {"Hệ thống thông tin ngân sách", "ngansach", 4}},
    {"Sở Khoa học và Công nghệ", {"Trung tâm dữ liệu tỉnh", "ttdl", 5}},
    {"Sở Khoa học và Công nghệ", {"Nền tảng tích hợp, chia sẻ dữ liệu tỉnh", "lgsp", 4}},
    {"Văn phòng UBND tỉnh", {"Hệ thống báo cáo và chỉ đạo điều hành", "baocao", 4}},
    {"Trung tâm Phục vụ hành chính công tỉnh",
     {"Hệ thống giải quyết thủ tục hành chính tỉnh", "dichvucong", 4}},
    {"Bệnh viện Đa khoa tỉnh Sơn Hải", {"Hệ thống quản lý khám chữa bệnh", "his", 3}},
    {"Bệnh viện Nhi Sơn Hải", {"Hệ thống quản lý khám chữa bệnh", "his", 3}},
    {"Trường Đại học Sơn Hải", {"Cổng đào tạo và tuyển sinh", "daotao", 2}},
    {"Công ty Viễn thông Hải Âu", {"Hệ thống quản lý thuê bao", "thuebao", 4}},
    {"Công ty Internet Sông Mây", {"Máy chủ phân giải tên miền", "dns", 4}},
    {"Công ty Điện lực Sơn Hải", {"Hệ thống điều khiển lưới điện", "scada", 5}},
    {"Công ty Cấp nước Sơn Hải", {"Hệ thống giám sát cấp nước", "giamsat", 3}},
    {"Quỹ Tín dụng Sơn Hải", {"Hệ thống giao dịch điện tử", "giaodich", 3}},
};

static const struct {
    const char *vendor, *product, *version;
} products[] = {
    {"nginx", "nginx", "1.24.0"},
    {"apache", "http_server", "2.4.57"},
    {"postgresql", "postgresql", "15.4"},
    {"mysql", "mysql", "8.0.34"},
    {"microsoft", "windows_server_2019", "10.0.17763"},
    {"microsoft", "exchange_server", "2019"},
    {"wordpress", "wordpress", "6.4.2"},
    {"fortinet", "fortios", "7.2.5"},
    {"debian", "debian_linux", "12"},
    {"apache", "tomcat", "9.0.80"},
};

static int add_system(struct demo *d, int64_t org_index, const struct kind *kind)
{
    unsigned had = 0; /* of the products, as bits */
    const struct demo_org *org = &d->orgs.at[org_index];
    int64_t number = (int64_t)d->systems.len;
    bool decided = demo_below(d, 10) > 0;
    struct demo_system s = {
        .org = org_index,
        .level = kind->level,
        .label = str_c(kind->label),
        .name = str_printf(d->arena, "%s - " STR_FMT, kind->name, STR_ARG(org->name)),
        .domain = str_printf(d->arena, "%s." STR_FMT ".sonhai.example.vn", kind->label,
                             STR_ARG(org->slug)),
    };
    struct system_new new_ = {
        .code = STR(""),
        .name = s.name,
        .purpose =
            str_printf(d->arena, "%s phục vụ hoạt động của đơn vị (dữ liệu mẫu)", kind->name),
        .owner_id = org->id,
        .level = decided ? opt_int(kind->level) : NO_INT,
        .decision_no = decided ? str_printf(d->arena, "%d/QĐ-M", (int)(100 + number)) : STR(""),
        .decision_date = decided ? opt_int(d->begin + demo_below(d, 700) * DAY_MS) : NO_INT,
        .state = demo_below(d, 25) == 0 ? STR("planned") : STR("live"),
        .responsible = STR("Quản trị viên hệ thống"),
        .phone = str_printf(d->arena, "0900 200 %03d", (int)(number % 1000)),
        .email = str_printf(d->arena, "quantri@" STR_FMT ".sonhai.example.vn", STR_ARG(org->slug)),
    };
    int64_t at = MAX(d->begin, org->since) + number % 100 * HOUR_MS;
    int r;

    /* The first systems have an address in the IPv4 documentation ranges, all have one in IPv6's.
     */
    s.address = number < 250 ? str_printf(d->arena, "203.0.113.%d", (int)(number % 250 + 1))
                             : str_printf(d->arena, "2001:db8:%x::%x", 0x1000 + (int)(number % 200),
                                          (int)number);
    if ((r = system_create(d->db, d->arena, &new_, &d->admin, at, &s.id, d->err)) < 0 ||
        (r = system_add_domain(d->db, d->arena, s.id, s.domain, d->err)) < 0 ||
        (r = system_add_range(d->db, d->arena, s.id, s.address, d->err)) < 0)
        return r;
    for (int i = 0; i < 2; i++) {
        size_t p = (size_t)demo_below(d, ARRAY_LEN(products));

        if (had & (1U << p))
            continue;
        had |= 1U << p;

        r = system_add_product(d->db, d->arena, s.id, str_c(products[p].vendor),
                               str_c(products[p].product), str_c(products[p].version),
                               str_printf(d->arena, "cpe:2.3:a:%s:%s:%s:*:*:*:*:*:*:*",
                                          products[p].vendor, products[p].product,
                                          products[p].version),
                               d->err);
        if (r < 0)
            return r;
    }
    *vec_push(&d->systems, d->arena) = s;
    d->summary->systems++;
    return 0;
}

static int make_systems(struct demo *d)
{
    int r = 0;

    for (size_t o = 1; r == 0 && o < d->orgs.len; o++) {
        struct demo_org *org = &d->orgs.at[o];
        int64_t left, orgs_left;

        org->first_system = (int64_t)d->systems.len;
        for (size_t i = 0; r == 0 && i < ARRAY_LEN(special); i++) {
            if (str_is(org->name, special[i].org))
                r = add_system(d, (int64_t)o, &special[i].system);
        }
        /* What is left is spread evenly: the sum is SYSTEMS. */
        left = SYSTEMS - (int64_t)d->systems.len;
        orgs_left = (int64_t)(d->orgs.len - o);
        for (size_t i = 0; r == 0 && i < ARRAY_LEN(common) && (int64_t)i * orgs_left < left; i++)
            r = add_system(d, (int64_t)o, &common[i]);
        d->orgs.at[o].systems = (int64_t)d->systems.len - org->first_system;
    }
    return r;
}

int demo_systems(struct demo *d)
{
    int r = db_begin(d->db, d->err);

    if (r < 0)
        return r;
    if ((r = make_systems(d)) < 0) {
        db_rollback(d->db);
        return r;
    }
    return db_commit(d->db, d->err);
}
