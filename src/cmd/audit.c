#include "cmd/commands.h"

#include "app/audit/audit.h"
#include "base/json.h"
#include "cmd/site.h"

#include <inttypes.h>

struct options {
    struct cmd_site_options site;
    struct str head;
    bool json;
};

static const struct cmd_option options[] = {
    CMD_SITE(struct options, site),
    CMD_TEXT(struct options, head, "head", "HASH",
             "an earlier head, kept elsewhere, that the log must lead through"),
    CMD_FLAG(struct options, json, "json",
             "write a JSON object: intact, checked, and head or problem"),
    CMD_END,
};

static void print_json(struct cmd *cmd, int64_t checked, const struct audit_head *head,
                       const struct err *problem)
{
    struct buf out = buf_make(cmd->arena);
    struct json_writer w;

    json_w_init(&w, &out);
    json_w_object(&w);
    json_w_kbool(&w, "intact", problem->code == 0);
    json_w_kint(&w, "checked", checked);
    if (problem->code == 0)
        json_w_kstr(&w, "head", head->hash);
    else
        json_w_kstr(&w, "problem", str_c(problem->what));
    json_w_end(&w);
    puts(buf_str(&out).ptr);
}

static int run_verify(struct cmd *cmd, struct err *err)
{
    const struct options *o = cmd->options;
    _cleanup_(cmd_site_close) struct cmd_site s = {0};
    _cleanup_(db_releasep) struct db *db = NULL;
    struct audit_head head = {0};
    struct err problem = {0};
    int64_t checked = 0;
    int r;

    if ((r = cmd_site_open(&s, cmd->arena, &o->site, err)) < 0 ||
        (r = db_acquire(s.pool, &db, err)) < 0)
        return r;
    r = audit_verify_through(db, o->head, &checked, &problem);
    if (r < 0 && r != ERR_CORRUPT) {
        *err = problem;
        return r;
    }
    if (r == 0 && (r = audit_head(db, cmd->arena, &head, err)) < 0)
        return r;
    if (o->json)
        print_json(cmd, checked, &head, &problem);
    else if (r == 0)
        printf("The audit log is intact: %" PRId64 " entries.\nHead: " STR_FMT "\n", checked,
               STR_ARG(head.hash));
    *err = problem;
    return problem.code;
}

static const struct command verify = {
    .name = "verify",
    .summary = "Walk the whole audit log and check that nothing was changed",
    .details =
        "Every entry holds the SHA-256 of the one before it. An entry that was edited, removed,\n"
        "moved or cut off at the end is named, and the exit status is 1. Write the head down\n"
        "somewhere else from time to time and give it with --head: even a log that was written\n"
        "anew as a whole cannot lead through it again.\n",
    .options = options,
    .options_size = sizeof(struct options),
    .run = run_verify,
};

static const struct command *const subs[] = {&verify, NULL};

const struct command cmd_audit = {
    .name = "audit",
    .summary = "Check the log of who did what",
    .subs = subs,
};
