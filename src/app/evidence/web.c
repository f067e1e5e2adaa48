#include "app/evidence/pages/custody.html.h"
#include "app/evidence/pages/show.html.h"
#include "app/evidence/view.h"
#include "base/log.h"
#include "sys/i18n/i18n.h"

int evidence_web_find(struct http_request *req, struct db **db, struct evidence_find_row *file,
                      struct err *err)
{
    int r;

    if ((r = web_db(req, db, err)) < 0 ||
        (r = evidence_find(*db, req->arena, actor_of(req)->id, req->now, http_param(req, "uuid"),
                           file, err)) < 0)
        return r;
    return r == 0 ? err_set(err, ERR_NOT_FOUND, "no such file in reach") : 0;
}

static struct str path_of(struct http_request *req)
{
    return str_printf(req->arena, "/files/" STR_FMT, STR_ARG(http_param(req, "uuid")));
}

static void fill_facts(struct http_request *req, struct evidence_view *v)
{
    const struct evidence_find_row *f = &v->file;
    struct evidence_facts facts = {.kind = f->kind,
                                   .collected_at = f->collected_at,
                                   .collected_where = f->collected_where,
                                   .collected_by = f->collected_by,
                                   .note = f->note,
                                   .tlp = f->tlp,
                                   .malware = f->malware,
                                   .version = str_printf(req->arena, "%" PRId64, f->version)};

    if (v->facts.errors.len == 0)
        form_fill(&evidence_facts_form, req->arena, &facts, &v->facts);
}

static int show(struct http_request *req, struct http_response *res, struct db *db,
                struct evidence_view *v, struct err *err)
{
    struct web_frame frame = {.title = v->file.name, .rail = "incidents"};
    struct str code = v->file.incident_code;
    struct html_page p;
    int r = custody_rows(db, req->arena, v->file.id, &v->custody, err);

    if (r < 0)
        return r;
    v->req = req;
    fill_facts(req, v);
    if (code.len > 0) {
        frame.crumbs[0] = (struct web_crumb){T(req->lang, "Incidents"), STR("/incidents")};
        frame.crumbs[1] = (struct web_crumb){
            code, str_printf(req->arena, "/incidents/" STR_FMT "/files", STR_ARG(code))};
    } else {
        frame.rail = "reports";
        frame.crumbs[0] = (struct web_crumb){T(req->lang, "Reports"), STR("/reports")};
        frame.crumbs[1] =
            (struct web_crumb){v->file.report_code, str_printf(req->arena, "/reports/" STR_FMT,
                                                               STR_ARG(v->file.report_code))};
    }
    frame.crumbs_len = 2;
    web_page(req, res, &p, &frame);
    if (v->printed)
        evidence_custody_html(&p, v);
    else
        evidence_show_html(&p, v);
    web_page_end(&p);
    return 0;
}

static int show_again(struct http_request *req, struct http_response *res, struct db *db,
                      struct evidence_view *v, struct err *err)
{
    res->status = 400;
    err_clear(err);
    return show(req, res, db, v, err);
}

static int file_get(struct http_request *req, struct http_response *res, struct err *err)
{
    struct evidence_view v = {0};
    struct db *db;
    int r = evidence_web_find(req, &db, &v.file, err);

    return r < 0 ? r : show(req, res, db, &v, err);
}

static int custody_get(struct http_request *req, struct http_response *res, struct err *err)
{
    struct evidence_view v = {.printed = true};
    struct db *db;
    int r = evidence_web_find(req, &db, &v.file, err);

    return r < 0 ? r : show(req, res, db, &v, err);
}

/* ---- changes -----------------------------------------------------------------------------------
 */

static int done(struct http_request *req, struct http_response *res, struct str message)
{
    web_flash(req, res, message);
    http_redirect(res, path_of(req));
    return 0;
}

/* A stream for the server, over a reader. */
struct file_stream {
    struct http_stream stream; /* first: the two convert into each other */
    struct blob_reader *from;
};

static int64_t stream_read(struct http_stream *s, char *to, size_t room)
{
    struct err err = {0};
    int64_t n = blob_read(((struct file_stream *)s)->from, to, room, &err);

    if (n < 0)
        log_error("a download broke off: %s", err.what);
    return n;
}

static void stream_end(struct http_stream *s)
{
    blob_close(((struct file_stream *)s)->from);
    free(s);
}

static int send_content(struct http_request *req, struct http_response *res,
                        const struct blob_id *id, struct str name, struct err *err)
{
    struct file_stream *s;
    struct blob_reader *from;
    int r = blob_open(&evidence_store, id, &from, err), fd;

    if (r < 0)
        return r;
    fd = blob_take_fd(from);
    if (fd >= 0 || id->size == 0) {
        blob_close(from);
        if (fd >= 0)
            http_send_file(req, res, fd, id->size, name, "application/octet-stream");
        return 0;
    }
    if ((s = calloc(1, sizeof(*s))) == NULL)
        die("out of memory (%zu bytes)", sizeof(*s));
    *s = (struct file_stream){{stream_read, stream_end}, from};
    http_send_stream(req, res, &s->stream, id->size, name, "application/octet-stream");
    return 0;
}

