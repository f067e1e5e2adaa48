#include "app/system/import.h"
#include "app/system/view.h"
#include "app/system/walk.h"
#include "base/clock.h"
#include "base/map.h"
#include "base/net.h"
#include "base/text.h"
#include "sys/i18n/i18n.h"

enum column {
    COL_CODE,
    COL_NAME,
    COL_PURPOSE,
    COL_OWNER,
    COL_OPERATOR,
    COL_LEVEL,
    COL_DECISION_NO,
    COL_DECISION_DATE,
    COL_STATE,
    COL_RESPONSIBLE,
    COL_PHONE,
    COL_EMAIL,
    COL_DOMAINS,
    COL_RANGES,
};

static const struct sheet_column columns[] = {
    {"code", COL_CODE, N_("Code; empty: one is made. A known one brings that system up to date"),
     false},
    {"name", COL_NAME, N_("Name of the system"), true},
    {"purpose", COL_PURPOSE, N_("Purpose"), false},
    {"owner_code", COL_OWNER, N_("Code of the owner"), true},
    {"operator_code", COL_OPERATOR, N_("Code of the operator"), false},
    {"level", COL_LEVEL, N_("Security level 1 to 5; empty: not determined yet"), false},
    {"decision_no", COL_DECISION_NO, N_("Number of the decision"), false},
    {"decision_date", COL_DECISION_DATE, N_("Date of the decision"), false},
    {"state", COL_STATE, N_("planned, live or retired; empty: live"), false},
    {"responsible", COL_RESPONSIBLE, N_("Person responsible"), false},
    {"phone", COL_PHONE, N_("Phone"), false},
    {"email", COL_EMAIL, N_("E-mail"), false},
    {"domains", COL_DOMAINS, N_("Domains, separated by spaces"), false},
    {"ranges", COL_RANGES, N_("Address blocks, separated by spaces: 192.0.2.0/24"), false},
};

/* An organisation that rows name: many name the same one. */
struct named_org {
    int64_t id;      /* 0: there is none */
    bool asked, may; /* the right to write over it, once it was asked for */
};

struct import {
    struct db *db;
    struct arena *arena; /* of the import */
    struct arena *row;   /* of one row */
    const struct import_task *task;
    const struct actor *by;
    enum lang lang;
    int64_t now;
    struct import_result *out;
    struct sheet_table table;
    struct map made; /* codes that a dry import would have made */
    struct map orgs; /* struct named_org, by code */
};

static struct str cell(const struct import *im, enum column c)
{
    return sheet_cell(&im->table, c);
}

static void bad(struct import *im, const char *column, const char *key, struct str value)
{
    sheet_mistake(&im->table, column, i18n_format(im->arena, im->lang, key, &value, 1));
}

static void check_head(struct sheet_table *t)
{
    if (t->at[COL_NAME] < 0 || t->at[COL_OWNER] < 0)
        sheet_mistake(t, "name", T(t->lang, "The columns name and owner_code are needed"));
}

static int find_org(struct import *im, struct str code, struct named_org **out, struct err *err)
{
    struct system_org_by_code_row row = {0};
    int r;

    if ((*out = map_get(&im->orgs, code)) != NULL)
        return 0;
    if ((r = system_org_by_code(im->db, im->row, code, &row, err)) < 0)
        return r;
    *out = arena_new(im->arena, struct named_org);
    (*out)->id = row.id;
    map_put(&im->orgs, str_dup(im->arena, code), *out);
    return 0;
}

/* Negative: an error; otherwise *id, 0 with a mistake noted or nothing named. */
static int org_of(struct import *im, enum column c, const char *name, int64_t *id, struct err *err)
{
    struct str code = cell(im, c);
    struct named_org *org;
    int r;

    *id = 0;
    if (code.len == 0)
        return 0;
    if ((r = find_org(im, code, &org, err)) < 0)
        return r;
    if (org->id == 0)
        bad(im, name, N_("There is no organisation with the code {0}"), code);
    *id = org->id;
    return 0;
}

