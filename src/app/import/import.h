#ifndef APP_IMPORT_IMPORT_H
#define APP_IMPORT_IMPORT_H

#include "app/account/account.h"
#include "app/job/job.h"
#include "app/web/web.h"
#include "sys/api/api.h"
#include "sys/sheet/table.h"

/*
 * A file of rows becomes records: first what would change is shown, then, when the person says so,
 * all rows go in or none does. A small file is read within the request; a larger one waits in
 * DIR/spool, is read by a job, and its page tells how far that is. Each room says how its rows are
 * read; the way of the file, the pages and the API are the same.
 */
enum {
    IMPORT_SHOWN = 200,         /* of what changes, the first rows are told */
    IMPORT_AT_ONCE = 64 * 1024, /* bytes of a file that is read within the request */
    IMPORT_KEEP_HOURS = 24,     /* how long a file that waits, and what came of it, are kept */
    IMPORT_TELL_EVERY_MS = 200, /* how often a job says how far it is */
};

struct import_change {
    int64_t line;
    struct str code, name;
    bool created;
};

/* What would be, or was, changed. */
struct import_result {
    int64_t rows, created, updated;
    int64_t successions;          /* of organisations */
    struct str sheet;             /* name of the sheet of an XLSX */
    struct sheet_mistakes errors; /* at most SHEET_MISTAKES_MAX; `more` counts the rest */
    int64_t more;
    struct sheet_mistakes notes; /* rows that went in, but should be looked at */
    VEC(struct import_change) changes;
};

/* One reading of a file. */
struct import_task {
    struct db *db;
    struct arena *arena; /* what is told of the file lives here */
    const char *path;    /* of an XLSX or CSV file; NULL: csv */
    struct str csv;
    bool dry;               /* tells what would be changed; only reads the database */
    const struct actor *by; /* NULL: the command line */
    int64_t parent_id;      /* the organisation under which rows stand that name none */
    enum lang lang;
    int64_t now;
    /* Called behind each row; its negative answer ends the reading. May be NULL. */
    int (*step)(void *ctx, int64_t rows, int64_t mistakes, struct err *err);
    /* Called inside the transaction, before its commit. May be NULL. */
    int (*ending)(void *ctx, struct err *err);
    void *ctx; /* of both */
};

struct import_kind {
    const char *name; /* "org": as it is stored */
    const char *job;  /* name of the job */
    const char *path; /* of the page: "/orgs/import" */
    const char *api;  /* "/api/v1/imports/orgs" */
    const char *list; /* where the records are listed: "/orgs" */
    const char *rail;
    const char *title, *list_title, *list_link; /* translation keys */
    const char *template_name;                  /* of the file to fill in */
    struct sheet_table (*table)(struct arena *a, enum lang lang);
    /* A transaction of its own unless dry: all rows or none. 0 with out->errors when rows have
     * mistakes and nothing was done; ERR_UNSUPPORTED for a file that is neither XLSX nor CSV. */
    int (*run)(const struct import_task *task, struct import_result *out, struct err *err);
    /* More about the columns, for the page; may be NULL. */
    void (*about)(struct html_page *p);
};

/* For `run`: what the table found goes to *out; true when there are mistakes, of which nothing is
 * to be done. */
bool import_found(const struct sheet_table *table, struct import_result *out);
/* The end of `run`: nothing for a dry one, else the commit. */
int import_commit(const struct import_task *task, struct err *err);
/* Notes a change, when it is among the first. */
void import_changed(const struct import_task *task, struct import_result *out, int64_t line,
                    struct str code, struct str name, bool created);

/* The job of the kind. */
int import_work(struct job_run *run, const struct import_kind *kind, struct err *err);

/* Forgets imports begun before `before`, with their files in `dir`/spool. Transactions of its own.
 */
int import_sweep(struct db *db, struct arena *a, struct str dir, int64_t before, struct err *err);

/* ---- routes ------------------------------------------------------------------------------------
 *
 *     IMPORT_HANDLERS(org_imports)
 *     const struct http_route org_import_routes[] = {
 *         IMPORT_PAGES("/orgs/import", "org.write"),
 *         IMPORT_API("/api/v1/imports/orgs", "org.write", 0),
 *     };
 */