static int send_zip(struct http_request *req, struct http_response *res, const struct blob_id *id,
                    const struct evidence_find_row *file, struct err *err)
{
    struct str name = str_printf(req->arena, STR_FMT ".zip", STR_ARG(file->name));
    int64_t size;
    int fd, r = evidence_zip(id, file->name, file->added_at, &fd, &size, err);

    if (r == 0)
        http_send_file(req, res, fd, size, name, "application/octet-stream");
    return r;
}

/* Who had which file, when and why is on record before the first byte leaves. */
int evidence_send(struct http_request *req, struct http_response *res, struct db *db,
                  const struct evidence_find_row *file, struct str reason, struct err *err)
{
    struct blob_id id;
    int r;

    if (file->sealed_at.has && !file->may_manage)
        return err_set(err, ERR_FORBIDDEN,
                       "this file is sealed: only who manages the incident has it");
    if (!evidence_blob_id(file->sha256, file->blake2b, file->size, &id))
        return err_set(err, ERR_CORRUPT, "attachment %" PRId64 " has a malformed hash", file->id);
    if ((r = evidence_note_download(req, db, file, reason, err)) < 0)
        return r;
    return file->malware ? send_zip(req, res, &id, file, err)
                         : send_content(req, res, &id, file->name, err);
}

static int download_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct evidence_view v = {0};
    struct evidence_reason_values in = {0};
    struct db *db;
    int r = evidence_web_find(req, &db, &v.file, err);

    if (r < 0)
        return r;
    r = form_parse(&evidence_download_form, req, &in, &v.download, err);
    if (r == ERR_INVALID)
        return show_again(req, res, db, &v, err);
    if (r < 0)
        return r;
    return evidence_send(req, res, db, &v.file, in.reason, err);
}

static int facts_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct evidence_view v = {0};
    struct evidence_facts in = {0};
    struct db *db;
    int64_t version;
    int r = evidence_web_find(req, &db, &v.file, err);

    if (r < 0 || (r = evidence_require(v.file.may_write, "change", err)) < 0)
        return r;
    r = form_parse(&evidence_facts_form, req, &in, &v.facts, err);
    if (r == 0) {
        r = evidence_change_facts(req, db, &v.file, str_to_int(in.version, &version) ? version : -1,
                                  &in, err);
        if (r == ERR_CONFLICT)
            r = form_reject(&v.facts, req->arena, "",
                            T(req->lang, "Someone changed these facts while you were editing. "
                                         "Compare in another tab, and edit again."),
                            err);
    }
    if (r == ERR_INVALID)
        return show_again(req, res, db, &v, err);
    return r < 0 ? r : done(req, res, T(req->lang, "Saved."));
}

static int verify_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct evidence_find_row file;
    const char *trouble;
    struct db *db;
    int r = evidence_web_find(req, &db, &file, err);

    if (r < 0 || (r = evidence_check_one(req, db, &file, &trouble, err)) < 0)
        return r;
    return done(req, res,
                trouble[0] == '\0' ? T(req->lang, "The file is exactly what was taken in.")
                                   : evidence_trouble_label(req->lang, str_c(trouble)));
}

static int seal_post(struct http_request *req, struct http_response *res, struct err *err)
{
    bool seal = !str_is(http_field(req, "open"), "1");
    struct evidence_find_row file;
    struct db *db;
    int r = evidence_web_find(req, &db, &file, err);

    if (r < 0 || (r = evidence_seal(req, db, &file, seal, err)) < 0)
        return r;
    return done(req, res,
                seal ? T(req->lang, "Sealed: its facts stay as they are.")
                     : T(req->lang, "Unsealed."));
}

static int remove_post(struct http_request *req, struct http_response *res, struct err *err)
{
    struct evidence_view v = {0};
    struct evidence_remove_values in = {0};
    struct db *db;
    int r = evidence_web_find(req, &db, &v.file, err);

    if (r < 0 || (r = evidence_require(v.file.may_manage, "remove", err)) < 0)
        return r;
    r = form_parse(&evidence_remove_form, req, &in, &v.removal, err);
    if (r == 0) {
        r = evidence_remove(req, db, &v.file, &in, err);
        if (r == ERR_INVALID)
            form_reject(&v.removal, req->arena, "confirm",
                        T(req->lang, "These are not the first 8 characters of its SHA-256"), NULL);
    }
    if (r == ERR_INVALID)
        return show_again(req, res, db, &v, err);
    if (r < 0)
        return r;
    return done(req, res, T(req->lang, "The content is removed; facts and custody stay."));
}

#define FILE_POST(pattern, permission, handler)                                                    \
    {                                                                                              \
        HTTP_POST, pattern, permission, handler, HTTP_BODY_FORM, .scope = "file"                   \
    }

const struct http_route evidence_routes[] = {
    {HTTP_GET, "/files/{uuid}", "session", file_get, .scope = "file"},
    {HTTP_GET, "/files/{uuid}/custody", "session", custody_get, .scope = "file"},
    FILE_POST("/files/{uuid}/download", "session", download_post),
    FILE_POST("/files/{uuid}/facts", "incident.write", facts_post),
    FILE_POST("/files/{uuid}/verify", "incident.write", verify_post),
    FILE_POST("/files/{uuid}/seal", "incident.manage", seal_post),
    FILE_POST("/files/{uuid}/remove", "incident.manage", remove_post),
};
const size_t evidence_routes_len = ARRAY_LEN(evidence_routes);