/* The fields that need no database. */
static void take_plain(struct import *im, struct system_new *out)
{
    struct str level = cell(im, COL_LEVEL), date = cell(im, COL_DECISION_DATE);
    struct str state = cell(im, COL_STATE);
    int64_t n;
    bool known = state.len == 0;

    *out = (struct system_new){
        .code = cell(im, COL_CODE),
        .name = cell(im, COL_NAME),
        .purpose = cell(im, COL_PURPOSE),
        .decision_no = cell(im, COL_DECISION_NO),
        .state = state.len > 0 ? state : STR("live"),
        .responsible = cell(im, COL_RESPONSIBLE),
        .phone = cell(im, COL_PHONE),
        .email = cell(im, COL_EMAIL),
    };
    if (out->name.len == 0 || text_length(out->name) > 200)
        bad(im, "name", N_("A name of 1 to 200 characters is needed"), STR_EMPTY);
    for (size_t i = 0; system_states[i].value != NULL && !known; i++)
        known = str_is(state, system_states[i].value);
    if (!known)
        bad(im, "state", N_("\"{0}\" is none of planned, live, retired"), state);
    if (level.len > 0 && (!str_to_int(level, &n) || n < 1 || n > 5))
        bad(im, "level", N_("\"{0}\" is no security level: 1 to 5, or empty"), level);
    else if (level.len > 0)
        out->level = opt_int(n);
    if (date.len > 0 && !clock_parse_local(date, i18n_zone(), &n))
        bad(im, "decision_date", N_("\"{0}\" is not a date such as 01/07/2025 or 2025-07-01"),
            date);
    else if (date.len > 0)
        out->decision_date = opt_int(n);
}

static int any_word(struct str word)
{
    return 0;
}

static int is_range(struct str word)
{
    uint8_t first[NET_IP], last[NET_IP];

    return net_parse_cidr(word, first, last) ? 0 : ERR_INVALID;
}

/* Each word is added, or only looked at. */
static int take_list(struct import *im, enum column c, const char *name, int64_t id,
                     int (*check)(struct str),
                     int (*add)(struct db *, struct arena *, int64_t, struct str, struct err *),
                     struct err *err)
{
    struct str rest = cell(im, c), word;

    if (rest.len == 0)
        return 0;
    while (str_split(&rest, ' ', &word)) {
        int r = 0;

        if (word.len > 0)
            r = im->task->dry ? check(word) : add(im->db, im->row, id, word, err);

        if (r == ERR_INVALID)
            bad(im, name, N_("\"{0}\" cannot be read"), word);
        else if (r < 0)
            return r;
    }
    return 0;
}

/* The right over the owner of this row; what is lacking is a mistake of it. */
static int check_right(struct import *im, struct err *err)
{
    struct named_org *org;
    int r;

    if (im->by == NULL)
        return 0;
    if ((r = find_org(im, cell(im, COL_OWNER), &org, err)) < 0)
        return r;
    if (!org->asked) {
        r = actor_require(im->db, im->by, PERM_SYSTEM_WRITE, org->id, im->now, err);
        if (r < 0 && r != ERR_FORBIDDEN)
            return r;
        err_clear(err);
        org->asked = true;
        org->may = r == 0;
    }
    if (org->may)
        return 0;
    bad(im, "owner_code", N_("You may not register systems of {0}"), cell(im, COL_OWNER));
    return 1;
}

