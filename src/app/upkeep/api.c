#include "app/account/account.h"
#include "app/api/api.h"
#include "app/upkeep/handlers.h"

/* Looking after a site over the API: its health, how long things are kept, what it knows of a
 * person. What concerns everybody is for who runs the whole site, as on the pages. */

static int for_site(struct http_request *req, struct db **db, struct err *err)
{
    int r = web_db(req, db, err);

    return r < 0 ? r : actor_require_site(*db, actor_of(req), PERM_PERSON_MANAGE, req->now, err);
}

/* ---- health ------------------------------------------------------------------------------------
 */

struct finding_record {
    struct str check, level, what, mend;
};
static const struct form_choice levels[] = {
    {"bad", N_("finding|To be mended")},
    {"advice", N_("finding|To be thought about")},
    {"well", N_("finding|Well")},
    {NULL, NULL},
};
#define FINDING(m) API_AT(struct finding_record, m)
static const struct api_field finding_fields[] = {
    {FINDING(check), .label = N_("finding|What was looked at"),
     .about = N_("disk, mail and so on")},
    {FINDING(level), .label = N_("finding|How it is"), .choices = levels},
    {FINDING(what), .label = N_("finding|What was found")},
    {FINDING(mend), .label = N_("What to do"), .about = N_("Empty when all is well")},
};
static const struct api_resource finding_resource = API_RESOURCE(
    "Finding", struct finding_record, finding_fields, N_("What the doctor of the site found"));

static int health(struct http_request *req, struct http_response *res, bool servers,
                  struct err *err)
{
    struct {
        struct finding_record *at;
        size_t len;
    } out = {0};
    struct doctor d;
    int r = upkeep_health_look(req, servers, &d, err);

    if (r < 0)
        return r;
    out.at = arena_array(req->arena, struct finding_record, d.findings.len + 1);
    for (size_t i = 0; i < d.findings.len; i++) {
        const struct finding *f = &d.findings.at[i];

        out.at[out.len++] =
            (struct finding_record){str_c(f->check), str_c(levels[FINDING_BAD - f->level].value),
                                    f->what, f->mend.len > 0 ? f->mend : STR("")};
    }
    return api_send_list(req, res, &finding_resource, &out);
}

static int health_get(struct http_request *req, struct http_response *res, struct err *err)
{
    return health(req, res, false, err);
}

static int health_post(struct http_request *req, struct http_response *res, struct err *err)
{
    return health(req, res, true, err);
}

/* ---- retention ---------------------------------------------------------------------------------
 */

struct rule_record {
    struct str name, what, ground;
    struct opt_int days, count;
    int64_t usual;
};
#define RULE(m) API_AT(struct rule_record, m)
static const struct api_field rule_fields[] = {
    {RULE(name), .label = N_("Name")},
    {RULE(what), .label = N_("What goes")},
    {RULE(ground), .label = N_("Why it is kept so long and no longer")},
    {RULE(days), .label = N_("Days"), .about = N_("null: kept for good")},
    {RULE(usual), .label = N_("Usual days")},
    {RULE(count), .label = N_("Would go now"), .about = N_("null: not counted")},
};
static const struct api_resource rule_resource = API_RESOURCE(
    "RetentionRule", struct rule_record, rule_fields, N_("How long something is kept"));

struct run_record {
    int64_t at;
    struct str by, detail;
};
#define RUN(m) API_AT(struct run_record, m)
static const struct api_field run_fields[] = {
    {RUN(at), .type = API_TIME, .label = N_("When")},
    {RUN(by), .label = N_("Who"), .about = N_("Empty: the job of every night")},
    {RUN(detail), .type = API_JSON, .label = N_("What went"), .about = N_("How many by rule")},
};
static const struct api_resource run_resource = API_RESOURCE(
    "RetentionRun", struct run_record, run_fields, N_("A time the rules removed something"));

struct retention_record {
    struct {
        struct rule_record *at;
        size_t len;
    } rules;
    struct {
        struct run_record *at;
        size_t len;
    } runs;
    struct opt_int total;
};
#define RETENTION(m) API_AT(struct retention_record, m)
static const struct api_field retention_fields[] = {
    {RETENTION(rules), .type = API_LIST, .label = N_("Rules"), .of = &rule_resource},
    {RETENTION(total), .label = N_("Would go now"), .about = N_("null: not counted")},
    {RETENTION(runs), .type = API_LIST, .label = N_("Last runs"), .of = &run_resource},
};
static const struct api_resource retention_resource =
    API_RESOURCE("Retention", struct retention_record, retention_fields,
                 N_("How long what is personal is kept, and what went last"));

