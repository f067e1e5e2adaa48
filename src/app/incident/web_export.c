#include "app/api/api.h"
#include "app/incident/view.h"
#include "app/incident/walk.h"
#include "sys/i18n/i18n.h"

/*
 * A case as a file: as text (Markdown) and its observables as CSV. What could be clicked is made
 * harmless, in free text too; whoever works on the incident may have the values as they are, unless
 * it is TLP:RED. Each export stands in the audit log.
 */
struct export
{
    struct http_request *req;
    struct db *db;
    struct incident_get_row i;
    struct incident_may_row may;
    struct buf out;
    bool plain; /* values as they are */
};

static int export_begin(struct http_request *req, struct export *x, const char *what,
                        struct err *err)
{
    struct incident_change c;
    int64_t id;
    int r = incident_web_find(req, &x->db, &id, err);

    x->req = req;
    x->out = buf_make(req->arena);
    x->plain = str_is(http_arg(req, "plain"), "1");
    if (r < 0 || (r = incident_get(x->db, req->arena, id, &x->i, err)) < 0 ||
        (r = incident_may(x->db, req->arena, actor_of(req)->id, req->now, id, &x->may, err)) < 0)
        return r;
    if (x->plain && (!x->may.may_write || str_is(x->i.tlp, "red")))
        return err_set(err, ERR_FORBIDDEN, STR_FMT " leaves the site with harmless values only",
                       STR_ARG(x->i.code));
    r = incident_change_begin(&c, x->db, req->arena, id, 0, PERM_INCIDENT_READ, actor_of(req),
                              req->now, err);
    if (r == 0 &&
        (r = incident_change_commit(&c, "incident.export",
                                    str_printf(req->arena, "{\"what\":\"%s\",\"plain\":%s}", what,
                                               x->plain ? "true" : "false"),
                                    false, err)) < 0)
        db_rollback(x->db);
    return r;
}

static void export_end(struct export *x, struct http_response *res, const char *type,
                       const char *ending)
{
    http_add_header(res, STR("Content-Disposition"),
                    str_printf(x->req->arena, "attachment; filename=\"" STR_FMT "%s\"",
                               STR_ARG(x->i.code), ending));
    res->type = type;
    res->no_store = true;
    buf_add(&res->body, buf_str(&x->out));
}

/* ---- text --------------------------------------------------------------------------------------
 */

static struct str harmless(struct export *x, struct str text)
{
    return x->plain ? text : observable_defang_all(x->req->arena, text);
}

static void heading(struct export *x, struct str text)
{
    buf_printf(&x->out, "\n## " STR_FMT "\n\n", STR_ARG(text));
}

static void fact(struct export *x, struct str name, struct str value)
{
    if (value.len > 0)
        buf_printf(&x->out, "- **" STR_FMT ":** " STR_FMT "\n", STR_ARG(name), STR_ARG(value));
}

static struct str time_of(struct export *x, struct opt_int at)
{
    return at.has ? i18n_time(x->req->arena, x->req->lang, at.v) : STR_EMPTY;
}

static struct str severity_of(enum lang lang, int64_t severity)
{
    return severity >= 1 && severity <= 4
               ? i18n_text(lang, incident_severity_choices[severity - 1].label)
               : STR_EMPTY;
}