/* Brings a known system up to date; it must be in reach as a whole, not only its new owner. */
static int update(struct import *im, int64_t id, const struct system_new *new_, struct err *err)
{
    struct system_may_write_row may = {.may_write = true};
    struct system_get_row was, is;
    int64_t r = 0;

    if (im->by != NULL)
        r = system_may_write(im->db, im->row, im->by->id, im->now, id, &may, err);
    if (r >= 0 && !may.may_write) {
        bad(im, "code", N_("There is no system {0} that you may change"), new_->code);
        return 0;
    }
    if (r >= 0 && im->task->dry) {
        im->out->updated++;
        return 0;
    }
    if (r < 0 || (r = system_get(im->db, im->row, id, &was, err)) < 0 ||
        (r = system_update(im->db, id, new_->name, new_->purpose, new_->owner_id,
                           new_->operator_id != 0 ? opt_int(new_->operator_id) : NO_INT,
                           new_->level, new_->decision_no, new_->decision_date, new_->state,
                           new_->responsible, new_->phone, new_->email, im->now,
                           system_fold(im->row, new_->code, new_->name, new_->purpose),
                           text_sort_key(im->row, new_->name), err)) < 0 ||
        (r = system_get(im->db, im->row, id, &is, err)) < 0)
        return (int)r;
    im->out->updated++;
    return system_log(im->db, im->row, id, new_->code, "system.import",
                      system_difference(im->row, &was, &is), im->by, im->now, err);
}

/* A row further down may bring up to date what this one would have made. */
static int make(struct import *im, const struct system_new *new_, int64_t *id, struct err *err)
{
    int r = 0;

    if (!im->task->dry)
        r = system_create(im->db, im->row, new_, im->by, im->now, id, err);
    else if (new_->code.len > 0)
        map_put(&im->made, str_dup(im->arena, new_->code), im);
    im->out->created += r >= 0;
    return r;
}

static int take_row(struct sheet_table *t, struct err *err)
{
    struct import *im = t->ctx;
    size_t mistakes = t->mistakes.len;
    struct system_id_by_code_row known = {0};
    struct system_new new_;
    int64_t id = 0;
    bool again;
    int r;

    take_plain(im, &new_);
    if ((r = org_of(im, COL_OWNER, "owner_code", &new_.owner_id, err)) < 0 ||
        (r = org_of(im, COL_OPERATOR, "operator_code", &new_.operator_id, err)) < 0)
        return r;
    if (cell(im, COL_OWNER).len == 0)
        bad(im, "owner_code", N_("The code of the owner is needed"), STR_EMPTY);
    if (t->mistakes.len > mistakes)
        return 0;
    if ((r = check_right(im, err)) != 0)
        return MIN(r, 0);
    if (new_.code.len > 0 && (r = system_id_by_code(im->db, im->row, new_.code, &known, err)) < 0)
        return r;
    id = known.id;
    again = new_.code.len > 0 && map_get(&im->made, new_.code) != NULL;
    if (known.id != 0)
        r = update(im, known.id, &new_, err);
    else if (again)
        im->out->updated++;
    else
        r = make(im, &new_, &id, err);
    if (r < 0 || t->mistakes.len > mistakes)
        return MIN(r, 0);
    import_changed(im->task, im->out, t->line, new_.code, new_.name, known.id == 0 && !again);
    if ((r = take_list(im, COL_DOMAINS, "domains", id, any_word, system_add_domain, err)) < 0)
        return r;
    return take_list(im, COL_RANGES, "ranges", id, is_range, system_add_range, err);
}

struct sheet_table system_import_table(struct arena *a, enum lang lang)
{
    return (struct sheet_table){.columns = columns,
                                .columns_len = ARRAY_LEN(columns),
                                .arena = a,
                                .lang = lang,
                                .head = check_head};
}

int system_import(const struct import_task *task, struct import_result *out, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = task->db;
    struct import *im = arena_new(task->arena, struct import);
    int r;

    *out = (struct import_result){0};
    *im = (struct import){.db = task->db,
                          .arena = task->arena,
                          .task = task,
                          .by = task->by,
                          .lang = task->lang,
                          .now = task->now,
                          .out = out,
                          .table = system_import_table(task->arena, task->lang),
                          .made = {.arena = task->arena},
                          .orgs = {.arena = task->arena}};
    im->row = &im->table.scratch;
    im->table.row = take_row;
    im->table.ctx = im;
    im->table.step = task->step;
    im->table.step_ctx = task->ctx;
    if (!task->dry && (r = db_begin(task->db, err)) < 0)
        return r;
    if ((r = sheet_table_file(&im->table, task->path, err)) < 0)
        return r;
    return import_found(&im->table, out) ? 0 : import_commit(task, err);
}