static int answer(struct http_request *req, struct http_response *res, struct db *db,
                  const struct care_rule rules[CARE_RULES], bool counted, struct err *err)
{
    struct retention_record v = {.total = counted ? opt_int(0) : NO_INT};
    struct care_runs runs;
    int r = care_retention_runs(db, req->arena, &runs, err);

    if (r < 0)
        return r;
    v.rules.at = arena_array(req->arena, struct rule_record, CARE_RULES);
    for (size_t i = 0; i < CARE_RULES; i++) {
        v.rules.at[v.rules.len++] =
            (struct rule_record){.name = str_c(rules[i].name),
                                 .what = i18n_text(req->lang, rules[i].what),
                                 .ground = i18n_text(req->lang, rules[i].ground),
                                 .days = rules[i].days > 0 ? opt_int(rules[i].days) : NO_INT,
                                 .usual = rules[i].usual,
                                 .count = counted ? opt_int(rules[i].n) : NO_INT};
        v.total.v += counted ? rules[i].n : 0;
    }
    v.runs.at = arena_array(req->arena, struct run_record, runs.len + 1);
    for (size_t i = 0; i < runs.len; i++)
        v.runs.at[v.runs.len++] =
            (struct run_record){runs.at[i].at, runs.at[i].by, runs.at[i].detail};
    return api_send(req, res, &retention_resource, &v, 0);
}

static int retention_get(struct http_request *req, struct http_response *res, struct err *err)
{
    bool counted = str_is(http_arg(req, "count"), "1");
    struct care_rule rules[CARE_RULES];
    struct db *db;
    int r = web_db(req, &db, err);

    if (r < 0 || (r = upkeep_retention_read(req, db, counted, rules, err)) < 0)
        return r;
    return answer(req, res, db, rules, counted, err);
}

struct days_body {
    struct opt_int days;
};
static const struct form_field days_fields[] = {
    {FORM_AT(struct days_body, days), FORM_INT, .min = 1, .max = UPKEEP_DAYS_MAX,
     .label = N_("Days"), .help = N_("null: kept for good")},
};
static const struct form days_body = {"retention-days", days_fields, ARRAY_LEN(days_fields)};

static int rule_put(struct http_request *req, struct http_response *res, struct err *err)
{
    const struct care_by by = upkeep_by(req);
    struct care_rule rules[CARE_RULES];
    struct days_body in = {0};
    struct db *db;
    int r = for_site(req, &db, err);

    if (r < 0 || (r = api_read(req, &days_body, &in, err)) < 0)
        return r;
    r = care_rule_set(db, req->arena, http_param(req, "rule"), in.days.has ? in.days.v : 0, &by,
                      req->now, err);
    if (r == ERR_USAGE)
        return err_set(err, ERR_NOT_FOUND, "there is no rule \"" STR_FMT "\"",
                       STR_ARG(http_param(req, "rule")));
    if (r < 0 || (r = care_rules_read(db, req->arena, rules, err)) < 0)
        return r;
    return answer(req, res, db, rules, false, err);
}

struct run_body {
    struct opt_int confirm;
};
static const struct form_field run_body_fields[] = {
    {FORM_AT(struct run_body, confirm), FORM_INT, .required = true, .min = 1, .max = INT32_MAX,
     .label = N_("Would go now"), .help = N_("The total that was counted before")},
};
static const struct form run_body = {"retention-run", run_body_fields, ARRAY_LEN(run_body_fields)};

static int run_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct care_rule rules[CARE_RULES];
    struct run_body in = {0};
    struct str n;
    int64_t total;
    struct db *db;
    int r = for_site(req, &db, err);

    if (r < 0 || (r = api_read(req, &run_body, &in, err)) < 0)
        return r;
    r = upkeep_retention_apply(req, db, in.confirm.v, rules, &total, err);
    if (r == ERR_INVALID) {
        n = str_printf(req->arena, "%" PRId64, total);
        return api_reject(req, "confirm", i18n_format(req->arena, req->lang, UPKEEP_CONFIRM, &n, 1),
                          err);
    }
    return r < 0 ? r : answer(req, res, db, rules, true, err);
}

