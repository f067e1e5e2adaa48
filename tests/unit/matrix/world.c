#include "test.h"

#include "world.h"

#include "app/evidence/evidence.h"
#include "app/incident/incident.h"
#include "app/incident/share.h"
#include "app/observable/observable.h"
#include "app/org/org.h"
#include "app/report/report.h"
#include "app/system/system.h"
#include "base/clock.h"
#include "base/io.h"

struct testdb world;

static int64_t orgs[WHOSE_COUNT], province;
static struct str org_codes[WHOSE_COUNT];
static int64_t accounts[ROLE_COUNT];
static int64_t asking;     /* the account that signed in last */
static struct actor chief; /* coordinates the whole province and makes the records */
static int64_t now;
static int number; /* makes names of records different */

static void must(int64_t r, const struct err *err)
{
    if (r < 0)
        fail_msg("%s", err->what);
}

#define MUST(call)                                                                                 \
    do {                                                                                           \
        struct err err = {0};                                                                      \
        must((call), &err);                                                                        \
    } while (0)

static void begin(void)
{
    MUST(db_begin(world.db, &err));
}

static void commit(void)
{
    MUST(db_commit(world.db, &err));
}

/* A text of a record: strangers' texts can be told from others wherever they turn up. */
static struct str text_of(enum matrix_whose whose, const char *what)
{
    static const char *const marks[] = {"CHINHMINH", "TRUCTHUOC", STRANGER_MARK};

    return str_printf(&world.arena, "%s %s %d", what, marks[whose], number);
}

static void put(struct record *r, const char *name, struct str value)
{
    assert_true(r->len < ARRAY_LEN(r->at));
    r->at[r->len++] = (struct http_pair){str_c(name), value};
}

static struct str int_text(int64_t n)
{
    return str_printf(&world.arena, "%lld", (long long)n);
}

/* The smallest id of the table's rows with this value in a column. */
static struct str first_id(const char *table, const char *column, int64_t value)
{
    char sql[128];

    snprintf(sql, sizeof sql, "SELECT MIN(id) FROM %s WHERE %s = %lld", table, column,
             (long long)value);
    return int_text(testdb_sql(&world, sql));
}

/* ---- the country -------------------------------------------------------------------------------
 */

static int64_t make_org(const char *code, const char *name, int64_t parent)
{
    struct org_new new_ = {
        .code = str_c(code), .kind = STR("department"), .name = str_c(name), .parent_id = parent};
    int64_t id = 0;

    MUST(org_create(world.db, &world.arena, &new_, NULL, now, &id, &err));
    return id;
}

static int64_t make_account(const char *login, struct str name, enum role role, int64_t org)
{
    struct account_new new_ = {.login = str_c(login), .name = name};
    int64_t id = 0;

    MUST(account_insert(world.db, &world.arena, &new_, STR(""), NULL, now, &id, &err));
    MUST(account_grant(world.db, &world.arena, id, role, org, now, NO_INT, STR("matrix"), NULL, now,
                       &err));
    return id;
}

void world_begin(void)
{
    testdb_open(&world);
    now = clock_now();
    MUST(account_start(world.pool, &err));
    begin();
    province = make_org("DV-TINH", "Tỉnh", 0);
    orgs[WHOSE_OWN] = make_org("DV-MINH", "Sở của mình", province);
    orgs[WHOSE_BELOW] = make_org("DV-DUOI", "Đơn vị trực thuộc", orgs[WHOSE_OWN]);
    orgs[WHOSE_STRANGER] = make_org("DV-KHAC", "Sở khác", province);
    org_codes[WHOSE_OWN] = STR("DV-MINH");
    org_codes[WHOSE_BELOW] = STR("DV-DUOI");
    org_codes[WHOSE_STRANGER] = STR("DV-KHAC");
    for (int r = 0; r < ROLE_COUNT; r++)
        accounts[r] = make_account(str_printf(&world.arena, "role.%s", role_name((enum role)r)).ptr,
                                   str_c(role_label((enum role)r)), (enum role)r, orgs[WHOSE_OWN]);
    chief = (struct actor){.login = STR("chief"), .name = STR("Chief")};
    chief.id = make_account("chief", chief.name, ROLE_coordinator, province);
    chief.anywhere[PERM_INCIDENT_MANAGE] = true;
    commit();
    MUST(evidence_open_store(&world.arena, str_c(world.dir), STR(""), &err));
}