typedef int import_handler(struct http_request *, struct http_response *,
                           const struct import_kind *, struct err *);
import_handler import_web_ask, import_web_post, import_web_confirm, import_web_template,
    import_web_show, import_web_apply, import_web_cancel;
import_handler import_api_post, import_api_list, import_api_get, import_api_lines,
    import_api_changes, import_api_apply, import_api_cancel;

extern const struct api_operation import_op_post[2], import_op_list[2], import_op_get[2],
    import_op_lines[2], import_op_changes[2], import_op_apply[2], import_op_cancel[2];

#define IMPORT_HANDLER(kind, name)                                                                 \
    static int name##_(struct http_request *req, struct http_response *res, struct err *err)       \
    {                                                                                              \
        return name(req, res, &(kind), err);                                                       \
    }
#define IMPORT_HANDLERS(kind)                                                                      \
    IMPORT_HANDLER(kind, import_web_ask)                                                           \
    IMPORT_HANDLER(kind, import_web_post)                                                          \
    IMPORT_HANDLER(kind, import_web_confirm)                                                       \
    IMPORT_HANDLER(kind, import_web_template)                                                      \
    IMPORT_HANDLER(kind, import_web_show)                                                          \
    IMPORT_HANDLER(kind, import_web_apply)                                                         \
    IMPORT_HANDLER(kind, import_web_cancel)                                                        \
    IMPORT_HANDLER(kind, import_api_post)                                                          \
    IMPORT_HANDLER(kind, import_api_list)                                                          \
    IMPORT_HANDLER(kind, import_api_get)                                                           \
    IMPORT_HANDLER(kind, import_api_lines)                                                         \
    IMPORT_HANDLER(kind, import_api_changes)                                                       \
    IMPORT_HANDLER(kind, import_api_apply)                                                         \
    IMPORT_HANDLER(kind, import_api_cancel)

#define IMPORT_PAGES(path, perm)                                                                   \
    {HTTP_GET, path, perm, import_web_ask_, .scope = "none"},                                      \
        {HTTP_POST, path, perm, import_web_post_, HTTP_BODY_FILES, .scope = "none"},               \
        {HTTP_POST, path "/confirm", perm, import_web_confirm_, HTTP_BODY_FORM, .scope = "none"},  \
        {HTTP_GET, path "/template.xlsx", perm, import_web_template_, .scope = "none"},            \
        {HTTP_GET, path "/{import}", perm, import_web_show_, .scope = "none"},                     \
        {HTTP_POST,         path "/{import}/apply", perm,                                          \
         import_web_apply_, HTTP_BODY_FORM,         .scope = "none"},                              \
    {                                                                                              \
        HTTP_POST, path "/{import}/cancel", perm, import_web_cancel_, HTTP_BODY_FORM,              \
            .scope = "none"                                                                        \
    }

/* `which`: 0 organisations, 1 systems: the descriptions are tables of both. */
#define IMPORT_API(path, perm, which)                                                              \
    {HTTP_GET, path, perm, import_api_list_, .scope = "none", .api = &import_op_list[which]},      \
        {HTTP_POST,                                                                                \
         path,                                                                                     \
         perm,                                                                                     \
         import_api_post_,                                                                         \
         HTTP_BODY_FILES,                                                                          \
         .scope = "none",                                                                          \
         .api = &import_op_post[which]},                                                           \
        {HTTP_GET,        path "/{import}", perm,                                                  \
         import_api_get_, .scope = "none",  .api = &import_op_get[which]},                         \
        {HTTP_GET,          path "/{import}/mistakes", perm,                                       \
         import_api_lines_, .scope = "none",           .api = &import_op_lines[which]},            \
        {HTTP_GET,        path "/{import}/changes",        perm, import_api_changes_,              \
         .scope = "none", .api = &import_op_changes[which]},                                       \
        {HTTP_POST,       path "/{import}/apply",        perm, import_api_apply_, HTTP_BODY_RAW,   \
         .scope = "none", .api = &import_op_apply[which]},                                         \
    {                                                                                              \
        HTTP_DELETE, path "/{import}", perm, import_api_cancel_, HTTP_BODY_RAW,                    \
            .scope = "none", .api = &import_op_cancel[which]                                       \
    }

#endif