/* ---- persons -----------------------------------------------------------------------------------
 */

#define HIT(m) API_AT(struct care_hit, m)
static const struct api_field hit_fields[] = {
    {HIT(key), .label = N_("person|Key"),
     .about = N_("The login of an account or code of a report")},
    {HIT(account), .label = N_("person|An account"), .about = N_("false: who reported something")},
    {HIT(name), .label = N_("Name")},
    {HIT(email), .label = N_("E-mail")},
    {HIT(phone), .label = N_("Phone")},
    {HIT(at), .type = API_TIME, .label = N_("Since")},
};
static const struct api_resource hit_resource =
    API_RESOURCE("PersonFound", struct care_hit, hit_fields, N_("Somebody who may be meant"));

struct person_record {
    struct care_person p;
    struct str held;
};
#define PERSON(m) API_AT_AS(struct person_record, p.m, #m)
static const struct api_field person_fields[] = {
    {PERSON(key), .label = N_("person|Key"),
     .about = N_("The login of an account or code of a report")},
    {PERSON(account), .label = N_("person|An account"),
     .about = N_("false: who reported something")},
    {PERSON(name), .label = N_("Name")},
    {PERSON(email), .label = N_("E-mail")},
    {PERSON(phone), .label = N_("Phone")},
    {PERSON(label), .label = N_("person|Label"), .about = N_("What stands instead once erased")},
    {PERSON(sessions), .label = N_("Sessions")},
    {PERSON(tokens), .label = N_("API tokens")},
    {PERSON(comments), .label = N_("Comments")},
    {PERSON(events), .label = N_("Timeline")},
    {PERSON(files), .label = N_("Files")},
    {PERSON(messages), .label = N_("Messages")},
    {PERSON(mails), .label = N_("Mails")},
    {PERSON(drafts), .label = N_("Drafts")},
    {PERSON(entries), .label = N_("person|Entries of the audit log")},
    {API_AT(struct person_record, held), .label = N_("person|Why not now"),
     .about = N_("Empty: can be erased")},
};
static const struct api_resource person_resource = API_RESOURCE(
    "Person", struct person_record, person_fields, N_("How much the site knows of a person"));

static int persons_get(struct http_request *req, struct http_response *res, struct err *err)
{
    struct care_hits hits = {0};
    struct db *db;
    int r = for_site(req, &db, err);

    if (r < 0 ||
        (r = care_person_search(db, req->arena, str_trim(http_arg(req, "q")), &hits, err)) < 0)
        return r;
    return api_send_list(req, res, &hit_resource, &hits);
}

/* The one in the path; what is done with it goes into the audit log. NULL: not by itself. */
static int find(struct http_request *req, struct db **db, const char *action,
                struct care_person *out, struct err *err)
{
    const struct care_by by = upkeep_by(req);
    int r = for_site(req, db, err);

    if (r < 0 || (r = care_person_find(*db, req->arena, http_param(req, "key"), out, err)) < 0)
        return r;
    return action != NULL ? care_person_note(*db, req->arena, out, action, &by, req->now, err) : 0;
}

static int person_get(struct http_request *req, struct http_response *res, struct err *err)
{
    struct person_record v = {0};
    struct db *db;
    int r = find(req, &db, "person.look", &v.p, err);

    if (r < 0)
        return r;
    v.held = care_held_text(req->arena, req->lang, &v.p);
    return api_send(req, res, &person_resource, &v, 0);
}

static int export_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct care_person person;
    struct db *db;
    int r = find(req, &db, "person.export", &person, err);

    return r < 0 ? r : upkeep_person_file(req, res, db, &person, err);
}

struct erase_body {
    struct str reason, confirm;
    bool texts;
};
static const struct form_field erase_fields[] = {
    {FORM_AT(struct erase_body, reason), FORM_TEXT, .required = true, .max = 300,
     .label = N_("Reason"), .help = N_("Say who asked and in which letter, without the name.")},
    {FORM_AT(struct erase_body, texts), FORM_BOOL, .label = N_("person|Also what they wrote"),
     .help = N_("Of a reporter")},
    {FORM_AT(struct erase_body, confirm), FORM_TEXT, .required = true, .max = 100,
     .label = N_("person|Key"), .help = N_("Once more, for it cannot be taken back")},
};
static const struct form erase_body = {"person-erase", erase_fields, ARRAY_LEN(erase_fields)};