static int write_facts(struct export *x, struct err *err)
{
    enum lang lang = x->req->lang;
    struct incident_parties_rows parties;
    struct incident_systems_rows systems;
    struct arena *a = x->req->arena;
    int r;

    if ((r = incident_parties(x->db, a, x->i.id, &parties, err)) < 0 ||
        (r = incident_systems(x->db, a, x->i.id, &systems, err)) < 0)
        return r;
    buf_printf(&x->out, "# " STR_FMT " " STR_FMT "\n\n", STR_ARG(x->i.code),
               STR_ARG(harmless(x, x->i.title)));
    fact(x, STR("TLP 2.0"), form_choice_label(evidence_tlps, lang, x->i.tlp));
    fact(x, T(lang, "incident|Kind"), incident_kind_label(lang, x->i.kind));
    fact(x, T(lang, "Severity"), severity_of(lang, x->i.severity));
    fact(x, T(lang, "State"), incident_state_label(lang, x->i.state));
    fact(x, T(lang, "Lead"), x->i.lead_name);
    fact(x, T(lang, "Occurred"), time_of(x, x->i.occurred_at));
    fact(x, T(lang, "Detected"), time_of(x, opt_int(x->i.detected_at)));
    fact(x, T(lang, "Contained"), time_of(x, x->i.contained_at));
    fact(x, T(lang, "Closed"), time_of(x, x->i.closed_at));
    for (size_t i = 0; i < parties.len; i++)
        fact(x, incident_part_label(lang, parties.at[i].part), parties.at[i].name);
    for (size_t i = 0; i < systems.len; i++)
        fact(x, T(lang, "System"), systems.at[i].name);
    if (x->i.summary.len > 0) {
        heading(x, T(lang, "Summary"));
        buf_printf(&x->out, STR_FMT "\n", STR_ARG(harmless(x, x->i.summary)));
    }
    if (x->i.outcome.len > 0) {
        heading(x, T(lang, "Outcome"));
        buf_printf(&x->out, STR_FMT "\n", STR_ARG(harmless(x, x->i.outcome)));
    }
    return 0;
}

static int write_steps(struct export *x, struct err *err)
{
    struct incident_tasks_rows tasks;
    int r = incident_tasks(x->db, x->req->arena, x->i.id, &tasks, err);

    if (r < 0 || tasks.len == 0)
        return r;
    heading(x, T(x->req->lang, "Steps"));
    for (size_t i = 0; i < tasks.len; i++) {
        const struct incident_tasks_row *t = &tasks.at[i];

        buf_printf(&x->out, "- [%c] " STR_FMT, incident_task_open(t->state) ? ' ' : 'x',
                   STR_ARG(t->title));
        if (t->done_at.has)
            buf_printf(&x->out, " (" STR_FMT ", " STR_FMT ")", STR_ARG(time_of(x, t->done_at)),
                       STR_ARG(t->done_by_name));
        if (t->reason.len > 0)
            buf_printf(&x->out, ": " STR_FMT, STR_ARG(harmless(x, t->reason)));
        buf_add_char(&x->out, '\n');
    }
    return 0;
}

static int write_story(struct export *x, struct err *err)
{
    struct incident_comments_rows comments;
    struct incident_events_rows events;
    struct arena *a = x->req->arena;
    int r;

    if ((r = incident_events(x->db, a, x->i.id, STR_EMPTY, &events, err)) < 0 ||
        (r = incident_comments(x->db, a, x->i.id, &comments, err)) < 0)
        return r;
    heading(x, T(x->req->lang, "Timeline"));
    for (size_t i = events.len; i-- > 0;) {
        struct str who = events.at[i].actor_name;

        buf_printf(&x->out, "- " STR_FMT "%s" STR_FMT "%s\n",
                   STR_ARG(harmless(x, incident_event_line(a, x->req->lang, &events.at[i]))),
                   who.len > 0 ? " (" : "", STR_ARG(who), who.len > 0 ? ")" : "");
    }
    if (comments.len > 0)
        heading(x, T(x->req->lang, "Comments"));
    for (size_t i = 0; i < comments.len; i++)
        buf_printf(&x->out, "**" STR_FMT "**, " STR_FMT "\n\n" STR_FMT "\n\n",
                   STR_ARG(comments.at[i].author_name),
                   STR_ARG(time_of(x, opt_int(comments.at[i].at))),
                   STR_ARG(harmless(x, comments.at[i].body)));
    return 0;
}

