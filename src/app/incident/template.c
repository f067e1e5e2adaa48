#include "app/incident/template.h"

#include "app/incident/queries_case.h"
#include "app/web/web.h"
#include "base/clock.h"
#include "base/text.h"
#include "sys/i18n/i18n.h"

static const struct form_field template_fields[] = {
    {FORM_AT(struct template_values, name), FORM_TEXT, .required = true, .max = 100,
     .label = N_("Name of the template"), .help = N_("What one chooses it by")},
    {FORM_AT(struct template_values, org), FORM_CHOICE, .required = true,
     .label = N_("For which organisation"), .help = N_("It can be used there, above and below")},
    {FORM_AT(struct template_values, title), FORM_TEXT, .max = 200, .label = N_("Title"),
     .group = N_("What the incident begins with")},
    {FORM_AT(struct template_values, kind), FORM_CHOICE, .required = true,
     .label = N_("incident|Kind"), .choices = incident_kind_choices},
    {FORM_AT(struct template_values, severity), FORM_CHOICE, .required = true,
     .label = N_("Severity"), .choices = incident_severity_choices},
    {FORM_AT(struct template_values, tlp), FORM_CHOICE, .required = true,
     .label = N_("Sharing (TLP)"), .choices = web_tlp_choices},
    {FORM_AT(struct template_values, serious), FORM_BOOL, .label = N_("Serious incident")},
    {FORM_AT(struct template_values, summary), FORM_AREA, .max = 10000, .label = N_("Summary")},
    {FORM_AT(struct template_values, tasks), FORM_AREA, .max = 5000, .label = N_("Further tasks"),
     .help = N_("A line each; they come behind the playbook's steps")},
    {FORM_AT(struct template_values, version), FORM_HIDDEN, .max = 200},
};
const struct form template_form = {"template", template_fields, ARRAY_LEN(template_fields)};

static const struct form_choice text_uses[] = {
    {"comment", N_("use|Comments on incidents")},
    {"answer", N_("use|Questions to reporters")},
    {"mail", N_("use|Mails of a case")},
    {"both", N_("use|All of these")},
    {NULL, NULL},
};

struct str text_use_label(enum lang lang, struct str used_for)
{
    return form_choice_label(text_uses, lang, used_for);
}

static const struct form_field text_fields[] = {
    {FORM_AT(struct text_values, name), FORM_TEXT, .required = true, .max = 100,
     .label = N_("Name of the text"), .help = N_("What one chooses it by")},
    {FORM_AT(struct text_values, org), FORM_CHOICE, .required = true,
     .label = N_("For which organisation"), .help = N_("It can be used there, above and below")},
    {FORM_AT(struct text_values, used_for), FORM_CHOICE, .required = true, .label = N_("Used for"),
     .choices = text_uses},
    {FORM_AT(struct text_values, body), FORM_AREA, .required = true, .max = 10000,
     .label = N_("Text"),
     .help = N_("{code}, {title}, {organisation}, {lead}, {name} and {today} are filled in")},
    {FORM_AT(struct text_values, version), FORM_HIDDEN, .max = 200},
};
const struct form text_form = {"text", text_fields, ARRAY_LEN(text_fields)};

/* ---- keeping -----------------------------------------------------------------------------------
 */

static int record(struct db *db, struct arena *a, const char *action, int64_t id, struct str name,
                  const struct actor *by, int64_t now, struct err *err)
{
    return actor_audit(db, a, by, now, action, "template", id, name, STR(""), err);
}

/* The organisation it is for must be one that the actor manages incidents of. */
static int check_org(struct db *db, struct str org, int64_t *org_id, const struct actor *by,
                     int64_t now, struct err *err)
{
    if (!str_to_int(org, org_id))
        return err_set(err, ERR_INVALID, "no organisation");
    return actor_require(db, by, PERM_INCIDENT_MANAGE, *org_id, now, err);
}

static int version_of(struct str seen, int64_t *out)
{
    struct str number;

    if (!str_split(&seen, '.', &number) || !str_to_int(number, out))
        *out = -1;
    return 0;
}

