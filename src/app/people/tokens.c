#include "app/people/view.h"
#include "app/people/handlers.h"
#include "app/people/pages/tokens.html.h"

/* The pages of one's own API tokens. */

#define USUAL_LIFE (90 * DAY_MS)

static struct web_frame frame_of(struct http_request *req, struct str title, bool inner)
{
    struct web_frame frame = {.title = title,
                              .crumbs = {{T(req->lang, "My account"), STR("/account")},
                                         {T(req->lang, "API tokens"), STR("/account/tokens")}},
                              .crumbs_len = inner ? 2 : 1};

    return frame;
}

bool token_holds(const struct people_tokens_row *row, int64_t now)
{
    return !row->revoked_at.has && row->expires_at > now;
}

struct str token_scope_text(struct arena *a, enum lang lang, struct str scope)
{
    struct buf out = buf_make(a);
    struct str name;
    enum permission p;

    while (str_split(&scope, ' ', &name)) {
        buf_add_c(&out, out.len > 0 ? "; " : "");
        buf_add(&out,
                permission_from_name(str_cdup(a, name), &p) ? T(lang, permission_label(p)) : name);
    }
    return buf_str(&out);
}

int tokens_get(struct http_request *req, struct http_response *res, struct err *err)
{
    struct people_tokens_rows tokens = {0};
    struct tokens_view view = {&tokens, req->now};
    struct web_frame frame = frame_of(req, T(req->lang, "API tokens"), false);
    struct html_page p;
    struct db *db;
    int r;

    if ((r = web_db(req, &db, err)) < 0 ||
        (r = people_tokens(db, req->arena, actor_of(req)->id, req->now, TOKENS_SHOWN, &tokens,
                           err)) < 0)
        return r;
    web_page(req, res, &p, &frame);
    token_list_html(&p, &view);
    web_page_end(&p);
    return 0;
}

/* ---- a new one ----------------------------------------------------------------------------------
 */

static int new_page(struct http_request *req, struct http_response *res, int status,
                    const struct form_state *state)
{
    const struct actor *actor = actor_of(req);
    struct form_option *scopes = arena_array(req->arena, struct form_option, PERM_COUNT);
    struct token_new_view view = {state, scopes, 0};
    struct web_frame frame = frame_of(req, T(req->lang, "New token"), true);
    struct html_page p;

    for (int i = 0; i < PERM_COUNT; i++) {
        enum permission perm = (enum permission)i;
        if (actor_can(actor, perm))
            scopes[view.scopes_len++] =
                (struct form_option){.value = str_c(permission_name(perm)),
                                     .label = T(req->lang, permission_label(perm))};
    }
    frame.narrow = true;
    res->status = status;
    web_page(req, res, &p, &frame);
    token_new_html(&p, &view);
    web_page_end(&p);
    return 0;
}

int token_new_get(struct http_request *req, struct http_response *res, struct err *err)
{
    struct token_form form = {.until = opt_int(req->now + USUAL_LIFE)};
    struct form_state state = {0};

    form_fill(&token_form, req->arena, &form, &state);
    return new_page(req, res, 200, &state);
}

static int reject(struct http_request *req, struct form_state *state, int code, struct err *err)
{
    static const struct {
        int code;
        const char *from, *field, *text;
    } texts[] = {
        {ERR_INVALID, "scope", "scope", N_("Choose at least one permission that you hold.")},
        {ERR_INVALID, "networks", "networks",
         N_("Write addresses as 192.0.2.7 or blocks as 192.0.2.0/24, at most 20.")},
        {ERR_INVALID, "expires", "until", N_("Choose a day from today to a year from now.")},
        {ERR_LIMIT, "", "", N_("You have as many tokens as one may have. Revoke one first.")},
    };

    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        if (texts[i].code == code && strcmp(texts[i].from, err->field) == 0)
            return form_reject(state, req->arena, texts[i].field, T(req->lang, texts[i].text), err);
    }
    return code;
}

static int made_page(struct http_request *req, struct http_response *res,
                     const struct token_made_view *view)
{
    struct web_frame frame = frame_of(req, view->name, true);
    struct html_page p;

    web_page(req, res, &p, &frame);
    token_made_html(&p, view);
    web_page_end(&p);
    return 0;
}

int token_new_post(struct http_request *req, struct http_response *res, struct err *err)
{
    const struct actor *actor = actor_of(req);
    struct form_state state = {0};
    struct token_form form;
    struct token_new new_;
    struct str token;
    struct db *db;
    int r = form_parse(&token_form, req, &form, &state, err);

    if (r == 0) {
        new_ = (struct token_new){form.name, form.scope, form.networks, form.until.v + DAY_MS};
        if ((r = web_db(req, &db, err)) < 0)
            return r;
        r = account_token_create(db, req->arena, actor->id, &new_, actor, req->now, &token, err);
        if (r < 0)
            r = reject(req, &state, r, err);
    }
    if (r == ERR_INVALID)
        return new_page(req, res, 400, &state);
    if (r < 0)
        return r;
    return made_page(req, res, &(struct token_made_view){form.name, token, new_.expires_at});
}

int token_revoke_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct db *db;
    int64_t id;
    int r;

    if (!str_to_int(http_field(req, "id"), &id))
        return err_set(err, ERR_INVALID, "which token?");
    if ((r = web_db(req, &db, err)) < 0 ||
        (r = account_token_revoke(db, req->arena, id, actor_of(req), req->now, err)) < 0)
        return r;
    web_flash(req, res, T(req->lang, "The token was revoked."));
    http_redirect(res, STR("/account/tokens"));
    return 0;
}