static int write_material(struct export *x, struct err *err)
{
    struct incident_observables_rows observables;
    struct attachments files;
    struct arena *a = x->req->arena;
    enum lang lang = x->req->lang;
    int r;

    if ((r = incident_observables(x->db, a, x->i.id, &observables, err)) < 0 ||
        (r = evidence_of_incident(x->db, a, x->i.id, actor_of(x->req)->id, &files, err)) < 0)
        return r;
    if (observables.len > 0)
        heading(x, T(lang, "Observables"));
    for (size_t i = 0; i < observables.len; i++) {
        const struct incident_observables_row *o = &observables.at[i];

        buf_printf(&x->out, "- " STR_FMT ": `" STR_FMT "`\n",
                   STR_ARG(observable_kind_label(lang, o->kind)),
                   STR_ARG(x->plain ? o->value : observable_defang_text(a, o->kind, o->value)));
    }
    if (files.len > 0)
        heading(x, T(lang, "Files"));
    for (size_t i = 0; i < files.len; i++)
        buf_printf(&x->out, "- " STR_FMT " (" STR_FMT "), SHA-256 `" STR_FMT "`\n",
                   STR_ARG(harmless(x, files.at[i].name)),
                   STR_ARG(i18n_bytes(a, lang, files.at[i].size)), STR_ARG(files.at[i].sha256));
    return 0;
}

int incident_web_export_text(struct http_request *req, struct http_response *res, struct err *err)
{
    struct export x;
    struct str args[2];
    int r = export_begin(req, &x, "text", err);

    if (r < 0 || (r = write_facts(&x, err)) < 0 || (r = write_steps(&x, err)) < 0 ||
        (r = write_story(&x, err)) < 0 || (r = write_material(&x, err)) < 0)
        return r;
    args[0] = actor_of(req)->name;
    args[1] = i18n_time(req->arena, req->lang, req->now);
    buf_printf(&x.out, "\n---\n" STR_FMT " " STR_FMT "\n",
               STR_ARG(i18n_format(req->arena, req->lang, N_("Exported by {0}, {1}."), args, 2)),
               STR_ARG(x.plain
                           ? T(req->lang, "Addresses and links are as they are: do not open them.")
                           : T(req->lang, "Addresses and links were made harmless.")));
    export_end(&x, res, "text/markdown; charset=utf-8", ".md");
    return 0;
}

/* ---- observables -------------------------------------------------------------------------------
 */

#define LINE(m) API_AT(struct incident_observable_line_row, m)
static const struct api_field line_fields[] = {
    {LINE(kind), .label = N_("Kind")},
    {LINE(value), .label = N_("Value"), .wide = true},
    {LINE(role), .label = N_("Role")},
    {LINE(note), .label = N_("Note"), .wide = true},
    {LINE(added_at), .type = API_TIME, .label = N_("Added")},
    {LINE(elsewhere), .label = N_("Other incidents"),
     .about = N_("In how many other incidents it was seen")},
};
static const struct api_resource line_resource =
    API_RESOURCE("ObservableLine", struct incident_observable_line_row, line_fields,
                 N_("An observable of the incident"));

struct lines {
    const struct export *x;
    void *sink;
};

static int give_line(void *ctx, const struct incident_observable_line_row *row, struct err *err)
{
    const struct lines *l = ctx;
    struct arena *a = l->x->req->arena;
    struct arena_mark mark = arena_mark(a);
    struct incident_observable_line_row out = *row;
    int r;

    if (!l->x->plain) {
        out.value = observable_defang_text(a, row->kind, row->value);
        out.note = observable_defang_all(a, row->note);
    }
    r = api_take(l->sink, &out, err);
    arena_rewind(a, mark);
    return r;
}

static int walk_lines(struct http_request *req, struct db *db, _unused_ const struct api_walk *w,
                      void *sink, struct err *err)
{
    struct export x = {.req = req, .plain = str_is(http_arg(req, "plain"), "1")};
    int64_t id;
    int r = incident_web_find(req, &db, &id, err);

    return r < 0 ? r : incident_observable_walk(db, id, give_line, &(struct lines){&x, sink}, err);
}

static const char *const line_sorts[] = {"kind", NULL};
static const struct api_list line_list = {
    .name = "observables",
    .kind = "incident",
    .title = N_("Observables"),
    .item = &line_resource,
    .sorts = line_sorts,
    API_PLACE(struct incident_observable_line_row, number, place, id),
    .walk = walk_lines,
};

int incident_web_export_observables(struct http_request *req, struct http_response *res,
                                    struct err *err)
{
    struct export x;
    int r = export_begin(req, &x, "observables", err);

    if (r < 0)
        return r;
    res->no_store = true;
    return api_list_file(req, res, &line_list,
                         str_printf(req->arena, STR_FMT "-observables", STR_ARG(x.i.code)), err);
}
