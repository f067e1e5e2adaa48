#include "app/web/inner.h"
#include "app/web/pages/error.html.h"
#include "base/json.h"
#include "base/log.h"
#include "sys/form/form.h"
#include "sys/i18n/i18n.h"

/* What a person can do about it; everything else is told to wait and call. */
static const struct {
    int code;
    const char *icon;
    const char *title, *text; /* translation keys */
    bool retry;
} advice[] = {
    {ERR_NOT_FOUND, "file-search", N_("We cannot find this page"),
     N_("The address may be mistyped, the record may have moved, or it belongs to an organisation "
        "whose records you may not see."),
     false},
    {ERR_FORBIDDEN, "lock", N_("You may not open this page"),
     N_("Your roles do not include it. If you need it for your work, ask the administrator of your "
        "organisation."),
     false},
    {ERR_AUTH, "login", N_("Please sign in first"), N_("This page is for those signed in."), false},
    {ERR_CSRF, "refresh", N_("This form has expired"),
     N_("It was open for a long time, or you signed in again meanwhile. Go back, reload the page "
        "and "
        "send it once more."),
     true},
    {ERR_METHOD, "arrow-back-up", N_("This address is not opened this way"),
     N_("You probably came here by a reload. Go back and use the button on the page."), false},
    {ERR_INVALID, "forms", N_("Something in this request is not right"),
     N_("Go back, check what you typed and send it again."), true},
    {ERR_SYNTAX, "forms", N_("Something in this request is not right"),
     N_("Go back, check what you typed and send it again."), true},
    {ERR_CONFLICT, "git-merge", N_("Someone else changed this first"),
     N_("Your change was not saved, so that theirs is not lost. Go back, reload the page, look at "
        "what "
        "is new and decide again."),
     true},
    {ERR_STATE, "git-merge", N_("This step is no longer possible"),
     N_("The record has moved on since you opened the page. Go back and reload it."), true},
    {ERR_EXISTS, "copy", N_("This exists already"), N_("Go back and choose another name or code."),
     true},
    {ERR_TOO_LARGE, "file-zip", N_("This is too large"),
     N_("Send fewer or smaller files. If the file is needed as it is, call us and we agree on "
        "another "
        "way."),
     true},
    {ERR_LIMIT, "clock", N_("Too many requests"),
     N_("Please wait a few minutes and try again. If it is urgent, call us."), true},
    {ERR_BUSY, "clock", N_("The system is busy"), N_("Please try again in a moment."), true},
    {ERR_TIMEOUT, "clock", N_("It took too long"), N_("Please try again in a moment."), true},
    {ERR_UNSUPPORTED, "file", N_("This kind of content is not supported"),
     N_("Send it in another format."), true},
    {ERR_SANDBOX, "shield-lock", N_("This file could not be processed safely"),
     N_("It was kept out to protect the system. Call us if it matters."), false},
};

static struct web_error_view make_view(const struct http_request *req, const struct err *err)
{
    struct web_error_view v = {
        .status = err_http_status(err->code),
        .title = T(req->lang, "Something went wrong on our side"),
        .text =
            T(req->lang, "It has been noted. Please try again in a few minutes; if it is urgent, "
                         "call us."),
        .id = req->id,
        .icon = "alert-triangle",
        .retry = true,
    };

    for (size_t i = 0; i < ARRAY_LEN(advice); i++) {
        if (advice[i].code != err->code)
            continue;
        v.title = i18n_text(req->lang, advice[i].title);
        v.text = i18n_text(req->lang, advice[i].text);
        v.icon = advice[i].icon;
        v.retry = advice[i].retry;
    }
    return v;
}

/* A JSON Pointer into the body, or what in the query is wrong: "?limit". */
static struct str pointer_to(struct arena *a, const char *member)
{
    return member[0] == '?'    ? str_c(member)
           : member[0] == '\0' ? STR("#")
                               : str_printf(a, "#/%s", member);
}

static void one_error(struct json_writer *w, struct arena *a, const char *member,
                      struct str message)
{
    json_w_object(w);
    json_w_kstr(w, "pointer", pointer_to(a, member));
    json_w_kstr(w, "detail", message);
    json_w_end(w);
}

static void problem_errors(struct json_writer *w, struct arena *a,
                           const struct web_problem *problem, const struct err *err)
{
    bool listed = problem != NULL && problem->form != NULL;

    if (!listed && err->field[0] == '\0')
        return;
    json_w_key(w, STR("errors"));
    json_w_array(w);
    if (!listed)
        one_error(w, a, err->field, str_c(err->what));
    for (size_t i = 0; listed && i < problem->form->errors.len; i++)
        one_error(w, a, problem->form->errors.at[i].field, problem->form->errors.at[i].message);
    json_w_end(w);
}

static void problem_more(struct json_writer *w, const struct web_problem *problem)
{
    if (problem->line > 0) {
        json_w_kint(w, "line", problem->line);
        json_w_kint(w, "column", problem->column);
    }
    if (problem->version > 0)
        json_w_kint(w, "version", problem->version);
    if (problem->changes.len > 0) {
        json_w_key(w, STR("changes"));
        json_w_raw(w, problem->changes);
    }
}

/* RFC 9457. */
static void problem_json(const struct http_request *req, struct http_response *res,
                         const struct err *err)
{
    const struct web_problem *problem = req->problem;
    int status = err_http_status(err->code);
    struct json_writer w;

    res->type = "application/problem+json";
    if (status == 401)
        http_add_header(res, STR("WWW-Authenticate"), STR("Bearer realm=\"ungcuu\""));
    json_w_init(&w, &res->body);
    json_w_object(&w);
    json_w_kstr(&w, "type", str_printf(req->arena, "/api#%s", err_name(err->code)));
    json_w_kstr(&w, "title", str_c(err_message(err->code, req->lang)));
    json_w_kint(&w, "status", status);
    json_w_kstr(&w, "code", str_c(err_name(err->code)));
    /* What went wrong inside is for the log; what is wrong with the request is for its sender. */
    if (status < 500) {
        json_w_kstr(&w, "detail", str_c(err->what));
        problem_errors(&w, req->arena, problem, err);
        if (problem != NULL)
            problem_more(&w, problem);
    }
    json_w_kstr(&w, "request_id", req->id);
    json_w_end(&w);
    buf_add_char(&res->body, '\n');
}

void web_error(struct http_request *req, struct http_response *res, const struct err *err,
               void *ctx)
{
    struct web_error_view v;
    struct html_page p;

    if (account_error_redirect(req, res, err))
        return;
    if (str_starts(req->path, STR("/api/"))) {
        problem_json(req, res, err);
        return;
    }
    v = make_view(req, err);
    web_page(req, res, &p, &(struct web_frame){.title = v.title, .narrow = true});
    error_html(&p, &v);
    web_page_end(&p);
}
