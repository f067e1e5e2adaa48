#include "app/incident/view.h"
#include "sys/i18n/i18n.h"

/* The page again: what was typed, and a text behind it, to be gone over before it is sent. */
static int insert_text(struct http_request *req, struct http_response *res, struct db *db,
                       int64_t id, const struct incident_get_row *i, struct incident_page_view *v,
                       struct err *err)
{
    const struct incident_text_values values = {i->code, i->title, i->org_name, i->lead_name};
    struct str body;
    int64_t text;
    int r;

    if (!str_to_int(http_field(req, "text"), &text))
        text = 0;
    r = incident_text_insert(db, req->arena, text, http_field(req, "body"), &values, actor_of(req),
                             req->now, &body, err);
    if (r < 0)
        return r;
    letter_keep_writing(req, body, &v->mail);
    return incident_show(req, res, db, id, v, err);
}

int incident_web_mail(struct http_request *req, struct http_response *res, struct err *err)
{
    struct incident_page_view v = {.tab = TAB_MAIL};
    const struct actor *actor = actor_of(req);
    struct letter_values in = {0};
    struct incident_may_row may;
    struct incident_get_row i;
    struct db *db;
    int64_t id;
    int r = incident_web_find(req, &db, &id, err);

    if (r < 0 || (r = incident_may(db, req->arena, actor->id, req->now, id, &may, err)) < 0 ||
        (r = incident_get(db, req->arena, id, &i, err)) < 0)
        return r;
    if (!may.may_write)
        return err_set(err, ERR_FORBIDDEN, "account %" PRId64 " may not write in " STR_FMT,
                       actor->id, STR_ARG(i.code));
    if (http_field(req, "insert").len > 0)
        return insert_text(req, res, db, id, &i, &v, err);
    r = form_parse(&letter_form, req, &in, &v.mail.form, err);
    if (r == 0)
        r = letter_send(db, req,
                        &(struct letter_case){.incident_id = id, .code = i.code, .tlp = i.tlp}, &in,
                        &v.mail.form, err);
    if (r == ERR_INVALID && v.mail.form.errors.len > 0) {
        res->status = 400;
        err_clear(err);
        return incident_show(req, res, db, id, &v, err);
    }
    if (r < 0)
        return r;
    web_flash(req, res, T(req->lang, "The mail is on its way."));
    http_redirect(res, str_printf(req->arena, "/incidents/" STR_FMT "/mail", STR_ARG(i.code)));
    return 0;
}
