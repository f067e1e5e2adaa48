#include "app/org/inner.h"
#include "base/clock.h"
#include "base/map.h"
#include "base/net.h"
#include "base/text.h"
#include "sys/i18n/i18n.h"

enum column {
    COL_CODE,
    COL_KIND,
    COL_NAME,
    COL_SHORT,
    COL_PARENT,
    COL_FROM,
    COL_TO,
    COL_ADDRESS,
    COL_PHONE,
    COL_EMAIL,
    COL_WEBSITE,
    COL_UNIT,
    COL_DOMAINS,
    COL_RANGES,
    COL_ASNS,
    COL_PREDECESSORS,
    COL_PREDECESSORS_TEXT,
    COL_PROVINCE_CODE,
    COL_PROVINCE,
    COL_DISTRICT_CODE,
    COL_DISTRICT,
    COL_WARD_CODE,
    COL_WARD,
    COL_COUNT,
};

static const struct sheet_column columns[] = {
    {"code", COL_CODE,
     .about = N_("Code; empty: one is made. A known one brings that organisation up to date")},
    {"kind", COL_KIND, .about = N_("Kind, in words: sở, phường, xã, doanh nghiệp viễn thông, ..."),
     .required = true},
    {"type", COL_KIND, NULL, false},
    {"name", COL_NAME, .about = N_("Full name"), .required = true},
    {"full_name", COL_NAME, NULL, false},
    {"short_name", COL_SHORT, .about = N_("Short name")},
    {"parent_code", COL_PARENT, .about = N_("Code of the organisation above; empty: your own")},
    {"valid_from", COL_FROM, .about = N_("Since: 01/07/2025 or 2025-07-01")},
    {"valid_to", COL_TO, .about = N_("Until: the same form")},
    {"address", COL_ADDRESS, .about = N_("Address")},
    {"phone", COL_PHONE, .about = N_("Phone")},
    {"email", COL_EMAIL, .about = N_("E-mail")},
    {"website", COL_WEBSITE, .about = N_("Website")},
    {"unit_code", COL_UNIT, .about = N_("Official code of the administrative unit")},
    {"domains", COL_DOMAINS, .about = N_("Domains, separated by spaces")},
    {"ranges", COL_RANGES, .about = N_("Address blocks, separated by spaces: 192.0.2.0/24")},
    {"asns", COL_ASNS, .about = N_("AS numbers, separated by spaces")},
    {"predecessors", COL_PREDECESSORS, .about = N_("Codes of predecessors, separated by spaces")},
    {"predecessors_text", COL_PREDECESSORS_TEXT,
     .about = N_("Names of predecessors, separated by commas")},
    {"province_code", COL_PROVINCE_CODE, NULL, false},
    {"province", COL_PROVINCE, NULL, false},
    {"district_code", COL_DISTRICT_CODE, NULL, false},
    {"district", COL_DISTRICT, NULL, false},
    {"ward_code", COL_WARD_CODE, NULL, false},
    {"ward", COL_WARD, NULL, false},
};

struct known {
    int64_t id, parent_id;
    struct str code, name, fold; /* fold of the name */
    bool fresh;                  /* made by this import: no predecessor of another row */
    bool asked, may;             /* the right to write over it, once it was asked for */
};

struct import {
    struct db *db;
    struct arena *arena; /* of the import */
    struct arena *row;   /* of one row */
    const struct import_task *task;
    const struct actor *by;
    enum lang lang;
    int64_t now, parent_id;
    int64_t made; /* by a dry one, which numbers downwards what it does not make */
    struct import_result *out;
    struct err *err;
    struct sheet_table table;
    struct map by_code; /* struct known */
    VEC(struct known *) all;
};

static struct str cell(const struct import *im, enum column c)
{
    return sheet_cell(&im->table, c);
}

static void bad(struct import *im, const char *column, struct str message)
{
    sheet_mistake(&im->table, column, message);
}

static void note(struct import *im, struct str message)
{
    *vec_push(&im->out->notes, im->arena) = (struct sheet_mistake){
        .line = im->table.line, .column = STR("predecessors_text"), .message = message};
}

static struct str say(const struct import *im, const char *key, struct str value)
{
    return i18n_format(im->arena, im->lang, key, &value, 1);
}

static struct known *remember(struct import *im, int64_t id, int64_t parent_id, struct str code,
                              struct str name, bool fresh)
{
    struct known *k = arena_new(im->arena, struct known);