void world_end(void)
{
    testdb_close(&world);
}

struct str world_session(enum role role)
{
    struct str token;

    asking = accounts[role];
    begin();
    MUST(account_session_open(world.db, &world.arena, accounts[role], STR("192.0.2.1"),
                              STR("matrix"), clock_now(), &token, &err));
    commit();
    return token;
}

/* ---- records -----------------------------------------------------------------------------------
 */

static void make_plain(enum matrix_whose whose, struct record *r)
{
    put(r, "kind", STR("domain"));
    put(r, "value", STR("matrix.example.vn"));
    put(r, "token", STR("nobody-has-this-one"));
    put(r, "event", STR("incident.comment"));
    put(r, "rule", STR("spam"));
    put(r, "key", STR("quantri"));
    testdb_sql(&world, "INSERT INTO mail (message_id, kind, state, sender, to_list, cc_list, "
                       "subject, body, tlp, in_reply_to, refs, stop, lang, automatic, secret, "
                       "by_name, at, answer) VALUES ('x', 'notice', 'failed', '', "
                       "'canbo@example.vn', '', '', '', '', '', '', '', 'vi', 0, 0, '', 1, '')");
    testdb_sql(&world, "INSERT INTO job (kind, ref, arg, state, due_at, lease, attempts, "
                       "created_at, error) VALUES ('mail', 0, '', 'failed', 1, '', 1, 1, '')");
    put(r, "mail", int_text(testdb_sql(&world, "SELECT MAX(id) FROM mail")));
    put(r, "job", int_text(testdb_sql(&world, "SELECT MAX(id) FROM job")));
}

static void make_account_record(enum matrix_whose whose, struct record *r)
{
    const char *login = str_printf(&world.arena, "person.%d", number).ptr;
    int64_t id;

    begin();
    id = make_account(login, text_of(whose, "Cán bộ"), ROLE_officer, orgs[whose]);
    commit();
    put(r, "login", str_c(login));
    put(r, "grant", first_id("role_grant", "account_id", id));
}

/* Somebody brought in by name (who opened it), and a system that is concerned. */
static void make_parts(enum matrix_whose whose, int64_t incident, struct record *r)
{
    struct system_new new_ = {.name = text_of(whose, "Máy chủ"),
                              .code = str_printf(&world.arena, "HT-P%d", number),
                              .owner_id = orgs[whose],
                              .state = STR("live")};
    int64_t system;

    begin();
    MUST(system_create(world.db, &world.arena, &new_, NULL, now, &system, &err));
    commit();
    testdb_sql(&world, str_printf(&world.arena,
                                  "INSERT INTO incident_system (incident_id, system_id) VALUES "
                                  "(%lld, %lld)",
                                  (long long)incident, (long long)system)
                           .ptr);
    put(r, "system", new_.code);
    put(r, "login", chief.login);
}

/* A share that was revoked and a merge that was taken back: neither shows anything to anybody. */
static void make_past(enum matrix_whose whose, int64_t incident, struct record *r)
{
    testdb_sql(&world, str_printf(&world.arena,
                                  "INSERT INTO incident_share (incident_id, org_id, may, scope, "
                                  "reason, shared_at, shared_name, revoked_at, revoked_name, "
                                  "revoke_reason) VALUES (%lld, %lld, 'read', 'marked', '', 1, '', "
                                  "2, '', '')",
                                  (long long)incident, (long long)orgs[whose])
                           .ptr);
    testdb_sql(&world,
               str_printf(&world.arena,
                          "INSERT INTO incident_merge (kind, from_id, into_id, at, by_name, state, "
                          "state_at, tlp_before, tlp_after, into_entries, undone_at) VALUES "
                          "('merge', %lld, %lld, 1, '', 'received', 1, 'amber', 'amber', 0, 2)",
                          (long long)incident, (long long)incident)
                   .ptr);
    put(r, "share", first_id("incident_share", "incident_id", incident));
    put(r, "merge", first_id("incident_merge", "into_id", incident));
}

