#include "app/incident/api.h"
#include "app/incident/case.h"
#include "app/letter/letter.h"
#include "app/undo/api.h"
#include "sys/i18n/i18n.h"

/* A case as a whole over the API: watchers, following up, merging and splitting, mail. */

/* ---- tables ------------------------------------------------------------------------------------
 */

#define WATCHER(m) API_AT(struct case_watchers_row, m)
static const struct api_field watcher_fields[] = {
    {WATCHER(login), .label = N_("Login")},
    {WATCHER(name), .label = N_("Name")},
};
static const struct api_resource watcher_resource =
    API_RESOURCE("IncidentWatcher", struct case_watchers_row, watcher_fields,
                 N_("A person who is told of what happens with the incident"));

#define PARTY(m) API_AT(struct case_new_parties_row, m)
static const struct form_choice sees[] = {
    {"into", N_("merge|Would see the incident that stays")},
    {"from", N_("merge|Would see what is merged into it")},
    {"lost", N_("merge|Would no longer see what is shared with it")},
    {NULL, NULL},
};
static const struct api_field party_fields[] = {
    {PARTY(name), .label = N_("Organisation")},
    {PARTY(sees), .label = N_("What it would see"), .choices = sees},
};
static const struct api_resource party_resource =
    API_RESOURCE("MergeParty", struct case_new_parties_row, party_fields,
                 N_("An organisation whose sight a merge would change"));

struct merge_effects {
    struct str from, title, tlp, tlp_after;
    struct case_new_parties_rows parties;
    bool must_confirm;
};
#define EFFECT(m) API_AT(struct merge_effects, m)
static const struct api_field effect_fields[] = {
    {EFFECT(from), .label = N_("Code")},
    {EFFECT(title), .label = N_("Title")},
    {EFFECT(tlp), .label = N_("TLP")},
    {EFFECT(tlp_after), .label = N_("TLP of the other incident"),
     .about = N_("The stricter of the two holds afterwards")},
    {EFFECT(must_confirm), .label = N_("To be confirmed"),
     .about = N_("What others see meanwhile cannot be taken back")},
    {EFFECT(parties), .type = API_LIST, .label = N_("Organisations"), .of = &party_resource},
};
static const struct api_resource effects_resource =
    API_RESOURCE("MergeEffects", struct merge_effects, effect_fields,
                 N_("Who would newly see what after a merge"));

/* ---- bodies ------------------------------------------------------------------------------------
 */

struct follow_body {
    struct opt_int at;
    struct str note;
};
static const struct form_field follow_fields[] = {
    {FORM_AT(struct follow_body, at), FORM_TIME, .required = true,
     .label = N_("To be followed up")},
    {FORM_AT(struct follow_body, note), FORM_TEXT, .max = 300, .label = N_("What to follow up")},
};
static const struct form follow_body = {"follow", follow_fields, ARRAY_LEN(follow_fields)};

struct merge_body {
    struct str from;
    bool confirm;
};
static const struct form_field merge_fields[] = {
    {FORM_AT(struct merge_body, from), FORM_TEXT, .required = true, .max = 60,
     .label = N_("Code of the other incident"), .help = N_("It becomes part of this one")},
    {FORM_AT(struct merge_body, confirm), FORM_BOOL, .label = N_("Confirmed"),
     .help = N_("Needed when others would newly see something")},
};
static const struct form merge_body = {"merge", merge_fields, ARRAY_LEN(merge_fields)};

struct split_body {
    struct str title;
    struct form_values reports, observables, systems, comments, files;
};
static const struct form_field split_fields[] = {
    {FORM_AT(struct split_body, title), FORM_TEXT, .required = true, .max = 200,
     .label = N_("Title")},
    {FORM_AT(struct split_body, reports), FORM_CHOICES, .label = N_("Reports"),
     .help = N_("Codes")},
    {FORM_AT(struct split_body, systems), FORM_CHOICES, .label = N_("Systems"),
     .help = N_("Codes")},
    {FORM_AT(struct split_body, observables), FORM_CHOICES, .numbers = true,
     .label = N_("Observables"), .help = N_("Numbers")},
    {FORM_AT(struct split_body, comments), FORM_CHOICES, .numbers = true, .label = N_("Comments"),
     .help = N_("Numbers")},
    {FORM_AT(struct split_body, files), FORM_CHOICES, .label = N_("Files"), .help = N_("UUIDs")},
};
static const struct form split_body = {"split", split_fields, ARRAY_LEN(split_fields)};

