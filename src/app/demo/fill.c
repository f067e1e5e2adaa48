#include "app/demo/inner.h"
#include "app/demo/stories.h"
#include "base/clock.h"
#include "sys/i18n/i18n.h"

/*
 * The attacker of a case comes from its mark alone: cases with the same mark share every address,
 * domain, number and file, others share nothing.
 */
enum { TAILS = 8, DOT_254 = 254 };

static struct str domain(struct demo *d, const struct demo_case *c)
{
    static const char *const tails[TAILS] = {"24h",   "online",  "hotro",   "tracuu",
                                             "vn247", "xacminh", "congdan", "moi"};
    static const char *const tops[] = {"net", "org", "com"};
    int64_t number = c->mark / TAILS;

    return number % 3 == 0 ? str_printf(d->arena, "%s-%s%" PRId64 ".example.%s", c->story->bait,
                                        tails[c->mark % TAILS], number, tops[c->mark % 3])
                           : str_printf(d->arena, "%s%" PRId64 "-%s.example.%s", c->story->bait,
                                        number, tails[c->mark % TAILS], tops[c->mark % 3]);
}

/* Officers write what is dangerous so that nobody clicks it; others write what they see. */
static struct str written(struct demo *d, const struct demo_case *c, struct str value)
{
    struct buf b = buf_make(d->arena);

    if (c->story->voice != OFFICER)
        return value;
    for (size_t i = 0; i < value.len; i++)
        buf_add(&b, value.ptr[i] == '.' ? STR("[.]") : str_sub(value, i, 1));
    return buf_str(&b);
}

static struct str put_ip(struct demo *d, const struct demo_case *c)
{
    return str_printf(d->arena, "%s.%d", c->mark < DOT_254 ? "198.51.100" : "192.0.2",
                      (int)(c->mark * 89 % DOT_254 + 1));
}

static struct str put_ip6(struct demo *d, const struct demo_case *c)
{
    return str_printf(d->arena, "2001:db8:%x::%x", 0x8000 + (int)c->mark * 37 % 0x7000,
                      (int)c->mark + 16);
}

static struct str put_domain(struct demo *d, const struct demo_case *c)
{
    return written(d, c, domain(d, c));
}

static struct str put_url(struct demo *d, const struct demo_case *c)
{
    static const char *const pages[] = {"xac-nhan", "dang-nhap", "tra-cuu", "nhan", "tai-ve"};

    return str_printf(d->arena, "%s://" STR_FMT "/%s",
                      c->story->voice == OFFICER ? "hxxps" : "https", STR_ARG(put_domain(d, c)),
                      pages[c->mark % 5]);
}

static struct str put_hash(struct demo *d, const struct demo_case *c)
{
    struct prng random = {(uint64_t)c->mark};
    unsigned long long part[4];

    for (size_t i = 0; i < ARRAY_LEN(part); i++)
        part[i] = prng_next(&random);
    return str_printf(d->arena, "%016llx%016llx%016llx%016llx", part[0], part[1], part[2], part[3]);
}

static struct str put_mail(struct demo *d, const struct demo_case *c)
{
    return str_printf(d->arena, "lienhe@" STR_FMT, STR_ARG(domain(d, c)));
}

static struct str put_phone(struct demo *d, const struct demo_case *c)
{
    return str_printf(d->arena, "0900 4%02d %03d", (int)(c->mark * 13 % 100),
                      (int)(c->mark * 137 % 1000));
}

static struct str put_bank(struct demo *d, const struct demo_case *c)
{
    return str_printf(d->arena, "số tài khoản 1000%08d", (int)(c->mark * 73939 % 100000000));
}

static struct str put_host(struct demo *d, const struct demo_case *c)
{
    (void)d;
    return c->system->domain;
}

static struct str put_system(struct demo *d, const struct demo_case *c)
{
    (void)d;
    return c->system->name;
}

static struct str put_org(struct demo *d, const struct demo_case *c)
{
    return d->orgs.at[c->system->org].name;
}

static struct str put_time(struct demo *d, const struct demo_case *c)
{
    struct civil at = civil_from_ms(c->noticed, i18n_zone());

    return at.minute == 0 ? str_printf(d->arena, "%d giờ", at.hour)
                          : str_printf(d->arena, "%d giờ %02d", at.hour, at.minute);
}

static struct str put_day(struct demo *d, const struct demo_case *c)
{
    struct civil at = civil_from_ms(c->noticed, i18n_zone());

    return str_printf(d->arena, "%02d/%02d", at.day, at.month);
}

static struct str put_few(struct demo *d, const struct demo_case *c)
{
    return str_printf(d->arena, "%d", (int)(c->number * 7 % 5) + 2);
}

static struct str put_many(struct demo *d, const struct demo_case *c)
{
    return str_printf(d->arena, "%d", (int)(c->number * 13 % 37) + 12);
}

static const struct {
    const char *name; /* with the closing brace */
    struct str (*put)(struct demo *, const struct demo_case *);
} places[] = {
    {"ip}", put_ip},         {"ip6}", put_ip6},   {"domain}", put_domain}, {"url}", put_url},
    {"hash}", put_hash},     {"mail}", put_mail}, {"phone}", put_phone},   {"bank}", put_bank},
    {"host}", put_host},     {"org}", put_org},   {"time}", put_time},     {"day}", put_day},
    {"system}", put_system}, {"few}", put_few},   {"many}", put_many},
};

struct str demo_fill(struct demo *d, const char *text, const struct demo_case *c)
{
    struct buf b = buf_make(d->arena);
    struct str rest = str_c(text);
    ptrdiff_t at;

    while ((at = str_find_char(rest, '{')) >= 0) {
        size_t i = 0;

        buf_add(&b, str_sub(rest, 0, (size_t)at));
        rest = str_from(rest, (size_t)at + 1);
        while (i < ARRAY_LEN(places) && !str_starts(rest, str_c(places[i].name)))
            i++;
        if (i == ARRAY_LEN(places))
            die("a story has a place that nobody fills: {" STR_FMT, STR_ARG(rest));
        buf_add(&b, places[i].put(d, c));
        rest = str_from(rest, strlen(places[i].name));
    }
    buf_add(&b, rest);
    return buf_str(&b);
}
