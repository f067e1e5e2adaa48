#include "app/incident/pages/fact.html.h"
#include "app/incident/view.h"
#include "app/org/org.h"
#include "sys/i18n/i18n.h"

/* What is edited by itself: fields of the form of all facts that belong together. */
static const struct fact {
    const char *name, *label;
    const char *fields[4];
} facts[] = {
    {"title", N_("Title"), {"title"}},
    {"org", N_("Owner organisation"), {"org"}},
    {"kind", N_("incident|Kind"), {"kind"}},
    {"summary", N_("Summary"), {"summary"}},
    {"severity", N_("Severity"), {"severity", "severity_why"}},
    {"class", N_("Class"), {"serious"}},
    {"tlp", N_("Sharing (TLP)"), {"tlp"}},
    {"times", N_("Times"), {"occurred_at", "detected_at", "contained_at"}},
};

struct incident_facts incident_facts_of(struct arena *a, const struct incident_get_row *i)
{
    return (struct incident_facts){
        .title = i->title,
        .summary = i->summary,
        .kind = i->kind,
        .severity = str_printf(a, "%" PRId64, i->severity),
        .severity_why = i->severity_why,
        .tlp = i->tlp,
        .serious = i->serious,
        .org = str_printf(a, "%" PRId64, i->org_id),
        .occurred_at = i->occurred_at,
        .detected_at = opt_int(i->detected_at),
        .contained_at = i->contained_at,
        .version = STR(""),
    };
}

int incident_facts_check(struct http_request *req, const struct incident_facts *in,
                         struct form_state *state, struct err *err)
{
    if (in->occurred_at.has && in->occurred_at.v > in->detected_at.v)
        return form_reject(state, req->arena, "occurred_at",
                           T(req->lang, "It cannot have occurred after it was detected"), err);
    return 0;
}

static const struct form_field *field_of(const char *name)
{
    for (size_t i = 0; i < incident_facts_form.len; i++) {
        if (strcmp(incident_facts_form.fields[i].name, name) == 0)
            return &incident_facts_form.fields[i];
    }
    die("the form of facts has no field %s", name);
}

/* The fields of the fact and the mark against lost updates, as a form. */
static const struct form *form_of(struct arena *a, const struct fact *fact)
{
    struct form_field *fields = arena_array(a, struct form_field, ARRAY_LEN(fact->fields) + 1);
    struct form *form = arena_new(a, struct form);
    size_t len = 0;

    for (size_t i = 0; i < ARRAY_LEN(fact->fields) && fact->fields[i] != NULL; i++) {
        fields[len] = *field_of(fact->fields[i]);
        fields[len++].group = NULL;
    }
    fields[len++] = *field_of("version");
    *form = (struct form){incident_facts_form.name, fields, len};
    return form;
}

/* What the hidden field says of the fact as it is. */
static struct str mark_of(struct arena *a, const struct incident_get_row *i,
                          const struct form *form)
{
    struct incident_facts in = incident_facts_of(a, i);
    struct form_state shown;

    form_fill(form, a, &in, &shown);
    return web_seen(a, form, &shown, i->version);
}

static void fill(struct arena *a, const struct incident_get_row *i, const struct form *form,
                 struct form_state *out)
{
    struct incident_facts in = incident_facts_of(a, i);

    in.version = mark_of(a, i, form);
    form_fill(form, a, &in, out);
}

static int find(struct http_request *req, struct db **db, int64_t *id, struct incident_fact_view *v,
                struct err *err)
{
    struct str name = http_param(req, "fact");
    int r = incident_web_find(req, db, id, err);

    if (r < 0)
        return r;
    for (size_t i = 0; i < ARRAY_LEN(facts); i++) {
        if (!str_is(name, facts[i].name))
            continue;
        v->name = facts[i].name;
        v->label = facts[i].label;
        v->form = form_of(req->arena, &facts[i]);
        return incident_get(*db, req->arena, *id, &v->i, err);
    }
    return err_set(err, ERR_NOT_FOUND, "an incident has no fact " STR_FMT, STR_ARG(name));
}

static int show(struct http_request *req, struct http_response *res, struct db *db,
                struct incident_fact_view *v, struct err *err)
{
    struct str code = v->i.code;
    struct html_page p;
    int r = 0;

    if (strcmp(v->name, "org") == 0)
        r = org_options(db, req->arena, actor_of(req), PERM_INCIDENT_READ, req->now, &v->orgs,
                        &v->orgs_len, err);
    if (r < 0)
        return r;
    web_page(req, res, &p,
             &(struct web_frame){
                 .title = str_printf(req->arena, STR_FMT " " STR_FMT, STR_ARG(code),
                                     STR_ARG(T(req->lang, v->label))),
                 .rail = "incidents",
                 .narrow = true,
                 .crumbs = {{T(req->lang, "Incidents"), STR("/incidents")},
                            {code, str_printf(req->arena, "/incidents/" STR_FMT, STR_ARG(code))}},
                 .crumbs_len = 2});
    incident_fact_html(&p, v);
    web_page_end(&p);
    return 0;
}

int incident_web_fact(struct http_request *req, struct http_response *res, struct err *err)
{
    struct incident_fact_view v = {0};
    struct db *db;
    int64_t id;
    int r = find(req, &db, &id, &v, err);

    if (r < 0)
        return r;
    fill(req->arena, &v.i, v.form, &v.state);
    return show(req, res, db, &v, err);
}

/* Whether the fact still is what the person was shown: what others changed beside it, they keep. */
static bool is_as_seen(struct arena *a, const struct incident_fact_view *v, struct str seen)
{
    struct str now = mark_of(a, &v->i, v->form), number;

    return str_split(&now, '.', &number) && str_split(&seen, '.', &number) && str_eq(now, seen);
}

int incident_web_fact_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct incident_fact_view v = {0};
    struct incident_facts in;
    struct form_state current;
    int64_t id, version;
    struct db *db;
    int r = find(req, &db, &id, &v, err);

    if (r < 0)
        return r;
    in = incident_facts_of(req->arena, &v.i);
    r = form_parse(v.form, req, &in, &v.state, err);
    if (r == 0)
        r = incident_facts_check(req, &in, &v.state, err);
    if (r == 0) {
        /* The other facts are those of the row that was read: only as long as it is this one. */
        version =
            is_as_seen(req->arena, &v, in.version) ? v.i.version : web_seen_version(in.version);
        r = incident_set_facts(db, req->arena, id, version, &in, actor_of(req), req->now, err);
    }
    if (r == ERR_CONFLICT && (r = incident_get(db, req->arena, id, &v.i, err)) == 0) {
        fill(req->arena, &v.i, v.form, &current);
        r = web_conflict(req, db, "incident", id, v.form, &current, &v.state, v.i.version, err);
    }
    if (r == ERR_INVALID) {
        res->status = 400;
        err_clear(err);
        return show(req, res, db, &v, err);
    }
    return r < 0 ? r : incident_web_saved(req, res, db, &v.i, err);
}