/* ---- watching, following up --------------------------------------------------------------------
 */

static int watchers_get(struct http_request *req, struct http_response *res, struct err *err)
{
    struct case_watchers_rows rows;
    struct db *db;
    int64_t id;
    int r = incident_web_find(req, &db, &id, err);

    if (r < 0 || (r = case_watchers(db, req->arena, id, req->now, &rows, err)) < 0)
        return r;
    return api_send_list(req, res, &watcher_resource, &rows);
}

static int set_watch(struct http_request *req, struct http_response *res, struct str login, bool on,
                     struct err *err)
{
    struct incident_login_row row;
    struct db *db;
    int64_t id;
    int r = incident_web_find(req, &db, &id, err);

    if (r < 0 || (r = incident_login(db, req->arena, login, &row, err)) < 0)
        return r;
    r = r == 0 ? ERR_INVALID
               : incident_watch(db, req->arena, id, row.id, on, actor_of(req), req->now, err);
    if (r == ERR_INVALID)
        return err_set(err, ERR_NOT_FOUND,
                       "nobody with the login \"" STR_FMT "\" may see this incident",
                       STR_ARG(login));
    return r < 0 ? r : watchers_get(req, res, err);
}

static int watch_put(struct http_request *req, struct http_response *res, struct err *err)
{
    return set_watch(req, res, actor_of(req)->login, true, err);
}

static int watch_delete(struct http_request *req, struct http_response *res, struct err *err)
{
    return set_watch(req, res, actor_of(req)->login, false, err);
}

static int watcher_put(struct http_request *req, struct http_response *res, struct err *err)
{
    return set_watch(req, res, http_param(req, "login"), true, err);
}

static int watcher_delete(struct http_request *req, struct http_response *res, struct err *err)
{
    return set_watch(req, res, http_param(req, "login"), false, err);
}

static int follow_put(struct http_request *req, struct http_response *res, struct err *err)
{
    struct follow_body in = {0};
    struct db *db;
    int64_t id;
    int r = incident_web_find(req, &db, &id, err);

    if (r < 0 || (r = api_read(req, &follow_body, &in, err)) < 0)
        return r;
    r = incident_follow_up(db, req->arena, id, in.at, in.note, actor_of(req), req->now, err);
    if (r == ERR_INVALID && str_is(str_c(err->field), "at"))
        return api_reject(req, "at", T(req->lang, "Choose a time to come"), err);
    return r < 0 ? r : incident_api_answer(req, res, db, id, err);
}

static int follow_delete(struct http_request *req, struct http_response *res, struct err *err)
{
    struct db *db;
    int64_t id;
    int r = incident_web_find(req, &db, &id, err);

    if (r < 0 || (r = incident_follow_up(db, req->arena, id, NO_INT, STR(""), actor_of(req),
                                         req->now, err)) < 0)
        return r;
    return incident_api_answer(req, res, db, id, err);
}

/* ---- merging -----------------------------------------------------------------------------------
 */

/* The other incident; one out of reach reads like none. */
static int find_other(struct http_request *req, struct db *db, const char *member, struct str code,
                      int64_t id, int64_t *other, struct err *err)
{
    int r = incident_find(db, req->arena, code, actor_of(req), req->now, other, err);

    if (r == ERR_NOT_FOUND || (r == 0 && *other == id))
        return api_reject(
            req, member,
            T(req->lang, "There is no such other incident. Its code looks like SC-2026-0042."),
            err);
    return r;
}

static int effects_of(struct http_request *req, struct db *db, int64_t from, int64_t into,
                      struct merge_effects *out, struct err *err)
{
    struct incident_get_row a, b;
    int r;

    if ((r = incident_get(db, req->arena, into, &a, err)) < 0 ||
        (r = incident_get(db, req->arena, from, &b, err)) < 0 ||
        (r = case_new_parties(db, req->arena, from, into, req->now, &out->parties, err)) < 0)
        return r;
    out->from = b.code;
    out->title = b.title;
    out->tlp = a.tlp;
    out->tlp_after = b.tlp;
    out->must_confirm = out->parties.len > 0 || !str_eq(a.tlp, b.tlp);
    return 0;
}

