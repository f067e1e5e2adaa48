#include "app/api/api.h"
#include "app/post/hook.h"
#include "app/post/inner.h"
#include "app/post/view.h"
#include "sys/i18n/i18n.h"

/* What stands on the administrator's pages, as files. Those of one's own notices are in api.c. */

static const char *const newest[] = {"-at", NULL};
static const char *const by_name[] = {"name", NULL};

/* ---- jobs --------------------------------------------------------------------------------------
 */

static int give_job(void *sink, const struct job_listed *row, struct err *err)
{
    return api_take(sink, row, err);
}

static int walk_jobs(struct http_request *req, struct db *db, _unused_ const struct api_walk *w,
                     void *sink, struct err *err)
{
    return job_each(db, post_jobs_state(req), give_job, sink, err);
}

static const struct api_list jobs = {
    .name = "jobs",
    .kind = "setting",
    .title = N_("Jobs"),
    .item = &post_job_resource,
    .sorts = newest,
    .walk = walk_jobs,
};

/* ---- webhooks ----------------------------------------------------------------------------------
 */

static int walk_hooks(struct http_request *req, struct db *db, _unused_ const struct api_walk *w,
                      void *sink, struct err *err)
{
    struct post_hook_list_rows rows;
    int r = post_hook_list(db, req->arena, actor_of(req)->id, req->now, &rows, err);

    return r < 0 ? r : api_take_all(sink, &rows, err);
}

static const struct api_list hooks = {
    .name = "webhooks",
    .kind = "setting",
    .title = N_("Webhooks"),
    .item = &post_hook_item_resource,
    .sorts = by_name,
    .walk = walk_hooks,
};

static int give_delivery(void *sink, const struct post_deliveries_row *row, struct err *err)
{
    return api_take(sink, row, err);
}

static int walk_deliveries(struct http_request *req, struct db *db,
                           _unused_ const struct api_walk *w, void *sink, struct err *err)
{
    struct post_hook_row hook;
    int r =
        post_hook(db, req->arena, actor_of(req)->id, req->now, http_param(req, "uuid"), &hook, err);

    if (r == 0)
        return err_set(err, ERR_NOT_FOUND, "no such webhook in reach");
    return r < 0 ? r : post_delivery_walk(db, hook.id, give_delivery, sink, err);
}

static const struct api_list deliveries = {
    .name = "webhook-messages",
    .kind = "setting",
    .title = N_("Messages"),
    .item = &post_delivery_resource,
    .sorts = newest,
    .walk = walk_deliveries,
    .part = "uuid",
};

API_EXPORT_HANDLER(mails_export, post_mails)
API_EXPORT_HANDLER(jobs_export, jobs)
API_EXPORT_HANDLER(hooks_export, hooks)
API_EXPORT_HANDLER(deliveries_export, deliveries)

const struct http_route post_export_routes[] = {
    API_EXPORTS("/settings/sent", "site.manage", mails_export, "none"),
    API_EXPORTS("/settings/jobs", "site.manage", jobs_export, "none"),
    API_EXPORTS("/settings/hooks", "webhook.manage", hooks_export, "none"),
    API_EXPORTS("/settings/hooks/{uuid}/messages", "webhook.manage", deliveries_export, "webhook"),
};
const size_t post_export_routes_len = ARRAY_LEN(post_export_routes);