static int64_t make_incident(enum matrix_whose whose, struct record *r)
{
    struct incident_new new_ = {.title = text_of(whose, "Sự cố"),
                                .summary = text_of(whose, "Tóm tắt"),
                                .kind = str_c(incident_kinds[0].name),
                                .severity = 2,
                                .tlp = STR("amber"),
                                .org_id = orgs[whose],
                                .detected_at = now};
    int64_t id, observable;
    struct str code;

    begin();
    MUST(incident_create(world.db, &world.arena, &new_, &chief, now, &id, &code, &err));
    MUST(observable_put(world.db, STR("domain"), STR("matrix.example.vn"), now, &observable, &err));
    commit();
    testdb_sql(&world,
               str_printf(&world.arena,
                          "INSERT INTO incident_observable (incident_id, observable_id, added_at, "
                          "note, role) VALUES (%lld, %lld, %lld, '" STR_FMT "', '')",
                          (long long)id, (long long)observable, (long long)now,
                          STR_ARG(text_of(whose, "ghi chú")))
                   .ptr);
    /* What the page for partners changes must bear its mark. */
    testdb_sql(&world, str_printf(&world.arena,
                                  "UPDATE task SET shared_in = incident_id "
                                  "WHERE incident_id = %lld",
                                  (long long)id)
                           .ptr);
    put(r, "code", code);
    put(r, "task", first_id("task", "incident_id", id));
    put(r, "observable", int_text(observable));
    put(r, "fact", STR("title"));
    make_parts(whose, id, r);
    make_past(whose, id, r);
    return id;
}

static void make_incident_record(enum matrix_whose whose, struct record *r)
{
    make_incident(whose, r);
}

static void make_report_record(enum matrix_whose whose, struct record *r)
{
    struct report_new new_ = {.channel = "public",
                              .title = text_of(whose, "Tin báo"),
                              .body = text_of(whose, "Nội dung"),
                              .reporter_name = text_of(whose, "Người báo"),
                              .org_id = orgs[whose],
                              .detected_at = opt_int(now),
                              .received_at = now};
    struct report_receipt receipt;

    begin();
    MUST(report_create(world.db, &world.arena, &new_, &receipt, &err));
    commit();
    put(r, "code", receipt.code);
    put(r, "secret", receipt.secret);
}

static void make_file_record(enum matrix_whose whose, struct record *r)
{
    struct attachment_new new_ = {.name = text_of(whose, "tệp"), .type = STR("text/plain")};
    struct record incident = {0};
    struct attachments files = {0};
    int64_t id;

    new_.incident_id = make_incident(whose, &incident);
    MUST(blob_put(&evidence_store, new_.name, &new_.blob, &err));
    begin();
    MUST(evidence_attach(world.db, &world.arena, &new_, now, &id, &err));
    commit();
    MUST(evidence_of_incident(world.db, &world.arena, new_.incident_id, chief.id, &files, &err));
    put(r, "uuid", files.at[0].uuid);
}

static void make_system_record(enum matrix_whose whose, struct record *r)
{
    struct system_new new_ = {.name = text_of(whose, "Hệ thống"),
                              .purpose = text_of(whose, "Mục đích"),
                              .owner_id = orgs[whose],
                              .level = opt_int(3),
                              .state = STR("live")};
    int64_t id;

    new_.code = str_printf(&world.arena, "HT-M%d", number);
    begin();
    MUST(system_create(world.db, &world.arena, &new_, NULL, now, &id, &err));
    MUST(system_add_product(world.db, &world.arena, id, STR("x"), STR("y"), STR("1"), STR(""),
                            &err));
    commit();
    put(r, "code", new_.code);
    put(r, "value", STR("matrix.example.vn"));
    put(r, "product", first_id("system_product", "system_id", id));
}

static void make_template_record(enum matrix_whose whose, struct record *r)
{
    struct str name = text_of(whose, "Mẫu");

    testdb_sql(&world, str_printf(&world.arena,
                                  "INSERT INTO incident_template (org_id, name, title, summary, "
                                  "kind, severity, tlp, serious, tasks, updated_at, version) "
                                  "VALUES (%lld, '" STR_FMT "', '', '', '%s', 2, 'amber', 0, '', "
                                  "1, 1)",
                                  (long long)orgs[whose], STR_ARG(name), incident_kinds[0].name)
                           .ptr);
    testdb_sql(&world,
               str_printf(&world.arena,
                          "INSERT INTO text_template (org_id, used_for, name, body, "
                          "updated_at, version) VALUES (%lld, 'both', '" STR_FMT "', 'x', 1, 1)",
                          (long long)orgs[whose], STR_ARG(name))
                   .ptr);
    put(r, "template", int_text(testdb_sql(&world, "SELECT MAX(id) FROM incident_template")));
    put(r, "text", int_text(testdb_sql(&world, "SELECT MAX(id) FROM text_template")));
}

