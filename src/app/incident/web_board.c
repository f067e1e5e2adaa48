#include "app/incident/lists.h"
#include "app/incident/pages/board.html.h"
#include "app/incident/view.h"
#include "sys/html/html.h"
#include "sys/i18n/i18n.h"

/* Cards of a column; whoever needs more filters, or takes the list. */
enum { CARDS = 20, CARDS_CLOSED = 10 };

struct str incident_board_url(struct arena *a, const struct incident_list_view *v)
{
    return str_printf(a, "/incidents/board%s" STR_FMT, v->saved.query.len > 0 ? "?" : "",
                      STR_ARG(v->saved.query));
}

/* The list of a state with the other filters of the board. */
static struct str list_of(const struct http_request *req, struct str state)
{
    struct buf out = buf_make(req->arena);
    struct http_pair *args;
    size_t len = http_args(req, &args);

    buf_add_c(&out, "/incidents?state=");
    html_url_part(&out, state);
    for (size_t i = 0; i < len; i++) {
        if (args[i].value.len == 0 || str_is(args[i].name, "state") || str_is(args[i].name, "page"))
            continue;
        buf_add_char(&out, '&');
        html_url_part(&out, args[i].name);
        buf_add_char(&out, '=');
        html_url_part(&out, args[i].value);
    }
    return buf_str(&out);
}

/* The nearest clock comes first; of those that are closed, the last one. */
static int read_column(struct db *db, struct http_request *req, const struct incident_filter *asked,
                       bool wide, struct board_column *c, struct err *err)
{
    bool closed = str_is(c->state, "closed");
    struct web_list list = {.limit = closed ? CARDS_CLOSED : CARDS,
                            .sort = closed ? STR("updated") : STR("due"),
                            .descending = closed,
                            .req = req};
    struct incident_filter f = *asked;
    int r;

    f.state = c->state;
    f.open_only = !closed;
    f.follow = closed ? 0 : asked->follow;
    c->all = list_of(req, c->state);
    if ((r = incident_filter_rows(db, req, &f, wide, &list, &c->rows, err)) < 0)
        return r;
    c->total = (int64_t)c->rows.len;
    return c->total < list.limit ? 0 : incident_filter_count(db, req, &f, wide, &c->total, err);
}

static bool is_shown(const struct incident_board_view *v, struct str code)
{
    for (size_t c = 0; c < BOARD_COLUMNS; c++) {
        for (size_t i = 0; i < v->columns[c].rows.len; i++) {
            if (str_eq(v->columns[c].rows.at[i].code, code))
                return true;
        }
    }
    return false;
}

int incident_board_read(struct http_request *req, struct db *db, struct incident_board_view *v,
                        struct err *err)
{
    static const char *const sorts[] = {"due", NULL};
    struct incident_filter f;
    bool wide;
    int r;

    web_list_parse(req, sorts, &v->l.list);
    f = incident_filter_read(req, &v->l);
    if ((r = incident_filter_org(req, db, &v->l, &f, err)) < 0 ||
        (r = actor_reaches_all(db, req->arena, actor_of(req), PERM_INCIDENT_READ, req->now, &wide,
                               err)) < 0)
        return r;
    /* The columns are the states: of the filter for it only "to be followed up later" is left. */
    f.follow = v->l.later ? 2 : f.late ? 0 : 1;
    for (size_t i = 0; i < BOARD_COLUMNS && r >= 0; i++) {
        v->columns[i].state = str_c(incident_state_choices[i].value);
        r = read_column(db, req, &f, wide, &v->columns[i], err);
    }
    return MIN(r, 0);
}

static int show(struct http_request *req, struct http_response *res, struct incident_board_view *v,
                struct err *err)
{
    struct html_page p;
    struct db *db;
    int r;