static int effects_get(struct http_request *req, struct http_response *res, struct err *err)
{
    struct merge_effects effects = {0};
    int64_t id, from;
    struct db *db;
    int r = incident_web_find(req, &db, &id, err);

    if (r < 0 || (r = find_other(req, db, "?from", api_arg(req, "from"), id, &from, err)) < 0 ||
        (r = effects_of(req, db, from, id, &effects, err)) < 0)
        return r;
    return api_send(req, res, &effects_resource, &effects, 0);
}

static int merge(struct http_request *req, struct http_response *res, struct err *err)
{
    struct merge_effects effects = {0};
    struct merge_body in = {0};
    int64_t id, from, merge_id;
    struct db *db;
    int r = incident_web_find(req, &db, &id, err);

    if (r < 0 || (r = api_read(req, &merge_body, &in, err)) < 0 ||
        (r = find_other(req, db, "from", in.from, id, &from, err)) < 0 ||
        (r = effects_of(req, db, from, id, &effects, err)) < 0)
        return r;
    if (effects.must_confirm && !in.confirm)
        return api_reject(req, "confirm",
                          T(req->lang, "Others would newly see something, which cannot be taken "
                                       "back: look at it first, then send confirm"),
                          err);
    if ((r = incident_merge(db, req->arena, from, id, actor_of(req), req->now, &merge_id, err)) < 0)
        return r;
    return incident_api_answer(req, res, db, id, err);
}
API_ONCE_HANDLER(merge_post, merge)

static int merge_delete(struct http_request *req, struct http_response *res, struct err *err)
{
    int64_t id, merge_id;
    struct db *db;
    int r = incident_web_find(req, &db, &id, err);

    if (r < 0 || (r = api_part_int(req, "merge", &merge_id, err)) < 0 ||
        (r = incident_unmerge(db, req->arena, id, merge_id, actor_of(req), req->now, err)) < 0)
        return r;
    return incident_api_answer(req, res, db, id, err);
}

/* ---- splitting ---------------------------------------------------------------------------------
 */

struct named {
    struct str name;
    int64_t id;
};
VEC_TYPE(named_list, struct named);

/* Names of the body as the ids of what the incident has. */
static int take_named(struct http_request *req, const char *member, const struct form_values *names,
                      const struct named_list *known, int64_t *ids, struct err *err)
{
    for (size_t i = 0; i < names->len; i++) {
        size_t k = 0;

        while (k < known->len && !str_eq(known->at[k].name, names->at[i]))
            k++;
        if (k == known->len)
            return api_reject(req, member,
                              i18n_format(req->arena, req->lang,
                                          N_("\"{0}\" is not of this incident"), &names->at[i], 1),
                              err);
        ids[i] = known->at[k].id;
    }
    return 0;
}

static struct named number(struct http_request *req, int64_t id)
{
    return (struct named){str_printf(req->arena, "%" PRId64, id), id};
}

