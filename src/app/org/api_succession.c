#include "app/api/api.h"
#include "app/org/inner.h"

/* Mergers, divisions and reorganisations over the API. */

static const struct api_field belongings_fields[] = {
    {API_AT(struct org_belongings_row, systems), .label = N_("Systems"),
     .about = N_("As owner or as operator")},
    {API_AT(struct org_belongings_row, networks), .label = N_("Networks")},
};
const struct api_resource org_belongings_resource =
    API_RESOURCE("Belongings", struct org_belongings_row, belongings_fields,
                 N_("How much an organisation has that can go over to a successor"));

int org_api_successions(struct http_request *req, struct http_response *res, struct err *err)
{
    struct org_successions_rows rows;
    struct db *db;
    int64_t id;
    int r = org_web_find(req, &db, &id, err);

    if (r < 0 || (r = org_successions(db, req->arena, id, &rows, err)) < 0)
        return r;
    return api_send_list(req, res, &org_succession_resource, &rows);
}

/* The one in the path, for whoever may change it. */
static int find(struct http_request *req, struct db **db, int64_t *id, struct err *err)
{
    int r = org_web_find(req, db, id, err);

    return r < 0 ? r : actor_require(*db, actor_of(req), PERM_ORG_WRITE, *id, req->now, err);
}

int org_api_belongings(struct http_request *req, struct http_response *res, struct err *err)
{
    struct org_belongings_row row;
    struct db *db;
    int64_t id;
    int r = find(req, &db, &id, err);

    if (r < 0 || (r = org_belongings(db, req->arena, id, &row, err)) < 0)
        return r;
    return api_send(req, res, &org_belongings_resource, &row, 0);
}

int org_api_succeed(struct http_request *req, struct http_response *res, struct err *err)
{
    struct org_succession_values in = {0};
    struct org_succession s;
    struct org_id_by_code_row to;
    const char *field;
    int64_t id, version;
    struct str message;
    struct db *db;
    int r = find(req, &db, &id, err);

    if (r < 0 || (r = api_version(req, &version, err)) < 0 ||
        (r = api_read(req, &org_succession_form, &in, err)) < 0 ||
        (r = org_id_by_code(db, req->arena, in.to, &to, err)) < 0)
        return r;
    if (r == 0)
        return api_reject(req, "to", T(req->lang, "There is no organisation with this code"), err);
    s = (struct org_succession){.from = id,
                                .to = to.id,
                                .kind = in.kind,
                                .at = in.at.v,
                                .document = in.document,
                                .lives_on = in.lives_on,
                                .move_systems = in.move_systems,
                                .move_networks = in.move_networks,
                                .under = in.under};
    r = org_succession_record(db, req->arena, &s, version, actor_of(req), req->now, err);
    if (r == ERR_INVALID) {
        message = str_dup(req->arena, org_succession_refusal(req->lang, err, &field));
        return api_reject(req, field, message, err);
    }
    return r < 0 ? org_api_refused(req, db, r, id, version, err)
                 : org_api_answer(req, res, db, id, err);
}

int org_api_unsucceed(struct http_request *req, struct http_response *res, struct err *err)
{
    int64_t id, version;
    struct db *db;
    int r = find(req, &db, &id, err);

    if (r < 0 || (r = api_version(req, &version, err)) < 0)
        return r;
    r = org_succession_take_back(db, req->arena, id, http_param(req, "to"), version, actor_of(req),
                                 req->now, err);
    return r < 0 ? org_api_refused(req, db, r, id, version, err)
                 : org_api_answer(req, res, db, id, err);
}