    v->req = v->l.req = req;
    if ((r = web_db(req, &db, err)) < 0 ||
        (r = filter_open(req, res, db, "incidents", &v->l.saved, err)) != 0)
        return MIN(r, 0);
    if ((r = incident_board_read(req, db, v, err)) < 0)
        return r;
    v->l.may_write = actor_can(actor_of(req), PERM_INCIDENT_WRITE);
    v->l.may_manage = actor_can(actor_of(req), PERM_INCIDENT_MANAGE);
    v->action = incident_board_url(req->arena, &v->l);
    v->as_list = v->l.saved.query.len > 0
                     ? str_printf(req->arena, "/incidents?" STR_FMT, STR_ARG(v->l.saved.query))
                     : STR("/incidents?view=plain");
    v->asks = v->asks && is_shown(v, v->refused);
    web_page(req, res, &p,
             &(struct web_frame){.title = T(req->lang, "Board of incidents"),
                                 .rail = "incidents",
                                 .crumbs = {{T(req->lang, "Incidents"), v->as_list}},
                                 .crumbs_len = 1});
    incident_board_html(&p, v);
    web_page_end(&p);
    return 0;
}

int incident_web_board(struct http_request *req, struct http_response *res, struct err *err)
{
    struct incident_board_view v = {0};

    return show(req, res, &v, err);
}

/* Why a card stays where it is, in words. The empty slice: an error of another sort. */
static struct str why(struct http_request *req, int code, const struct err *err, struct str card,
                      const struct incident_move *move)
{
    struct str args[] = {card, incident_state_label(req->lang, move->seen),
                         incident_state_label(req->lang, move->state)};
    const char *key = NULL;

    if (code == ERR_INVALID && strcmp(err->field, "reason") == 0)
        key = str_is(move->state, "closed") ? N_("{0}: write the outcome, it stays on the record.")
                                            : N_("{0}: say why it is reopened.");
    else if (code == ERR_STATE)
        key = str_is(move->seen, "closed")
                  ? N_("{0} is closed: it can only be reopened, into \"Responding\".")
                  : N_("{0} goes forward only: not from \"{1}\" to \"{2}\".");
    else if (code == ERR_CONFLICT)
        key = N_("{0} was moved by somebody else meanwhile: look where it stands now.");
    else if (code == ERR_FORBIDDEN)
        key = N_("You may not move {0} to \"{2}\": ask whoever manages it.");
    else if (code == ERR_NOT_FOUND || code == ERR_INVALID)
        key = N_("Choose a card and where it goes.");
    return key == NULL ? STR_EMPTY : i18n_format(req->arena, req->lang, key, args, 3);
}

static int refuse(struct http_request *req, struct http_response *res, int code, struct str problem,
                  struct err *err)
{
    struct incident_board_view v = {.problem = problem, .refused = http_field(req, "code")};

    v.asks = code == ERR_INVALID && strcmp(err->field, "reason") == 0;
    res->status = code == ERR_INVALID || code == ERR_NOT_FOUND ? 400
                  : code == ERR_FORBIDDEN                      ? 403
                                                               : 409;
    err_clear(err);
    return show(req, res, &v, err);
}

int incident_web_board_move(struct http_request *req, struct http_response *res, struct err *err)
{
    struct incident_move move = {.seen = http_field(req, "seen"),
                                 .state = http_field(req, "state"),
                                 .reason = http_field(req, "reason")};
    struct str code = http_field(req, "code"), problem;
    int64_t id, undo_id = 0;
    struct db *db;
    int r = web_db(req, &db, err);

    if (r < 0)
        return r;
    r = incident_find(db, req->arena, code, actor_of(req), req->now, &id, err);
    if (r >= 0)
        r = incident_move(db, req->arena, id, &move, actor_of(req), req->now, &undo_id, err);
    if (r < 0) {
        problem = why(req, r, err, code, &move);
        return problem.len > 0 ? refuse(req, res, r, problem, err) : r;
    }
    web_flash_undo(req, res,
                   i18n_format(req->arena, req->lang, N_("{0} is now in \"{1}\"."),
                               (struct str[]){code, incident_state_label(req->lang, move.state)},
                               2),
                   STR("/incidents/undo"), undo_id);
    http_redirect(res, req->query.len > 0 ? str_printf(req->arena, "/incidents/board?" STR_FMT,
                                                       STR_ARG(req->query))
                                          : STR("/incidents/board"));
    return 0;
}