    *k = (struct known){.id = id,
                        .parent_id = parent_id,
                        .code = str_dup(im->arena, code),
                        .name = str_dup(im->arena, name),
                        .fold = text_fold(im->arena, name),
                        .fresh = fresh};
    map_put(&im->by_code, k->code, k);
    *vec_push(&im->all, im->arena) = k;
    return k;
}

/* Whether the right reaches as far as an organisation that a row changes or stands under; when not,
 * that is a mistake of the row. Negative: an error. */
static int check_right(struct import *im, struct known *k, const char *column)
{
    int r;

    if (im->by == NULL || k->fresh)
        return 1;
    if (!k->asked) {
        r = actor_require(im->db, im->by, PERM_ORG_WRITE, k->id, im->now, im->err);
        if (r < 0 && r != ERR_FORBIDDEN)
            return r;
        err_clear(im->err);
        k->asked = true;
        k->may = r == 0;
    }
    if (!k->may)
        bad(im, column, say(im, N_("You may not change the organisation {0}"), k->code));
    return k->may;
}

/* Which columns there must be. */
static void check_head(struct sheet_table *t)
{
    if (t->at[COL_WARD] >= 0) {
        if (t->at[COL_PROVINCE] < 0 || t->at[COL_DISTRICT] < 0 || t->at[COL_WARD_CODE] < 0)
            sheet_mistake(
                t, "ward",
                T(t->lang, "Units of three levels need province, district, ward and ward_code"));
    } else if (t->at[COL_NAME] < 0 || t->at[COL_KIND] < 0) {
        sheet_mistake(t, "name", T(t->lang, "The columns name and kind are needed"));
    }
}

static struct opt_int take_date(struct import *im, enum column c, const char *name)
{
    struct str text = cell(im, c);
    int64_t ms;

    if (text.len == 0)
        return NO_INT;
    if (clock_parse_local(text, i18n_zone(), &ms))
        return opt_int(ms);
    bad(im, name, say(im, N_("\"{0}\" is not a date such as 01/07/2025 or 2025-07-01"), text));
    return NO_INT;
}

/* Each word of a list goes to `add`; what it refuses is an error of this row. */
static int take_list(struct import *im, enum column c, const char *name, int64_t id,
                     int (*add)(struct import *, int64_t, struct str))
{
    struct str rest = cell(im, c), word;

    if (rest.len == 0)
        return 0;
    while (str_split(&rest, ' ', &word)) {
        int r = word.len > 0 ? add(im, id, word) : 0;

        if (r == ERR_INVALID)
            bad(im, name, say(im, N_("\"{0}\" cannot be read"), word));
        else if (r < 0)
            return r;
    }
    return 0;
}

static int add_domain(struct import *im, int64_t id, struct str word)
{
    return im->task->dry ? org_check_domain(im->row, &word, im->err)
                         : org_add_domain(im->db, im->row, id, word, im->err);
}

static int add_range(struct import *im, int64_t id, struct str word)
{
    uint8_t first[NET_IP], last[NET_IP];

    if (im->task->dry)
        return net_parse_cidr(word, first, last) ? 0 : ERR_INVALID;
    return org_add_range(im->db, im->row, id, word, im->err);
}

static int add_asn(struct import *im, int64_t id, struct str word)
{
    int64_t asn;

    if (str_starts_nocase(word, STR("AS")))
        word = str_from(word, 2);
    if (!str_to_int(word, &asn) || asn < 1 || asn > ORG_ASN_MAX)
        return ERR_INVALID;
    return im->task->dry ? 0 : org_add_asn(im->db, im->row, id, asn, im->err);
}

static int succeed(struct import *im, const struct known *from, int64_t to, struct opt_int at)
{
    const struct org_succession s = {.from = from->id,
                                     .to = to,
                                     .kind = STR("merge"),
                                     .at = at.has ? at.v : im->now,
                                     .document = STR("")};
    int r = im->task->dry ? 0 : org_succeed(im->db, im->row, &s, im->by, im->now, im->err);

    im->out->successions += r == 0;
    return r;
}

static int add_predecessor(struct import *im, int64_t id, struct str code)
{
    struct known *k = map_get(&im->by_code, code);
    int r;

    if (k == NULL || k->id == id)
        return ERR_INVALID;
    if ((r = check_right(im, k, "predecessors")) <= 0)
        return r;
    return succeed(im, k, id, take_date(im, COL_FROM, "valid_from"));
}

