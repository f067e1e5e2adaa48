#include "app/people/view.h"
#include "app/people/handlers.h"
#include "app/people/pages/factor.html.h"

/* One's own second factor: setting it up, recovery codes, turning it off. */

static struct web_frame frame_of(struct http_request *req)
{
    return (struct web_frame){.title = T(req->lang, "Second factor"),
                              .narrow = true,
                              .crumbs = {{T(req->lang, "My account"), STR("/account")}},
                              .crumbs_len = actor_of(req)->must_factor ? 0 : 1};
}

/* ---- setting up ---------------------------------------------------------------------------------
 */

/* What the telephone reads: who it is for, in a form that all apps know. */
static struct str uri_of(struct http_request *req, struct str secret)
{
    struct buf out = buf_make(req->arena);

    buf_add_c(&out, "otpauth://totp/");
    html_url_part(&out, site.name);
    buf_add_c(&out, ":");
    html_url_part(&out, actor_of(req)->login);
    buf_add_c(&out, "?secret=");
    buf_add(&out, secret);
    buf_add_c(&out, "&issuer=");
    html_url_part(&out, site.name);
    return buf_str(&out);
}

static struct str in_groups(struct arena *a, struct str s)
{
    struct buf out = buf_make(a);

    for (size_t i = 0; i < s.len; i += 4) {
        buf_add_c(&out, i > 0 ? " " : "");
        buf_add(&out, str_sub(s, i, 4));
    }
    return buf_str(&out);
}

static int setup_page(struct http_request *req, struct http_response *res, int status,
                      const struct form_state *state, struct str problem, struct err *err)
{
    const struct actor *actor = actor_of(req);
    struct setup_view view = {.state = state, .problem = problem, .must = actor->must_factor};
    struct web_frame frame = frame_of(req);
    struct html_page p;
    struct str secret;
    struct db *db;
    int r;

    if ((r = web_db(req, &db, err)) < 0 ||
        (r = account_factor_begin(db, req->arena, actor, req->now, &secret, err)) < 0)
        return r;
    view.key = in_groups(req->arena, secret);
    view.uri = uri_of(req, secret);
    if (!qr_path(req->arena, view.uri, &view.qr, &view.size))
        return err_set(err, ERR_INTERNAL, "no QR code for %zu characters", view.uri.len);
    res->status = status;
    web_page(req, res, &p, &frame);
    factor_setup_html(&p, &view);
    web_page_end(&p);
    return 0;
}

static int show_page(struct http_request *req, struct http_response *res, struct err *err)
{
    const struct actor *actor = actor_of(req);
    struct web_frame frame = frame_of(req);
    struct people_security_row row;
    struct factor_view view = {0};
    bool asked[ROLE_COUNT];
    struct html_page p;
    struct db *db;
    int r;

    if ((r = web_db(req, &db, err)) < 0 ||
        (r = people_security(db, req->arena, actor->id, &row, err)) < 0 ||
        (r = account_factor_roles(db, req->arena, asked, err)) < 0)
        return r;
    view.since = row.factor_at.v;
    view.codes_left = row.codes;
    for (int i = 0; i < ROLE_COUNT; i++)
        view.required |= asked[i] && actor->roles[i];
    web_page(req, res, &p, &frame);
    factor_html(&p, &view);
    web_page_end(&p);
    return 0;
}

int factor_page_get(struct http_request *req, struct http_response *res, struct err *err)
{
    struct form_state state = {0};

    return actor_of(req)->has_factor ? show_page(req, res, err)
                                     : setup_page(req, res, 200, &state, STR_EMPTY, err);
}

struct str codes_in_line(struct arena *a, const struct str *codes)
{
    struct buf out = buf_make(a);

    for (int i = 0; i < RECOVERY_CODES; i++) {
        buf_add_c(&out, i > 0 ? " " : "");
        buf_add(&out, codes[i]);
    }
    return buf_str(&out);
}

/* The page is made in the same request: the codes are nowhere else. */
static int codes_page(struct http_request *req, struct http_response *res, const struct str *codes,
                      bool first)
{
    struct codes_view view = {codes, first};
    struct web_frame frame = frame_of(req);
    struct html_page p;

    frame.title = T(req->lang, "Recovery codes");
    web_page(req, res, &p, &frame);
    factor_codes_html(&p, &view);
    web_page_end(&p);
    return 0;
}

int factor_setup_post(struct http_request *req, struct http_response *res, struct err *err)
{
    const struct actor *actor = actor_of(req);
    struct str codes[RECOVERY_CODES];
    struct form_state state = {0}, empty = {0};
    struct code_form form;
    struct db *db;
    int r;

    if (form_parse(&setup_form, req, &form, &state, err) < 0)
        return setup_page(req, res, 400, &state, STR_EMPTY, err);
    if ((r = web_db(req, &db, err)) < 0)
        return r;
    r = account_factor_confirm(db, req->arena, actor, form.code, req->now, codes, err);
    if (r == ERR_AUTH || r == ERR_LIMIT)
        return setup_page(req, res, r == ERR_AUTH ? 400 : 429, &empty,
                          r == ERR_AUTH
                              ? T(req->lang, "This code is not the one of this key at this time. "
                                             "Check that the clock of the telephone is right.")
                              : T(req->lang, "Too many wrong codes. Please wait some minutes."),
                          err);
    return r < 0 ? r : codes_page(req, res, codes, true);
}

/* ---- recovery codes -----------------------------------------------------------------------------
 */

int factor_codes_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct str codes[RECOVERY_CODES];
    struct db *db;
    int r;

    if ((r = web_db(req, &db, err)) < 0 ||
        (r = account_factor_codes(db, req->arena, actor_of(req), req->now, codes, err)) < 0)
        return r;
    return codes_page(req, res, codes, false);
}

/* The page sends back what it shows: only hashes are kept here. */
int factor_codes_txt_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct str rest = http_field(req, "codes"), code;
    struct db *db;
    int r = web_db(req, &db, err), known = 0;

    res->type = "text/plain; charset=utf-8";
    buf_add(&res->body, T(req->lang, "Recovery codes"));
    buf_printf(&res->body, ": " STR_FMT ", " STR_FMT "\n\n", STR_ARG(site.name),
               STR_ARG(actor_of(req)->login));
    for (int i = 0; i < RECOVERY_CODES && r >= 0 && str_split(&rest, ' ', &code); i++) {
        r = account_factor_is_code(db, req->arena, actor_of(req), code, err);
        if (r > 0)
            buf_printf(&res->body, STR_FMT "\n", STR_ARG(code));
        known += r > 0;
    }
    if (r < 0)
        return r;
    if (known == 0)
        return err_set(err, ERR_INVALID, "none of these is a recovery code of this account");
    http_add_header(res, STR("Content-Disposition"),
                    STR("attachment; filename=\"ungcuu-recovery-codes.txt\""));
    return 0;
}

int factor_off_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct db *db;
    int r;

    if ((r = web_db(req, &db, err)) < 0)
        return r;
    r = account_factor_off(db, req->arena, actor_of(req), req->now, err);
    if (r < 0)
        return r;
    web_flash(req, res, T(req->lang, "The second factor was turned off."));
    http_redirect(res, STR("/account"));
    return 0;
}