int template_save(struct db *db, struct arena *a, int64_t id, const struct template_values *in,
                  const struct actor *by, int64_t now, int64_t *new_id, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    struct template_insert_row made;
    int64_t org_id, severity, version;
    int64_t r;

    version_of(in->version, &version);
    if (!str_to_int(in->severity, &severity) || incident_kind_find(in->kind) == NULL)
        return err_set(err, ERR_INVALID, "kind or severity missing");
    if ((r = db_begin(db, err)) < 0 || (r = check_org(db, in->org, &org_id, by, now, err)) < 0)
        return (int)r;
    if (id == 0) {
        r = template_insert(db, a, org_id, in->name, in->title, in->summary, in->kind, severity,
                            in->tlp, in->serious, in->tasks, now, &made, err);
        id = r < 0 ? 0 : made.id;
    } else {
        r = template_update(db, id, version, org_id, in->name, in->title, in->summary, in->kind,
                            severity, in->tlp, in->serious, in->tasks, now, err);
        if (r == 0)
            return err_set(err, ERR_CONFLICT, "template %" PRId64 " was changed meanwhile", id);
    }
    if (r < 0 || (r = record(db, a, "template.save", id, in->name, by, now, err)) < 0)
        return (int)r;
    if (new_id != NULL)
        *new_id = id;
    return db_commit(db, err);
}

int text_save(struct db *db, struct arena *a, int64_t id, const struct text_values *in,
              const struct actor *by, int64_t now, int64_t *new_id, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    struct text_insert_row made;
    int64_t org_id, version;
    int64_t r;

    version_of(in->version, &version);
    if ((r = db_begin(db, err)) < 0 || (r = check_org(db, in->org, &org_id, by, now, err)) < 0)
        return (int)r;
    if (id == 0) {
        r = text_insert(db, a, org_id, in->used_for, in->name, in->body, now, &made, err);
        id = r < 0 ? 0 : made.id;
    } else {
        r = text_update(db, id, version, org_id, in->used_for, in->name, in->body, now, err);
        if (r == 0)
            return err_set(err, ERR_CONFLICT, "text %" PRId64 " was changed meanwhile", id);
    }
    if (r < 0 || (r = record(db, a, "template.save", id, in->name, by, now, err)) < 0)
        return (int)r;
    if (new_id != NULL)
        *new_id = id;
    return db_commit(db, err);
}

/* Somebody who sees it without managing it is told so; to others it does not exist. */
static int check_mine(int found, bool may_manage, int64_t id, struct err *err)
{
    if (found == 0)
        return err_set(err, ERR_NOT_FOUND, "no template %" PRId64 " in reach", id);
    if (found == 1 && !may_manage)
        return err_set(err, ERR_FORBIDDEN, "template %" PRId64 " is another organisation's", id);
    return MIN(found, 0);
}

int template_drop(struct db *db, struct arena *a, int64_t id, const struct actor *by, int64_t now,
                  struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    struct template_row t = {0};
    int64_t r;

    if ((r = db_begin(db, err)) < 0 || (r = template_get(db, a, by->id, now, id, &t, err)) < 0 ||
        (r = check_mine((int)r, t.may_manage, id, err)) < 0 ||
        (r = template_remove(db, id, now, err)) < 0 ||
        (r = record(db, a, "template.remove", id, t.name, by, now, err)) < 0)
        return (int)r;
    return db_commit(db, err);
}

int text_drop(struct db *db, struct arena *a, int64_t id, const struct actor *by, int64_t now,
              struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    struct text_template_row t = {0};
    int64_t r;

    if ((r = db_begin(db, err)) < 0 || (r = text_get(db, a, by->id, now, id, &t, err)) < 0 ||
        (r = check_mine((int)r, t.may_manage, id, err)) < 0 ||
        (r = text_remove(db, id, now, err)) < 0 ||
        (r = record(db, a, "template.remove", id, t.name, by, now, err)) < 0)
        return (int)r;
    return db_commit(db, err);
}

/* ---- using -------------------------------------------------------------------------------------
 */

/* In the step in which the first response is given: Circular 20/2017, Article 11, has it as the
 * second of four, Decision 05/2017, Article 14, as the fourth of seven. */