struct named {
    struct str name, remark; /* remark: the first words in parentheses, "huyện Phú Hòa" */
    struct known *found;
    bool several;
};

/* The next name of "Xã A, Xã B (huyện C) (phần còn lại ...), ...". */
static bool next_name(struct str *rest, struct named *out)
{
    struct str part;
    int depth = 0;
    size_t i;

    if (rest->len == 0)
        return false;
    for (i = 0; i < rest->len && (depth > 0 || rest->ptr[i] != ','); i++)
        depth += rest->ptr[i] == '(' ? 1 : rest->ptr[i] == ')' && depth > 0 ? -1 : 0;
    part = str_trim(str_make(rest->ptr, i));
    *rest = str_from(*rest, i + 1);
    *out = (struct named){.name = part};
    if (str_find_char(part, '(') >= 0) {
        out->name = str_trim(str_sub(part, 0, (size_t)str_find_char(part, '(')));
        part = str_from(part, (size_t)str_find_char(part, '(') + 1);
        out->remark = str_sub(
            part, 0, str_find_char(part, ')') < 0 ? part.len : (size_t)str_find_char(part, ')'));
    }
    return true;
}

static const struct known *parent_of(const struct import *im, const struct known *k)
{
    for (size_t i = 0; i < im->all.len; i++) {
        if (im->all.at[i]->id == k->parent_id)
            return im->all.at[i];
    }
    return NULL;
}

/* The organisation of this name; of several, the one whose parent is `parent_id`, or is named in
 * the remark. */
static void look_up(struct import *im, struct named *n, int64_t parent_id)
{
    struct str fold = text_fold(im->row, n->name);
    struct str remark = text_fold(im->row, n->remark);
    struct known *only = NULL;
    int64_t matches = 0;

    n->found = NULL;
    for (size_t i = 0; i < im->all.len; i++) {
        struct known *k = im->all.at[i];
        const struct known *parent;

        if (k->fresh || !str_eq(k->fold, fold))
            continue;
        matches++;
        only = k;
        parent = parent_of(im, k);
        if (k->parent_id == parent_id ||
            (remark.len > 0 && parent != NULL && str_eq(parent->fold, remark)))
            n->found = k;
    }
    n->several = matches > 1;
    if (matches == 1)
        n->found = only;
}

/*
 * Predecessors named in words. A name that several bear is settled by the district in its remark,
 * else by the district of a predecessor of the same row that is settled: units merged into one lay
 * side by side.
 */
static int take_predecessors(struct import *im, int64_t id)
{
    struct str rest = cell(im, COL_PREDECESSORS_TEXT);
    VEC(struct named) names = {0};
    struct opt_int from = take_date(im, COL_FROM, "valid_from");
    int64_t district = -1;
    struct named n;

    while (next_name(&rest, &n)) {
        /* "giữ nguyên": the unit was kept as it was, its predecessor bears its name. */
        if (str_is(text_fold(im->row, n.name), "giu nguyen"))
            n.name = cell(im, COL_NAME);
        look_up(im, &n, -1);
        if (n.found != NULL && !n.several)
            district = n.found->parent_id;
        *vec_push(&names, im->row) = n;
    }
    for (size_t i = 0; i < names.len; i++) {
        int r;

        if (names.at[i].found == NULL)
            look_up(im, &names.at[i], district);
        if (names.at[i].found == NULL) {
            note(im, say(im,
                         names.at[i].several
                             ? N_("Several organisations are called \"{0}\": not linked")
                             : N_("No organisation is called \"{0}\": not linked"),
                         names.at[i].name));
            continue;
        }
        if ((r = check_right(im, names.at[i].found, "predecessors_text")) < 0 ||
            (r > 0 && (r = succeed(im, names.at[i].found, id, from)) < 0))
            return r;
    }
    return 0;
}

static int make(struct import *im, const struct org_new *new_, int64_t *id)
{
    int r = 0;

    if (im->task->dry)
        *id = -(++im->made);
    else
        r = org_create(im->db, im->row, new_, im->by, im->now, id, im->err);
    im->out->created += r >= 0;
    return r;
}

