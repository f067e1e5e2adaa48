#include "app/evidence/evidence.h"
#include "app/report/report.h"
#include "app/web/web.h"
#include "base/clock.h"
#include "base/io.h"
#include "base/json.h"
#include "cmd/commands.h"
#include "cmd/site.h"
#include "sys/i18n/i18n.h"

struct options {
    struct cmd_site_options site;
    bool json, quiet;
};

static const struct cmd_option options[] = {
    CMD_SITE(struct options, site),
    CMD_FLAG(struct options, quiet, "quiet", "only the sum"),
    CMD_FLAG(struct options, json, "json", "a JSON object a message, then one with the sum"),
    CMD_END,
};

struct saying {
    const struct options *options;
    struct arena arena;
    struct report_intake *sum;
    int64_t duplicates; /* seen so far, to tell a known report from a new one */
};

static void say_json(struct saying *s, const char *file, int64_t message, struct str code,
                     bool known, const struct err *refused)
{
    struct buf b = buf_make(&s->arena);
    struct json_writer w;

    json_w_init(&w, &b);
    json_w_object(&w);
    json_w_kstr(&w, "file", str_c(file));
    json_w_kint(&w, "message", message);
    if (refused != NULL)
        json_w_kstr(&w, "refused", str_c(refused->what));
    else
        json_w_kstr(&w, "report", code);
    if (known)
        json_w_kbool(&w, "known", true);
    json_w_end(&w);
    puts(buf_str(&b).ptr);
    arena_clear(&s->arena);
}

static void said(void *ctx, const char *file, int64_t message, struct str code,
                 const struct err *refused)
{
    struct saying *s = ctx;
    bool known = s->sum->duplicates > s->duplicates;

    s->duplicates = s->sum->duplicates;
    if (s->options->json)
        say_json(s, file, message, code, known, refused);
    else if (refused != NULL)
        fprintf(stderr, "%s: message %" PRId64 ": refused: %s\n", file, message, refused->what);
    else if (!s->options->quiet)
        printf("%s: message %" PRId64 ": " STR_FMT "%s\n", file, message, STR_ARG(code),
               known ? " (known already)" : "");
}

static void say_sum(struct saying *s, size_t files)
{
    const struct report_intake *sum = s->sum;
    struct buf b = buf_make(&s->arena);
    struct json_writer w;

    if (!s->options->json) {
        printf("%zu files, %" PRId64 " messages: %" PRId64 " became reports (%" PRId64
               " observables), %" PRId64 " known already, %" PRId64 " refused\n",
               files, sum->messages, sum->accepted, sum->observables, sum->duplicates,
               sum->refused);
        return;
    }
    json_w_init(&w, &b);
    json_w_object(&w);
    json_w_kint(&w, "files", (int64_t)files);
    json_w_kint(&w, "messages", sum->messages);
    json_w_kint(&w, "accepted", sum->accepted);
    json_w_kint(&w, "observables", sum->observables);
    json_w_kint(&w, "known", sum->duplicates);
    json_w_kint(&w, "refused", sum->refused);
    json_w_end(&w);
    puts(buf_str(&b).ptr);
}

static int run(struct cmd *cmd, struct err *err)
{
    _cleanup_(cmd_site_close) struct cmd_site s = {0};
    _cleanup_(db_releasep) struct db *db = NULL;
    const struct options *o = cmd->options;
    struct report_intake sum = {0};
    struct saying saying = {.options = o, .sum = &sum};
    int r;

    if ((r = cmd_site_open(&s, cmd->arena, &o->site, err)) < 0 ||
        (r = site_load(s.pool, s.dir, err)) < 0)
        return r;
    i18n_set_zone((int)s.config.zone);
    if ((r = evidence_open_store(cmd->arena, s.dir, s.config.evidence_key, err)) < 0 ||
        (r = io_make_dirs(evidence_store.dir.ptr, 0700, err)) < 0 ||
        (r = db_acquire(s.pool, &db, err)) < 0)
        return r;
    for (size_t i = 0; i < cmd->args_len; i++) {
        r = report_intake_file(db, cmd->arena, cmd->args[i].ptr, clock_now(), said, &saying, &sum,
                               err);
        /* A file that cannot be read does not keep the others from being read. */
        if (r == ERR_SANDBOX || r == ERR_NOT_FOUND || r == ERR_IO) {
            sum.refused++;
            said(&saying, cmd->args[i].ptr, 0, STR_EMPTY, err);
            err_clear(err);
        } else if (r < 0) {
            break;
        }
    }
    if (r >= 0 || r == ERR_SANDBOX || r == ERR_NOT_FOUND || r == ERR_IO) {
        say_sum(&saying, cmd->args_len);
        r = sum.refused > 0 ? 3 : 0;
    }
    arena_release(&saying.arena);
    return r;
}

const struct command cmd_intake = {
    .name = "intake",
    .summary = "Take in mail files: every message becomes a report",
    .args = "FILE...",
    .args_min = 1,
    .args_max = -1,
    .details = "Reads EML and mbox files in a sandboxed child. Sender, subject, text, attachments "
               "and what is\n"
               "recognised in them are kept; X-ARF and feedback reports are understood. A message "
               "that is known\n"
               "already (same Message-ID) is not taken in twice. Messages that cannot be read are "
               "named on\n"
               "standard error with the reason.\n"
               "\n"
               "Exit status: 0 all taken in, 3 something was refused (the rest is in), 1 the "
               "database failed.\n",
    .options = options,
    .options_size = sizeof(struct options),
    .run = run,
};