static void make_webhook_record(enum matrix_whose whose, struct record *r)
{
    struct str uuid = str_printf(&world.arena, "hook-%d", number);

    testdb_sql(&world,
               str_printf(&world.arena,
                          "INSERT INTO webhook (uuid, org_id, name, url, secret, events, state, "
                          "failed, created_at, created_by, version) VALUES ('" STR_FMT
                          "', %lld, '" STR_FMT "', 'http://192.0.2.1:1/', 'x', 'report.new', "
                          "'active', 0, 0, %lld, 1)",
                          STR_ARG(uuid), (long long)orgs[whose], STR_ARG(text_of(whose, "Kết nối")),
                          (long long)chief.id)
                   .ptr);
    put(r, "uuid", uuid);
}

/* That an organisation exists and what it is called is no secret: any may be asked for help. */
static void make_org_record(enum matrix_whose whose, struct record *r)
{
    struct org_new new_ = {.kind = STR("department"),
                           .name = str_printf(&world.arena, "Đơn vị số %d", number),
                           .address = text_of(whose, "Địa chỉ"),
                           .parent_id = orgs[whose]};
    int64_t id = 0;

    new_.code = str_printf(&world.arena, "DV-M%d", number);
    begin();
    MUST(org_create(world.db, &world.arena, &new_, NULL, now, &id, &err));
    MUST(org_add_contact(world.db, &world.arena, id,
                         &(struct org_contact_new){.kind = STR("primary"),
                                                   .name = STR("Trực ban"),
                                                   .position = STR(""),
                                                   .phone = STR("113"),
                                                   .mobile = STR(""),
                                                   .email = STR(""),
                                                   .other = STR("")},
                         &err));
    commit();
    put(r, "code", new_.code);
    put(r, "value", STR("matrix.example.vn"));
    put(r, "contact", first_id("org_contact", "org_id", id));
    put(r, "to", org_codes[whose]);
    testdb_sql(&world, str_printf(&world.arena,
                                  "INSERT INTO org_succession (from_id, to_id, kind, at, document) "
                                  "VALUES (%lld, %lld, 'merge', 1, '')",
                                  (long long)id, (long long)orgs[whose])
                           .ptr);
}

struct str world_partner(struct record *incident)
{
    static const char *const told[] = {STRANGER_MARK " kín", PARTNER_MARK " chung"};
    struct incident_new new_ = {.title = STR("Sự cố phối hợp"),
                                .summary = STR(STRANGER_MARK " tóm tắt"),
                                .severity_why = STR(STRANGER_MARK " căn cứ"),
                                .kind = str_c(incident_kinds[0].name),
                                .severity = 2,
                                .tlp = STR("amber"),
                                .org_id = orgs[WHOSE_OWN],
                                .detected_at = now};
    struct org_new org = {.code = STR("DV-DOITAC"),
                          .kind = STR("police"),
                          .name = STR("Đối tác"),
                          .parent_id = province};
    struct share_new share = {
        .may = STR("work"), .scope = STR("marked"), .reason = STR(STRANGER_MARK)};
    int64_t id, partner = 0, account, changed;
    struct form_values shown = {0};
    struct str code, token, comment;

    number++;
    begin();
    MUST(org_create(world.db, &world.arena, &org, NULL, now, &partner, &err));
    account = make_account("doitac", STR("Đối tác"), ROLE_coordinator, partner);
    MUST(incident_create(world.db, &world.arena, &new_, &chief, now, &id, &code, &err));
    commit();
    for (size_t i = 0; i < ARRAY_LEN(told); i++)
        MUST(incident_comment(world.db, &world.arena, id, str_c(told[i]), &chief, now, &err));
    testdb_sql(&world, "UPDATE task SET title = '" STRANGER_MARK " việc' WHERE incident_id = "
                       "(SELECT MAX(id) FROM incident)");
    share.org = int_text(partner);
    MUST(share_add(world.db, &world.arena, id, &share, &chief, now, &err));
    comment = str_printf(&world.arena, "comment " STR_FMT,
                         STR_ARG(int_text(testdb_sql(&world, "SELECT MAX(id) FROM comment"))));
    shown.at = &comment;
    shown.len = 1;
    MUST(share_set_marks(world.db, &world.arena, id, &shown, &shown, &chief, now, &changed, &err));
    assert_int_equal(changed, 1);
    *incident = *world_shared("incident", WHOSE_OWN);
    put(incident, "code", code);
    put(incident, "task", first_id("task", "incident_id", id));
    put(incident, "kind", STR("domain"));
    put(incident, "value", STR("matrix.example.vn"));
    begin();
    MUST(account_session_open(world.db, &world.arena, account, STR("192.0.2.1"), STR("matrix"),
                              clock_now(), &token, &err));
    commit();
    return token;
}