static int put_row(struct import *im, const struct org_new *new_, const struct known *known,
                   int64_t *id)
{
    struct org_get_row was, is;
    int64_t r;

    if (known == NULL)
        return make(im, new_, id);
    *id = known->id;
    if (im->task->dry) {
        im->out->updated++;
        return 0;
    }
    if ((r = org_get(im->db, im->row, *id, &was, im->err)) < 0)
        return (int)r;
    r = org_update(im->db, known->id, new_->kind, new_->name, new_->short_name, new_->address,
                   new_->phone, new_->email, new_->website, new_->unit_code, im->now,
                   org_fold(im->row, new_->code, new_->name, new_->short_name, new_->unit_code),
                   text_sort_key(im->row, new_->name), im->err);
    if (r >= 0 && (r = org_get(im->db, im->row, *id, &is, im->err)) >= 0)
        r = org_audit(im->db, im->row, known->id, known->code, "org.import",
                      org_difference(im->row, &was, &is), im->by, im->now, im->err);
    im->out->updated += r >= 0;
    return (int)MIN(r, 0);
}

static bool is_number(struct str s)
{
    int64_t n;

    return str_to_int(s, &n);
}

static int import_row(struct import *im)
{
    size_t errors = im->table.mistakes.len;
    const char *kind = org_kind_from_word(im->row, cell(im, COL_KIND));
    struct str parent_code = cell(im, COL_PARENT);
    struct known *known = NULL, *parent = NULL;
    struct org_new new_ = {
        .code = cell(im, COL_CODE),
        .name = cell(im, COL_NAME),
        .short_name = cell(im, COL_SHORT),
        .parent_id = im->parent_id,
        .address = cell(im, COL_ADDRESS),
        .phone = cell(im, COL_PHONE),
        .email = cell(im, COL_EMAIL),
        .website = cell(im, COL_WEBSITE),
        .unit_code = cell(im, COL_UNIT),
        .valid_from = take_date(im, COL_FROM, "valid_from"),
        .valid_to = take_date(im, COL_TO, "valid_to"),
    };
    int64_t id;
    int r;

    if (kind == NULL)
        bad(im, "kind",
            say(im, N_("There is no kind of organisation called \"{0}\""), cell(im, COL_KIND)));
    else
        new_.kind = str_c(kind);
    if (new_.name.len == 0 || text_length(new_.name) > 200)
        bad(im, "name", T(im->lang, "A name of 1 to 200 characters is needed"));
    if (parent_code.len > 0 && (parent = map_get(&im->by_code, parent_code)) == NULL)
        bad(im, "parent_code",
            say(im, N_("There is no organisation with the code {0}; put it in an earlier row"),
                parent_code));
    if (new_.code.len > 0 && (known = map_get(&im->by_code, new_.code)) != NULL && known->fresh)
        bad(im, "code", say(im, N_("The code {0} is in this file twice"), new_.code));
    if ((parent != NULL && (r = check_right(im, parent, "parent_code")) < 0) ||
        (known != NULL && (r = check_right(im, known, "code")) < 0))
        return r;
    if (im->table.mistakes.len > errors)
        return 0;
    if (parent != NULL)
        new_.parent_id = parent->id;
    /* The key of an administrative unit is its official code. */
    if (new_.unit_code.len == 0 && is_number(new_.code) &&
        (str_is(new_.kind, "commune") || str_is(new_.kind, "ward")))
        new_.unit_code = new_.code;
    if ((r = put_row(im, &new_, known, &id)) < 0)
        return r;
    import_changed(im->task, im->out, im->table.line, new_.code, new_.name, known == NULL);
    if (known == NULL && new_.code.len > 0)
        remember(im, id, new_.parent_id, new_.code, new_.name, true);
    if ((r = take_list(im, COL_DOMAINS, "domains", id, add_domain)) < 0 ||
        (r = take_list(im, COL_RANGES, "ranges", id, add_range)) < 0 ||
        (r = take_list(im, COL_ASNS, "asns", id, add_asn)) < 0 ||
        (r = take_list(im, COL_PREDECESSORS, "predecessors", id, add_predecessor)) < 0)
        return r;
    return take_predecessors(im, id);
}