static int64_t step_of_response(int64_t steps)
{
    return steps > 4 ? 4 : MIN(MAX(steps, 1), 2);
}

static int add_tasks(struct db *db, struct arena *a, int64_t incident_id, struct str lines,
                     struct err *err)
{
    struct case_task_ends_row ends;
    struct str line;
    int r = case_task_ends(db, a, incident_id, &ends, err);

    while (r >= 0 && str_line(&lines, &line)) {
        struct incident_task_insert_row row;

        line = str_trim(line);
        if (line.len == 0)
            continue;
        ends.position++;
        r = incident_task_insert(db, a, incident_id, ends.position, step_of_response(ends.step),
                                 text_ellipsis(a, line, 200), STR(""), NO_INT, NO_INT, &row, err);
    }
    return MIN(r, 0);
}

int template_begin(struct db *db, struct arena *a, int64_t incident_id, int64_t template_id,
                   const struct actor *by, int64_t now, struct err *err)
{
    struct template_row t;
    int r = template_id == 0 ? 0 : template_get(db, a, by->id, now, template_id, &t, err);

    return r <= 0 ? r : add_tasks(db, a, incident_id, t.tasks, err);
}

int incident_templates_for(struct db *db, struct arena *a, const struct actor *by, int64_t now,
                           struct incident_templates *out, struct err *err)
{
    struct template_rows rows;
    int r = template_list(db, a, by->id, now, &rows, err);

    *out = (struct incident_templates){0};
    for (size_t i = 0; r == 0 && i < rows.len; i++) {
        const struct template_row *t = &rows.at[i];

        *vec_push(out, a) = (struct incident_template){.id = t->id,
                                                       .severity = t->severity,
                                                       .name = t->name,
                                                       .title = t->title,
                                                       .summary = t->summary,
                                                       .kind = t->kind,
                                                       .tlp = t->tlp,
                                                       .serious = t->serious};
    }
    return r;
}

int incident_texts_for(struct db *db, struct arena *a, struct str used_for, const struct actor *by,
                       int64_t now, struct incident_texts *out, struct err *err)
{
    struct text_template_rows rows;
    int r = text_list(db, a, by->id, now, used_for, &rows, err);

    *out = (struct incident_texts){0};
    for (size_t i = 0; r == 0 && i < rows.len; i++)
        *vec_push(out, a) = (struct incident_text){rows.at[i].id, rows.at[i].name};
    return r;
}

static void fill(struct arena *a, struct str body, const struct incident_text_values *v,
                 const struct actor *by, int64_t now, struct buf *out)
{
    struct civil c = civil_from_ms(now, i18n_zone());
    const struct {
        const char *name;
        struct str value;
    } values[] = {
        {"{code}", v->code},
        {"{title}", v->title},
        {"{organisation}", v->organisation},
        {"{lead}", v->lead},
        {"{name}", by->name},
        {"{today}", str_printf(a, "%02d/%02d/%04d", c.day, c.month, c.year)},
    };

    for (size_t at = 0; at < body.len;) {
        size_t used = 0;

        for (size_t i = 0; i < ARRAY_LEN(values) && used == 0; i++) {
            if (!str_starts(str_from(body, at), str_c(values[i].name)))
                continue;
            buf_add(out, values[i].value);
            used = strlen(values[i].name);
        }
        if (used == 0)
            buf_add_char(out, body.ptr[at]);
        at += MAX(used, 1);
    }
}

int incident_text_insert(struct db *db, struct arena *a, int64_t text_id, struct str typed,
                         const struct incident_text_values *values, const struct actor *by,
                         int64_t now, struct str *out, struct err *err)
{
    struct text_template_row text;
    struct buf b = buf_make(a);
    int r = text_get(db, a, by->id, now, text_id, &text, err);

    *out = typed;
    if (r <= 0)
        return r;
    buf_add(&b, typed);
    if (typed.len > 0)
        buf_add_c(&b, "\n\n");
    fill(a, text.body, values, by, now, &b);
    *out = buf_str(&b);
    return 0;
}
