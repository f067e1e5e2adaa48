#include "app/incident/api.h"
#include "app/incident/view.h"
#include "app/undo/api.h"
#include "sys/i18n/i18n.h"

/* The board over the API: its columns, and a card that is moved. */

#define CARD(m) API_AT(struct incident_summary_row, m)
static const struct api_field card_fields[] = {
    {CARD(code), .label = N_("Code")},
    {CARD(title), .label = N_("Title")},
    {CARD(kind), .label = N_("incident|Kind"), .choices = incident_kind_choices},
    {CARD(severity), .label = N_("Severity"), .choices = incident_severity_choices},
    {CARD(tlp), .label = N_("TLP"), .choices = evidence_tlps},
    {CARD(state), .label = N_("State"), .choices = incident_state_choices},
    {CARD(org_name), .label = N_("Owner organisation")},
    {CARD(lead_name), .null = true, .label = N_("Lead")},
    {CARD(detected_at), .type = API_TIME, .label = N_("Detected")},
    {CARD(opened_at), .type = API_TIME, .label = N_("Opened")},
    {CARD(updated_at), .type = API_TIME, .label = N_("Changed")},
    {CARD(next_due_at), .type = API_TIME, .label = N_("Next step due")},
    {CARD(closed_at), .type = API_TIME, .label = N_("Closed")},
    {CARD(tasks_done), .label = N_("Steps done")},
    {CARD(tasks_all), .label = N_("Steps")},
};
static const struct api_resource card_resource = API_RESOURCE(
    "Card", struct incident_summary_row, card_fields, N_("An incident as a card of the board"));

#define COLUMN(m) API_AT_AS(struct board_column, m, #m)
static const struct api_field column_fields[] = {
    {COLUMN(state), .label = N_("State"), .choices = incident_state_choices},
    {COLUMN(total), .label = N_("board|How many"),
     .about = N_("It may be more than the cards told")},
    {API_AT_AS(struct board_column, rows, "cards"), .type = API_LIST, .label = N_("Cards"),
     .about = N_("The nearest clock first; of those that are closed, the last one"),
     .of = &card_resource},
};
const struct api_resource incident_column_resource = API_RESOURCE(
    "BoardColumn", struct board_column, column_fields, N_("The incidents of one state"));

struct move_body {
    struct str incident, seen, state, reason;
};
static const struct form_field move_fields[] = {
    {FORM_AT(struct move_body, incident), FORM_TEXT, .required = true, .max = 60,
     .label = N_("Incident"), .help = N_("Code")},
    {FORM_AT(struct move_body, seen), FORM_CHOICE, .required = true, .label = N_("board|From"),
     .help = N_("The state that was shown; it is not moved when it stands elsewhere by now"),
     .choices = incident_state_choices},
    {FORM_AT(struct move_body, state), FORM_CHOICE, .required = true, .label = N_("board|To"),
     .choices = incident_state_choices},
    {FORM_AT(struct move_body, reason), FORM_AREA, .max = 5000, .label = N_("Reason"),
     .help = N_("For closing (the outcome) and reopening")},
};
const struct form incident_card_body = {"card", move_fields, ARRAY_LEN(move_fields)};

int incident_api_board(struct http_request *req, struct http_response *res, struct err *err)
{
    struct incident_board_view v = {.req = req, .l.req = req};
    struct {
        struct board_column *at;
        size_t len;
    } out = {v.columns, BOARD_COLUMNS};
    struct db *db;
    int r = web_db(req, &db, err);

    if (r < 0 || (r = incident_board_read(req, db, &v, err)) < 0)
        return r;
    return api_send_list(req, res, &incident_column_resource, &out);
}

int incident_api_card(struct http_request *req, struct http_response *res, struct err *err)
{
    struct move_body in = {0};
    struct incident_move move;
    int64_t id, undo_id = 0;
    struct db *db;
    int r = web_db(req, &db, err);

    if (r < 0 || (r = api_read(req, &incident_card_body, &in, err)) < 0 ||
        (r = incident_find(db, req->arena, in.incident, actor_of(req), req->now, &id, err)) < 0)
        return r;
    move = (struct incident_move){.seen = in.seen, .state = in.state, .reason = in.reason};
    r = incident_move(db, req->arena, id, &move, actor_of(req), req->now, &undo_id, err);
    if (r == ERR_INVALID && strcmp(err->field, "reason") == 0)
        return api_reject(req, "reason", T(req->lang, "This change needs it"), err);
    return r < 0 ? r : undo_api_changed(req, res, 1, undo_id, STR(""));
}