/* One level of a unit before July 2025: found by its code or made. */
static int level(struct import *im, const char *kind, struct str unit_code, struct str name,
                 int64_t parent_id, int64_t *id)
{
    struct str code = str_printf(im->row, "DVHC-" STR_FMT, STR_ARG(unit_code));
    const struct known *known = map_get(&im->by_code, code);
    struct org_new new_ = {.code = code,
                           .kind = str_c(kind),
                           .name = name,
                           .short_name = STR(""),
                           .parent_id = parent_id,
                           .address = STR(""),
                           .phone = STR(""),
                           .email = STR(""),
                           .website = STR(""),
                           .unit_code = unit_code};
    int r;

    if (known != NULL) {
        *id = known->id;
        return 0;
    }
    if ((r = make(im, &new_, id)) < 0)
        return r;
    remember(im, *id, parent_id, code, name, false);
    return 0;
}

static int import_unit(struct import *im)
{
    static const enum column needed[] = {COL_PROVINCE_CODE, COL_PROVINCE,  COL_DISTRICT_CODE,
                                         COL_DISTRICT,      COL_WARD_CODE, COL_WARD};
    struct str ward = cell(im, COL_WARD);
    int64_t province, district, id;
    int r;

    for (size_t i = 0; i < ARRAY_LEN(needed); i++) {
        if (cell(im, needed[i]).len == 0) {
            bad(im, "ward", T(im->lang, "Province, district and ward with their codes are needed"));
            return 0;
        }
    }
    if ((r = level(im, "province", cell(im, COL_PROVINCE_CODE), cell(im, COL_PROVINCE),
                   im->parent_id, &province)) < 0 ||
        (r = level(im, "district", cell(im, COL_DISTRICT_CODE), cell(im, COL_DISTRICT), province,
                   &district)) < 0)
        return r;
    return level(im,
                 str_starts_nocase(text_fold(im->row, ward), STR("phuong")) ? "ward" : "commune",
                 cell(im, COL_WARD_CODE), ward, district, &id);
}

static int take_row(struct sheet_table *t, struct err *err)
{
    struct import *im = t->ctx;

    return t->at[COL_WARD] >= 0 ? import_unit(im) : import_row(im);
}

static int import_all(struct import *im)
{
    const struct import_task *task = im->task;
    struct org_all_rows rows;
    int r = org_all(im->db, im->arena, &rows, im->err);

    for (size_t i = 0; r == 0 && i < rows.len; i++)
        remember(im, rows.at[i].id, rows.at[i].parent_id.has ? rows.at[i].parent_id.v : 0,
                 rows.at[i].code, rows.at[i].name, false);
    if (r < 0)
        return r;
    return task->path != NULL ? sheet_table_file(&im->table, task->path, im->err)
                              : sheet_table_csv(&im->table, task->csv, im->err);
}

int org_import(const struct import_task *task, struct import_result *out, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = task->db;
    struct import *im = arena_new(task->arena, struct import);
    int r = 0;

    *out = (struct import_result){0};
    *im = (struct import){.db = task->db,
                          .arena = task->arena,
                          .task = task,
                          .by = task->by,
                          .lang = task->lang,
                          .now = task->now,
                          .parent_id = task->parent_id,
                          .out = out,
                          .err = err,
                          .table = org_import_table(task->arena, task->lang),
                          .by_code = {.arena = task->arena}};
    im->row = &im->table.scratch;
    im->table.row = take_row;
    im->table.ctx = im;
    im->table.step = task->step;
    im->table.step_ctx = task->ctx;
    if (!task->dry && (r = db_begin(task->db, err)) < 0)
        return r;
    if (task->by != NULL)
        r = actor_require(task->db, task->by, PERM_ORG_WRITE, task->parent_id, task->now, err);
    if (r == 0)
        r = import_all(im);
    if (r < 0) {
        if (im->table.line > 0)
            err_prefix(err, "line %" PRId64 ": ", im->table.line);
        return r;
    }
    return import_found(&im->table, out) ? 0 : import_commit(task, err);
}

struct sheet_table org_import_table(struct arena *a, enum lang lang)
{
    return (struct sheet_table){.columns = columns,
                                .columns_len = ARRAY_LEN(columns),
                                .arena = a,
                                .lang = lang,
                                .head = check_head};
}

int org_import_csv(struct db *db, struct arena *a, struct str csv, int64_t parent_id,
                   const struct actor *by, enum lang lang, int64_t now, struct import_result *out,
                   struct err *err)
{
    const struct import_task task = {.db = db,
                                     .arena = a,
                                     .csv = csv,
                                     .by = by,
                                     .parent_id = parent_id,
                                     .lang = lang,
                                     .now = now};

    return org_import(&task, out, err);
}