static const struct {
    const char *scope;
    void (*make)(enum matrix_whose whose, struct record *out);
} kinds[] = {
    {"none", make_plain},
    {"site", make_plain},
    {"account", make_account_record},
    {"incident", make_incident_record},
    {"report", make_report_record},
    {"file", make_file_record},
    {"template", make_template_record},
    {"system", make_system_record},
    {"org", make_org_record},
    {"webhook", make_webhook_record},
};

static size_t kind_of(const char *scope)
{
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        if (strcmp(kinds[i].scope, scope) == 0)
            return i;
    }
    fail_msg("routes have scope \"%s\": tell world.c how to make such a record", scope);
    return 0;
}

void world_record(const char *scope, enum matrix_whose whose, struct record *out)
{
    number++;
    out->len = 0;
    put(out, "org", org_codes[whose]);
    put(out, "org_id", int_text(orgs[whose]));
    kinds[kind_of(scope)].make(whose, out);
}

const struct record *world_shared(const char *scope, enum matrix_whose whose)
{
    static struct record shared[ARRAY_LEN(kinds)][WHOSE_COUNT];
    struct record *r = &shared[kind_of(scope)][whose];

    if (r->len == 0)
        world_record(scope, whose, r);
    return r;
}

/* Saved filters are a person's own: the asking one gets a new one each time. */
static struct str own_filter(void)
{
    testdb_sql(&world, str_printf(&world.arena,
                                  "INSERT INTO saved_filter (account_id, list, name, fold, query, "
                                  "saved_at) VALUES (%lld, 'search', 'x', '%d', 'q=x', 1)",
                                  (long long)(asking != 0 ? asking : chief.id), ++number)
                           .ptr);
    return int_text(testdb_sql(&world, "SELECT MAX(id) FROM saved_filter"));
}

/* So are imports: one that waits to be applied. */
static struct str own_import(const char *text)
{
    struct str code = str_printf(&world.arena, "import%014d", ++number);

    testdb_sql(&world,
               str_printf(&world.arena,
                          "INSERT INTO import_run (code, kind, account_id, org_id, address, lang, "
                          "name, size, at_once, state, error, sheet, row_count, created, updated, "
                          "successions, mistakes, begun_at) VALUES ('" STR_FMT "', '%s', %lld, 1, "
                          "'', 'vi', 'x.csv', 1, 0, 'checked', '', '', 0, 0, 0, 0, 0, 1)",
                          STR_ARG(code), strstr(text, "/systems/") != NULL ? "system" : "org",
                          (long long)(asking != 0 ? asking : chief.id))
                   .ptr);
    return code;
}

const char *world_fill(const char *text, const struct record *record)
{
    struct buf out = buf_make(&world.arena);
    struct str rest = str_c(text), part;
    bool inside = false;

    while (rest.len > 0) {
        ptrdiff_t at = str_find_char(rest, inside ? '}' : '{');
        part = at < 0 ? rest : str_sub(rest, 0, (size_t)at);
        rest = at < 0 ? STR_EMPTY : str_from(rest, (size_t)at + 1);
        if (!inside) {
            buf_add(&out, part);
        } else {
            const struct str *value = NULL;
            struct str own;

            if (str_ends(part, STR("...")))
                part.len -= 3;
            for (size_t i = 0; i < record->len; i++) {
                if (str_eq(record->at[i].name, part))
                    value = &record->at[i].value;
            }
            if (str_is(part, "filter")) {
                own = own_filter();
                value = &own;
            } else if (str_is(part, "import")) {
                own = own_import(text);
                value = &own;
            }
            if (value == NULL)
                fail_msg("%s: no value for {" STR_FMT "}: tell world.c", text, STR_ARG(part));
            buf_add(&out, *value);
        }
        inside = at >= 0 && !inside;
    }
    return buf_str(&out).ptr;
}
