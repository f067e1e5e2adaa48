/*
 * bench-site URL [INCIDENTS]: makes the sample province in URL a large site: 500 organisations,
 * 5,000 systems, 200,000 incidents of three years with five times as many observables, steps,
 * comments, events and reports. The same number gives the same site, whatever the engine.
 */
#include "site.h"

#include "base/clock.h"
#include "base/text.h"
#include "words.h"

#include <inttypes.h>

enum { ORGS = 500, SYSTEMS = 5000, NEW = 300 };

uint64_t chance(int64_t row, int64_t what)
{
    uint64_t z = (uint64_t)row * 0x9e3779b97f4a7c15u + (uint64_t)what * 0xd1b54a32d192ed03u + 2026;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

int64_t below(int64_t row, int64_t what, int64_t n)
{
    return (int64_t)(chance(row, what) % (uint64_t)n);
}

struct str uuid_of(struct site *s, int64_t row, int64_t what)
{
    uint64_t hi = chance(row, what), lo = chance(row, what + 1);

    return str_printf(&s->a, "%08x-%04x-7%03x-8%03x-%012" PRIx64, (unsigned)(hi >> 32),
                      (unsigned)(hi >> 16 & 0xffff), (unsigned)(hi & 0xfff), (unsigned)(lo >> 52),
                      lo & 0xffffffffffffu);
}

/* ---- people and places ------------------------------------------------------------------------
 */

static void orgs(struct site *s)
{
    struct load *l = s->load;

    load_table(l, "org (id, code, uuid, kind, name, short_name, parent_id, valid_from, valid_to, "
                  "address, phone, email, website, unit_code, note, created_at, updated_at, "
                  "version, fold, sort_key)");
    for (int64_t i = 0; i < s->orgs; i++) {
        /* Half below the province, half below another of these: a tree three deep. */
        int64_t parent = i % 2 == 0 ? s->root : s->org0 + below(i, PARENT, (i + 1) / 2) * 2;
        struct str code = str_printf(&s->a, "DV-%04" PRId64, 1000 + i);
        struct str name =
            str_printf(&s->fixed, "%s %s số %" PRId64, site_units[below(i, KIND, SITE_UNITS)],
                       site_fields[below(i, TITLE, SITE_FIELDS)], i + 1);

        s->parents[i] = parent;
        s->org_names[i] = name;
        load_int(l, s->org0 + i);
        load_text(l, code);
        load_text(l, uuid_of(s, i, UUID));
        load_text(l, STR("agency"));
        load_text(l, name);
        load_text(l, STR(""));
        load_int(l, parent);
        load_null(l);
        load_null(l);
        for (int k = 0; k < 6; k++)
            load_text(l, STR(""));
        load_int(l, s->begin);
        load_int(l, s->begin);
        load_int(l, 1);
        load_text(l, text_fold(&s->a, str_printf(&s->a, STR_FMT " " STR_FMT, STR_ARG(name),
                                                 STR_ARG(code))));
        load_text(l, text_sort_key(&s->a, name));
        load_row(l);
        arena_clear(&s->a);
    }
    load_end(l);
    load_table(l, "org_closure (ancestor, descendant, depth)");
    for (int64_t i = 0; i < s->orgs; i++) {
        int64_t at = s->org0 + i;

        for (int64_t depth = 0;; depth++) {
            load_int(l, at);
            load_int(l, s->org0 + i);
            load_int(l, depth);
            load_row(l);
            if (at == s->root)
                break;
            at = s->parents[at - s->org0];
        }
    }
    load_end(l);
}

/* An officer for each organisation, and responders for the province. */
static void people(struct site *s)
{
    struct load *l = s->load;
    int64_t n = s->orgs + RESPONDERS;

    load_table(l, "account (id, login, name, email, phone, position, password_hash, must_change, "
                  "lang, theme, state, failed, locked_until, created_at, last_login_at, version, "
                  "fold, sort_key)");
    for (int64_t i = 0; i < n; i++) {
        struct str login = str_printf(&s->a, "nguoidung%04" PRId64, i);
        struct str name = str_printf(&s->a, "%s %04" PRId64,
                                     i < s->orgs ? "Cán bộ đầu mối" : "Thành viên Đội ứng cứu", i);

        load_int(l, s->account0 + i);
        load_text(l, login);
        load_text(l, name);
        for (int k = 0; k < 4; k++)
            load_text(l, STR(""));
        load_int(l, 0);
        load_text(l, STR(""));
        load_text(l, STR(""));
        load_text(l, STR("active"));
        load_int(l, 0);
        load_null(l);
        load_int(l, s->begin);
        load_null(l);
        load_int(l, 1);
        load_text(l, login);
        load_text(l, text_sort_key(&s->a, name));
        load_row(l);
        arena_clear(&s->a);
    }
    load_end(l);
    load_table(l, "role_grant (account_id, role, org_id, valid_from, valid_to, granted_by, "
                  "granted_at, revoked_at, reason)");
    for (int64_t i = 0; i < n; i++) {
        load_int(l, s->account0 + i);
        load_text(l, i < s->orgs ? STR("officer") : STR("responder"));
        load_int(l, i < s->orgs ? s->org0 + i : s->root);
        load_int(l, s->begin);
        load_null(l);
        load_null(l);
        load_int(l, s->begin);
        load_null(l);
        load_text(l, STR(""));
        load_row(l);
    }
    load_end(l);
}

int64_t owner_of(const struct site *s, int64_t system)
{
    return below(system, ORG, s->orgs);
}

static void systems(struct site *s)
{
    struct load *l = s->load;

    load_table(l, "system (id, code, uuid, name, purpose, owner_id, operator_id, level, "
                  "decision_no, decision_date, state, responsible, phone, email, created_at, "
                  "updated_at, version, fold, sort_key)");
    for (int64_t i = 0; i < s->systems; i++) {
        struct str code = str_printf(&s->a, "HT-%05" PRId64, 10000 + i);
        struct str name =
            str_printf(&s->fixed, "%s " STR_FMT, site_systems[below(i, KIND, SITE_SYSTEMS)],
                       STR_ARG(s->org_names[owner_of(s, i)]));

        s->system_names[i] = name;
        load_int(l, s->system0 + i);
        load_text(l, code);
        load_text(l, uuid_of(s, i, UUID + 10));
        load_text(l, name);
        load_text(l, STR(""));
        load_int(l, s->org0 + owner_of(s, i));
        load_null(l);
        load_int(l, 1 + below(i, SEVERITY, 4));
        load_text(l, STR(""));
        load_null(l);
        load_text(l, STR("running"));
        for (int k = 0; k < 3; k++)
            load_text(l, STR(""));
        load_int(l, s->begin);
        load_int(l, s->begin);
        load_int(l, 1);
        load_text(l, text_fold(&s->a, str_printf(&s->a, STR_FMT " " STR_FMT, STR_ARG(name),
                                                 STR_ARG(code))));
        load_text(l, text_sort_key(&s->a, name));
        load_row(l);
        arena_clear(&s->a);
    }
    load_end(l);
    load_table(l, "system_domain (system_id, domain)");
    for (int64_t i = 0; i < s->systems; i++) {
        load_int(l, s->system0 + i);
        load_text(l, str_printf(&s->a, "ht%05" PRId64 ".sonhai.example.vn", i));
        load_row(l);
        arena_clear(&s->a);
    }
    load_end(l);
}

/* ---- observables ------------------------------------------------------------------------------
 */

const char *value_of(struct site *s, int64_t i, struct str *value)
{
    uint64_t z = chance(i, VALUE);

    switch (i % 10) {
    case 0:
    case 1:
    case 2:
    case 3:
        *value = str_printf(&s->a, "2001:db8:%x:%x::%x", (unsigned)(i >> 16) + 1,
                            (unsigned)(i & 0xffff) + 1, (unsigned)(z & 0xfff) + 1);
        return "ipv6";
    case 4:
    case 5:
    case 6:
        *value = str_printf(&s->a, "m%07" PRId64 "-%04x.example.net", i, (unsigned)(z & 0xffff));
        return "domain";
    case 7:
        *value = str_printf(&s->a, "https://t%07" PRId64 ".example.org/x/%04x", i,
                            (unsigned)(z & 0xffff));
        return "url";
    default:
        *value = str_printf(&s->a, "%016" PRIx64 "%016" PRIx64 "%016" PRIx64 "%016" PRIx64, z,
                            chance(i, VALUE + 100), chance(i, VALUE + 101), chance(i, VALUE + 102));
        return "sha256";
    }
}

static void observables(struct site *s)
{
    struct load *l = s->load;

    load_table(l, "observable (id, kind, value, first_seen, last_seen)");
    for (int64_t i = 0; i < s->observables; i++) {
        struct str value;
        const char *kind = value_of(s, i, &value);

        load_int(l, s->observable0 + i);
        load_text(l, str_c(kind));
        load_text(l, value);
        load_int(l, s->begin + (s->now - s->begin) / s->observables * i);
        load_int(l,
                 s->now -
                     below(i, AT, (s->now - s->begin) / s->observables * (s->observables - i) + 1));
        load_row(l);
        arena_clear(&s->a);
    }
    load_end(l);
}

/* PostgreSQL numbers on from where it left off, not from what was put in. */
static void renumber(struct site *s, bool postgres)
{
    static const char *const tables[] = {"org",      "account",    "system",
                                         "incident", "observable", "report"};

    for (size_t i = 0; postgres && i < ARRAY_LEN(tables); i++)
        load_exec(s->load,
                  str_printf(
                      &s->fixed,
                      "SELECT setval(pg_get_serial_sequence('%s', 'id'), (SELECT MAX(id) FROM %s))",
                      tables[i], tables[i])
                      .ptr);
}

static int64_t after(struct site *s, const char *table)
{
    return load_one(s->load,
                    str_printf(&s->fixed, "SELECT COALESCE(MAX(id), 0) + 1 FROM %s", table).ptr);
}

int main(int argc, char **argv)
{
    struct site s = {.incidents = 200000};
    static const struct {
        const char *name;
        void (*make)(struct site *);
    } steps[] = {{"organisations", orgs},       {"people", people},
                 {"systems", systems},          {"observables", observables},
                 {"incidents", make_incidents}, {"parties", make_parties},
                 {"links", make_links},         {"tasks", make_tasks},
                 {"talk", make_talk},           {"reports", make_reports}};
    int64_t started = clock_monotonic();

    if (argc < 2 || (argc > 2 && !str_to_int(str_c(argv[2]), &s.incidents)) || s.incidents < HOT)
        die("usage: bench-site URL [INCIDENTS], at least %d", HOT);
    s.load = load_open(str_c(argv[1]));
    s.now = clock_now();
    s.begin = clock_add_months(s.now, -36, 420);
    s.observables = s.incidents * OBSERVABLES_EACH;
    s.reports = s.incidents + NEW;
    s.root = load_one(s.load, "SELECT MIN(id) FROM org WHERE parent_id IS NULL");
    s.orgs = ORGS - load_one(s.load, "SELECT COUNT(*) FROM org");
    s.systems = SYSTEMS - load_one(s.load, "SELECT COUNT(*) FROM system");
    s.org0 = after(&s, "org");
    s.system0 = after(&s, "system");
    s.incident0 = after(&s, "incident");
    s.observable0 = after(&s, "observable");
    s.report0 = after(&s, "report");
    s.account0 = after(&s, "account");
    if (s.orgs <= 0 || s.systems <= 0)
        die("this is no sample province, or it is large already");
    s.org_names = arena_array(&s.fixed, struct str, (size_t)s.orgs);
    s.parents = arena_array(&s.fixed, int64_t, (size_t)s.orgs);
    s.system_names = arena_array(&s.fixed, struct str, (size_t)s.systems);
    for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
        steps[i].make(&s);
        printf("%6.1f s  %s\n", (double)(clock_monotonic() - started) / 1000, steps[i].name);
    }
    renumber(&s, !str_starts(str_c(argv[1]), STR("sqlite:")));
    load_close(s.load);
    printf("%6.1f s  done\n", (double)(clock_monotonic() - started) / 1000);
    arena_release(&s.a);
    arena_release(&s.fixed);
    return 0;
}