static int erase_post(struct http_request *req, struct http_response *res, struct err *err)
{
    const struct care_by by = upkeep_by(req);
    struct erase_body in = {0};
    struct care_person person;
    struct care_erasure e;
    struct db *db;
    int r = find(req, &db, NULL, &person, err);

    if (r < 0 || (r = api_read(req, &erase_body, &in, err)) < 0)
        return r;
    if (!str_eq(in.confirm, person.key))
        return api_reject(req, "confirm", T(req->lang, "This is not what stands above."), err);
    e = (struct care_erasure){
        .person = &person, .texts = in.texts, .reason = in.reason, .by = &by, .now = req->now};
    if (person.held != CARE_FREE)
        return err_set(err, ERR_STATE, STR_FMT,
                       STR_ARG(care_held_text(req->arena, req->lang, &person)));
    return (r = care_person_erase(db, req->arena, &e, err)) < 0 ? r : api_send_done(res);
}

/* ---- routes ------------------------------------------------------------------------------------
 */

static const struct api_param retention_params[] = {
    {"count", N_("1: also what would go now, which takes its time on a large site"), NULL, false},
    {NULL, NULL, NULL, false},
};
static const struct api_param person_params[] = {
    {"q", N_("Login, name, address or phone, or the code of a report"), NULL, false},
    {NULL, NULL, NULL, false},
};

#define BASE "/api/v1/settings"
#define OP(...)                                                                                    \
    .api = &(const struct api_operation)                                                           \
    {                                                                                              \
        .tag = "settings", __VA_ARGS__                                                             \
    }
static const char fresh_about[] =
    N_("For administrators of the organisation at the top, with a session that confirmed lately "
       "who they are, not for tokens.");

const struct http_route upkeep_api_routes[] = {
    {HTTP_GET, BASE "/health", "site.manage", health_get, .scope = "none",
     OP(.id = "getHealth", .summary = N_("Is the site well?"), .answer = &finding_resource,
        .flags = API_IS_LIST)},
    {HTTP_POST, BASE "/health", "site.manage", health_post, HTTP_BODY_RAW, .scope = "none",
     OP(.id = "checkHealth", .summary = N_("Is the site well? Asks the mail servers too"),
        .answer = &finding_resource, .flags = API_IS_LIST)},
    {HTTP_GET, BASE "/retention", "person.manage", retention_get, .scope = "none",
     OP(.id = "getRetention", .summary = N_("How long things are kept"),
        .answer = &retention_resource, .params = retention_params)},
    {HTTP_PUT, BASE "/retention/{rule}", "person.manage", rule_put, HTTP_BODY_RAW, .fresh = true,
     .scope = "site",
     OP(.id = "setRetentionRule", .summary = N_("Change how long something is kept"),
        .about = fresh_about, .body = &days_body, .answer = &retention_resource)},
    {HTTP_POST, BASE "/retention/run", "person.manage", run_post, HTTP_BODY_RAW, .fresh = true,
     .scope = "site",
     OP(.id = "applyRetention", .summary = N_("Apply the rules now"), .about = fresh_about,
        .body = &run_body, .answer = &retention_resource)},
    {HTTP_GET, "/api/v1/persons", "person.manage", persons_get, .scope = "site",
     OP(.id = "findPersons", .summary = N_("Find a person whose data the site has"),
        .answer = &hit_resource, .flags = API_IS_LIST, .params = person_params)},
    {HTTP_GET, "/api/v1/persons/{key}", "person.manage", person_get, .scope = "site",
     OP(.id = "getPerson", .summary = N_("How much the site knows of a person"),
        .about = N_("Looking leaves an entry in the audit log."), .answer = &person_resource)},
    {HTTP_POST, "/api/v1/persons/{key}/export", "person.manage", export_post, HTTP_BODY_RAW,
     .fresh = true, .scope = "site",
     OP(.id = "exportPerson", .summary = N_("Everything the site knows of a person"),
        .about = fresh_about, .file = "application/json")},
    {HTTP_POST, "/api/v1/persons/{key}/erase", "person.manage", erase_post, HTTP_BODY_RAW,
     .fresh = true, .scope = "site",
     OP(.id = "erasePerson", .summary = N_("Erase what is personal, on request"),
        .about = fresh_about, .body = &erase_body)},
};
const size_t upkeep_api_routes_len = ARRAY_LEN(upkeep_api_routes);
