#include "app/incident/view.h"
#include "sys/i18n/i18n.h"

/* Who and what takes part in an incident: organisations, members, systems. */

int incident_web_saved(struct http_request *req, struct http_response *res, struct db *db,
                       const struct incident_get_row *was, struct err *err)
{
    struct str path = str_printf(req->arena, "/incidents/" STR_FMT, STR_ARG(was->code));
    struct web_said said = {.text = T(req->lang, "Saved.")};
    struct incident_get_row is;
    struct incident_may_row may;
    int r;

    if ((r = incident_get(db, req->arena, was->id, &is, err)) < 0 ||
        (r = incident_may(db, req->arena, actor_of(req)->id, req->now, was->id, &may, err)) < 0)
        return r;
    if (is.org_id != was->org_id) {
        said.text = i18n_format(req->arena, req->lang,
                                N_("Saved. {0} stays as affected and still sees this incident."),
                                &was->org_name, 1);
        if (may.may_manage) {
            said.action = str_printf(req->arena, STR_FMT "/parties", STR_ARG(path));
            said.undo_id = was->org_id;
            said.button = T(req->lang, "Take it out");
        }
    }
    web_flash_said(req, res, &said);
    http_redirect(res, path);
    return 0;
}

int incident_web_member(struct http_request *req, struct http_response *res, struct err *err)
{
    bool add = !str_is(http_field(req, "remove"), "1");
    struct db *db;
    int64_t id;
    int r = incident_web_find(req, &db, &id, err);

    if (r >= 0 && incident_field_int(req, "account") == 0)
        return incident_web_done(req, res, "",
                                 T(req->lang, "Nothing was changed: choose a person first."));
    if (r >= 0)
        r = incident_set_member(db, req->arena, id, incident_field_int(req, "account"), add,
                                actor_of(req), req->now, err);
    return r < 0 ? r
                 : incident_web_done(req, res, "",
                                     add ? T(req->lang, "Member added.")
                                         : T(req->lang, "Member removed."));
}

int incident_web_party(struct http_request *req, struct http_response *res, struct err *err)
{
    static const char *const parts[] = {"affected", "helper", "provider", "operator"};
    int64_t former = incident_field_int(req, "undo"); /* the button of incident_web_saved */
    int64_t org = former != 0 ? former : incident_field_int(req, "org");
    bool add = former == 0 && !str_is(http_field(req, "remove"), "1");
    struct str part = http_field(req, "part");
    const char *known = parts[0];
    struct db *db;
    int64_t id;
    int r = incident_web_find(req, &db, &id, err);

    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        if (str_is(part, parts[i]))
            known = parts[i];
    }
    if (r >= 0 && org == 0)
        return incident_web_done(
            req, res, "", T(req->lang, "Nothing was changed: choose an organisation first."));
    if (r >= 0)
        r = add ? incident_add_party(db, req->arena, id, org, known, actor_of(req), req->now, err)
                : incident_remove_party(db, req->arena, id, org, actor_of(req), req->now, err);
    return r < 0 ? r
                 : incident_web_done(req, res, "",
                                     add ? T(req->lang, "Organisation brought in.")
                                         : T(req->lang, "Organisation taken out."));
}

/* Taking one off offers to undo that, which is linking it again: a link has nothing but its ends.
 */
int incident_web_system(struct http_request *req, struct http_response *res, struct err *err)
{
    int64_t again = incident_field_int(req, "undo");
    int64_t system = again != 0 ? again : incident_field_int(req, "system");
    bool add = again != 0 || !str_is(http_field(req, "remove"), "1");
    struct db *db;
    int64_t id;
    int r = incident_web_find(req, &db, &id, err);

    if (r >= 0 && system == 0)
        return incident_web_done(req, res, "",
                                 T(req->lang, "Nothing was changed: choose a system first."));
    if (r >= 0)
        r = incident_set_system(db, req->arena, id, system, add, actor_of(req), req->now, err);
    if (r < 0 ||
        (r = incident_web_done(req, res, "", add ? T(req->lang, "System linked.") : STR_EMPTY)) < 0)
        return r;
    if (!add)
        web_flash_undo(req, res, T(req->lang, "System taken off."),
                       str_printf(req->arena, "/incidents/" STR_FMT "/systems",
                                  STR_ARG(http_param(req, "code"))),
                       system);
    return 0;
}
