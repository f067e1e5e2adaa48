#include "app/account/account.h"
#include "app/upkeep/handlers.h"
#include "app/upkeep/pages/person.html.h"

/* What the site knows of a person: found, exported, erased on request. */

int upkeep_persons_get(struct http_request *req, struct http_response *res, struct err *err)
{
    struct upkeep_persons_view v = {.q = str_trim(http_arg(req, "q"))};
    struct html_page p;
    struct db *db;
    int r = web_db(req, &db, err);

    if (r < 0)
        return r;
    v.may = actor_require_site(db, actor_of(req), PERM_PERSON_MANAGE, req->now, NULL) == 0;
    if (v.may && (r = care_person_search(db, req->arena, v.q, &v.hits, err)) < 0)
        return r;
    web_page(req, res, &p,
             &(struct web_frame){.title = T(req->lang, "Personal data"), .rail = "settings"});
    upkeep_persons_html(&p, &v);
    web_page_end(&p);
    return 0;
}

/* 1: found. 0: the answer leads to the page that says who may, and how to find somebody. */
static int find(struct http_request *req, struct http_response *res, struct str key, struct db **db,
                struct care_person *out, struct err *err)
{
    struct err refused = {0};
    int r = web_db(req, db, err);

    if (r < 0)
        return r;
    r = actor_require_site(*db, actor_of(req), PERM_PERSON_MANAGE, req->now, &refused);
    if (r == ERR_FORBIDDEN || (r == 0 && key.len == 0)) {
        http_redirect(res, STR("/settings/persons"));
        return 0;
    }
    if (r < 0) {
        *err = refused;
        return r;
    }
    r = care_person_find(*db, req->arena, key, out, err);
    return r < 0 ? r : 1;
}

static int person_page(struct http_request *req, struct http_response *res,
                       struct upkeep_person_view *v)
{
    struct html_page p;

    v->held = care_held_text(req->arena, req->lang, &v->person);
    web_page(
        req, res, &p,
        &(struct web_frame){.title = v->person.key,
                            .rail = "settings",
                            .crumbs = {{T(req->lang, "Personal data"), STR("/settings/persons")}},
                            .crumbs_len = 1});
    upkeep_person_html(&p, v);
    web_page_end(&p);
    return 0;
}

int upkeep_person_get(struct http_request *req, struct http_response *res, struct err *err)
{
    const struct care_by by = upkeep_by(req);
    struct upkeep_person_view v = {0};
    struct db *db;
    int r;

    if ((r = find(req, res, http_arg(req, "key"), &db, &v.person, err)) <= 0 ||
        (r = care_person_note(db, req->arena, &v.person, "person.look", &by, req->now, err)) < 0)
        return r;
    return person_page(req, res, &v);
}

int upkeep_person_export(struct http_request *req, struct http_response *res, struct err *err)
{
    const struct care_by by = upkeep_by(req);
    struct care_person person;
    struct db *db;
    int r;

    if ((r = find(req, res, http_field(req, "key"), &db, &person, err)) <= 0 ||
        (r = care_person_note(db, req->arena, &person, "person.export", &by, req->now, err)) < 0)
        return r;
    return upkeep_person_file(req, res, db, &person, err);
}

int upkeep_person_file(struct http_request *req, struct http_response *res, struct db *db,
                       const struct care_person *person, struct err *err)
{
    int r = care_person_export(db, req->arena, person, &res->body, err);

    if (r < 0)
        return r;
    res->type = "application/json; charset=utf-8";
    res->no_store = true;
    http_add_header(res, STR("Content-Disposition"), STR("attachment; filename=\"person.json\""));
    return 0;
}

int upkeep_person_erase(struct http_request *req, struct http_response *res, struct err *err)
{
    const struct care_by by = upkeep_by(req);
    struct upkeep_person_view v = {.reason = str_trim(http_field(req, "reason")),
                                   .texts = str_is(http_field(req, "texts"), "1")};
    struct care_erasure e;
    struct db *db;
    int r = find(req, res, http_field(req, "key"), &db, &v.person, err);

    if (r <= 0)
        return r;
    if (v.reason.len == 0)
        v.reason_error = T(req->lang, "Say who asked and in which letter, without the name.");
    if (!str_eq(str_trim(http_field(req, "confirm")), v.person.key))
        v.confirm_error = T(req->lang, "This is not what stands above.");
    if (v.person.held != CARE_FREE || v.reason_error.len > 0 || v.confirm_error.len > 0) {
        res->status = v.person.held != CARE_FREE ? 409 : 400;
        return person_page(req, res, &v);
    }
    e = (struct care_erasure){
        .person = &v.person, .texts = v.texts, .reason = v.reason, .by = &by, .now = req->now};
    if ((r = care_person_erase(db, req->arena, &e, err)) < 0)
        return r;
    web_flash(req, res,
              T(req->lang, "Erased. Backups from before still have it: they go with their time."));
    http_redirect(res, STR("/settings/persons"));
    return 0;
}