#define TAKE(member, known)                                                                        \
    (out->member.at = arena_array(a, int64_t, in->member.len + 1),                                 \
     out->member.len = in->member.len,                                                             \
     take_named(req, #member, &in->member, &(known), out->member.at, err))

static int take_chosen(struct http_request *req, struct db *db, int64_t id,
                       const struct split_body *in, struct incident_split_new *out, struct err *err)
{
    struct named_list reports = {0}, systems = {0}, observables = {0}, comments = {0}, files = {0};
    struct incident_reports_rows report_rows;
    struct incident_systems_rows system_rows;
    struct incident_observables_rows observable_rows;
    struct incident_comments_rows comment_rows;
    struct attachments file_rows = {0};
    struct arena *a = req->arena;
    int r;

    if ((r = incident_reports(db, a, id, &report_rows, err)) < 0 ||
        (r = incident_systems(db, a, id, &system_rows, err)) < 0 ||
        (r = incident_observables(db, a, id, &observable_rows, err)) < 0 ||
        (r = incident_comments(db, a, id, &comment_rows, err)) < 0 ||
        (r = evidence_of_incident(db, a, id, actor_of(req)->id, &file_rows, err)) < 0)
        return r;
    for (size_t i = 0; i < report_rows.len; i++)
        *vec_push(&reports, a) = (struct named){report_rows.at[i].code, report_rows.at[i].id};
    for (size_t i = 0; i < system_rows.len; i++)
        *vec_push(&systems, a) =
            (struct named){system_rows.at[i].code, system_rows.at[i].system_id};
    for (size_t i = 0; i < observable_rows.len; i++)
        *vec_push(&observables, a) = number(req, observable_rows.at[i].id);
    for (size_t i = 0; i < comment_rows.len; i++)
        *vec_push(&comments, a) = number(req, comment_rows.at[i].id);
    for (size_t i = 0; i < file_rows.len; i++)
        *vec_push(&files, a) = (struct named){file_rows.at[i].uuid, file_rows.at[i].id};
    if ((r = TAKE(reports, reports)) < 0 || (r = TAKE(systems, systems)) < 0 ||
        (r = TAKE(observables, observables)) < 0 || (r = TAKE(comments, comments)) < 0)
        return r;
    return TAKE(files, files);
}

static int split(struct http_request *req, struct http_response *res, struct err *err)
{
    struct incident_split_new new_ = {0};
    struct incident_record record;
    struct split_body in = {0};
    int64_t id, made, merge_id;
    struct str code;
    struct db *db;
    int r = incident_web_find(req, &db, &id, err);

    if (r < 0 || (r = api_read(req, &split_body, &in, err)) < 0 ||
        (r = take_chosen(req, db, id, &in, &new_, err)) < 0)
        return r;
    new_.title = in.title;
    r = incident_split(db, req->arena, id, &new_, actor_of(req), req->now, &code, &merge_id, err);
    if (r == ERR_INVALID)
        return api_reject(
            req, "", T(req->lang, "Give the new incident a title and choose what goes into it."),
            err);
    if (r < 0 ||
        (r = incident_find(db, req->arena, code, actor_of(req), req->now, &made, err)) < 0 ||
        (r = incident_api_load(req, db, made, &record, err)) < 0)
        return r;
    return api_send_created(req, res, &incident_resource, &record, record.i.version,
                            str_printf(req->arena, "/api/v1/incidents/" STR_FMT, STR_ARG(code)));
}
API_ONCE_HANDLER(split_post, split)

/* ---- mail --------------------------------------------------------------------------------------
 */

static int mail_case(struct http_request *req, struct db **db, struct letter_case *c,
                     struct err *err)
{
    struct incident_get_row i;
    int64_t id;
    int r = incident_web_find(req, db, &id, err);

    if (r < 0 || (r = incident_get(*db, req->arena, id, &i, err)) < 0)
        return r;
    *c = (struct letter_case){.incident_id = id, .code = i.code, .tlp = i.tlp};
    return 0;
}

static int mail_get(struct http_request *req, struct http_response *res, struct err *err)
{
    struct letter_case c;
    struct db *db;
    int r = mail_case(req, &db, &c, err);

    return r < 0 ? r : letter_api_list(req, res, db, &c, err);
}

static int mail(struct http_request *req, struct http_response *res, struct err *err)
{
    struct incident_may_row may;
    struct letter_case c;
    struct db *db;
    int r = mail_case(req, &db, &c, err);

    if (r < 0 || (r = incident_may(db, req->arena, actor_of(req)->id, req->now, c.incident_id, &may,
                                   err)) < 0)
        return r;
    if (!may.may_write)
        return err_set(err, ERR_FORBIDDEN, "you may not write in " STR_FMT, STR_ARG(c.code));
    return letter_api_send(req, res, db, &c, err);
}
API_ONCE_HANDLER(mail_post, mail)

/* ---- routes ------------------------------------------------------------------------------------
 */

static const struct api_param merge_params[] = {
    {"from", N_("Code of the other incident"), NULL, false},
    {NULL, NULL, NULL, false},
};
static const struct api_param text_params[] = {
    {"plain",
     N_("1: values as they are, not made harmless; for whoever works on the incident, and "
        "not of TLP:RED"),
     NULL, false},
    {NULL, NULL, NULL, false},
};

#define BASE "/api/v1/incidents"
#define ONE  BASE "/{code}"

const struct http_route incident_case_api_routes[] = {
    INCIDENT_MANY(BASE "/bulk", incident_api_bulk, .id = "changeIncidents",
                  .summary = N_("Change many incidents at once"),
                  .about = N_("Each one that may be changed so is, in one transaction; the others "
                              "are left alone and named."),
                  .body = &incident_bulk_body, .answer = &undo_bulk_resource),
    INCIDENT_MANY(BASE "/undo", incident_api_undo, .id = "undoIncidentChanges",
                  .summary = N_("Take a change of many back"),
                  .about = N_("All of it or, when somebody changed one of them since, nothing "
                              "(409)."),
                  .body = &undo_api_form, .answer = &undo_undone_resource),
    INCIDENT_READ(ONE "/watchers", watchers_get, .id = "listIncidentWatchers",
                  .summary = N_("Who watches an incident"), .answer = &watcher_resource,
                  .flags = API_IS_LIST),
    INCIDENT_CHANGE(HTTP_PUT, ONE "/watch", "incident.read", watch_put, .id = "watchIncident",
                    .summary = N_("Watch an incident"), .answer = &watcher_resource,
                    .flags = API_IS_LIST),
    INCIDENT_CHANGE(HTTP_DELETE, ONE "/watch", "incident.read", watch_delete,
                    .id = "unwatchIncident", .summary = N_("Watch an incident no longer"),
                    .answer = &watcher_resource, .flags = API_IS_LIST),
    INCIDENT_CHANGE(HTTP_PUT, ONE "/watchers/{login}", "incident.manage", watcher_put,
                    .id = "addIncidentWatcher", .summary = N_("Let somebody watch an incident"),
                    .about = N_("Only who may see it already: this is no way to share."),
                    .answer = &watcher_resource, .flags = API_IS_LIST),
    INCIDENT_CHANGE(HTTP_DELETE, ONE "/watchers/{login}", "incident.manage", watcher_delete,
                    .id = "removeIncidentWatcher", .summary = N_("Let somebody watch no longer"),
                    .answer = &watcher_resource, .flags = API_IS_LIST),
    INCIDENT_CHANGE(HTTP_PUT, ONE "/follow-up", "incident.write", follow_put,
                    .id = "followUpIncident", .summary = N_("Put an incident off until a day"),
                    .about = N_("It is out of the list of open incidents until then."),
                    .body = &follow_body, .answer = &incident_resource),
    INCIDENT_CHANGE(
        HTTP_DELETE, ONE "/follow-up", "incident.write", follow_delete, .id = "followUpIncidentNow",
        .summary = N_("Put an incident back into the list"), .answer = &incident_resource),
    {HTTP_GET, ONE "/merge-effects", "incident.manage", effects_get, .scope = "incident",
     INCIDENT_OP(.id = "getMergeEffects", .summary = N_("Who would newly see what after a merge"),
                 .answer = &effects_resource, .params = merge_params)},
    INCIDENT_CHANGE(HTTP_POST, ONE "/merges", "incident.manage", merge_post, .id = "mergeIncident",
                    .summary = N_("Merge another incident into this one"),
                    .about = N_("Asks for incident.manage over both. The other one is closed and "
                                "leads here."),
                    .body = &merge_body, .answer = &incident_resource, .flags = API_ONCE),
    INCIDENT_CHANGE(HTTP_DELETE, ONE "/merges/{merge}", "incident.manage", merge_delete,
                    .id = "unmergeIncident", .summary = N_("Take a merge or a split back"),
                    .about = N_("Exactly what moved goes back; what was added since stays. A split "
                                "only while nobody has worked on the new incident (409)."),
                    .answer = &incident_resource),
    INCIDENT_CHANGE(HTTP_POST, ONE "/split", "incident.manage", split_post, .id = "splitIncident",
                    .summary = N_("Split a new incident off"),
                    .about = N_("Answers the new incident, with the facts of this one and what was "
                                "chosen."),
                    .body = &split_body, .answer = &incident_resource, .status = 201,
                    .flags = API_ONCE),
    INCIDENT_READ(ONE "/mail", mail_get, .id = "listIncidentMail",
                  .summary = N_("Mail of an incident"), .answer = &letter_resource,
                  .flags = API_IS_LIST),
    INCIDENT_CHANGE(HTTP_POST, ONE "/mail", "incident.write", mail_post, .id = "sendIncidentMail",
                    .summary = N_("Write a mail in an incident"),
                    .about = N_("TLP:RED does not go by mail (409)."), .body = &letter_api_form,
                    .answer = &letter_resource, .status = 201, .flags = API_ONCE),
    INCIDENT_READ(ONE "/text", incident_web_export_text, .id = "getIncidentText",
                  .summary = N_("An incident as a text"), .file = "text/markdown",
                  .params = text_params),
};
const size_t incident_case_api_routes_len = ARRAY_LEN(incident_case_api_routes);
