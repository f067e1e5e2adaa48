#include "cmd/commands.h"

#include "app/backup/backup.h"
#include "base/clock.h"
#include "base/io.h"
#include "base/json.h"
#include "cmd/progress.h"
#include "cmd/site.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>

/* ---- what both say ------------------------------------------------------------------------- */

static void facts_json(struct arena *a, const struct backup_facts *f)
{
    struct buf out = buf_make(a);
    struct json_writer w;

    json_w_init(&w, &out);
    json_w_object(&w);
    json_w_kstr(&w, "program", f->program);
    json_w_kint(&w, "schema", f->schema);
    json_w_kstr(&w, "engine", f->engine);
    json_w_kstr(&w, "site", f->site);
    json_w_kstr(&w, "at", clock_rfc3339(a, f->at, 0));
    json_w_kint(&w, "tables", f->tables);
    json_w_kint(&w, "rows", f->rows);
    json_w_kint(&w, "files", f->blobs);
    json_w_kint(&w, "bytes", f->bytes);
    json_w_kbool(&w, "keys", f->keys);
    json_w_kint(&w, "entries", f->audit.seq);
    json_w_kstr(&w, "head", f->audit.hash);
    json_w_key(&w, STR("troubles"));
    json_w_array(&w);
    for (size_t i = 0; i < f->troubles.len; i++) {
        json_w_object(&w);
        json_w_kstr(&w, "file", f->troubles.at[i].name);
        json_w_kstr(&w, "what", f->troubles.at[i].what);
        json_w_end(&w);
    }
    json_w_end(&w);
    json_w_end(&w);
    puts(buf_str(&out).ptr);
}

static void facts_text(struct arena *a, const struct backup_facts *f)
{
    printf("    Site        " STR_FMT ", " STR_FMT " (" STR_FMT ", schema %" PRId64 ")\n"
           "    Content     %" PRId64 " rows in %" PRId64 " tables, %" PRId64
           " files, %.1f MB unpacked\n"
           "    Keys        %s\n"
           "    Audit head  " STR_FMT " (%" PRId64 " entries)\n",
           STR_ARG(f->site), STR_ARG(clock_rfc3339(a, f->at, 0)), STR_ARG(f->engine), f->schema,
           f->rows, f->tables, f->blobs, (double)f->bytes / 1e6,
           f->keys ? "included: keep this file as safe as the site itself" : "not included",
           STR_ARG(f->audit.hash), f->audit.seq);
}

/* Exit status 1, and what is wrong with which file, when something could not be taken. */
static int tell_troubles(const struct backup_facts *f)
{
    for (size_t i = 0; i < f->troubles.len; i++)
        fprintf(stderr, "warning: the stored file " STR_FMT " is " STR_FMT "\n",
                STR_ARG(f->troubles.at[i].name), STR_ARG(f->troubles.at[i].what));
    return f->troubles.len > 0 ? 1 : 0;
}

static int open_input(const char *path, int *fd, struct err *err)
{
    *fd = strcmp(path, "-") == 0 ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
    return *fd >= 0 ? 0 : err_errno(err, "cannot open %s", path);
}

/* ---- backup -------------------------------------------------------------------------------- */

struct options {
    struct cmd_site_options site;
    struct str out, head;
    bool with_keys, json;
};

static const struct cmd_option options[] = {
    CMD_SITE(struct options, site),
    CMD_TEXT(struct options, out, "out", "FILE", "where to write it; - for standard output"),
    CMD_FLAG(struct options, with_keys, "with-keys",
             "also take the keys of the site (DIR/*.key); whoever has the file has them then"),
    CMD_FLAG(struct options, json, "json", "write a JSON object about it"),
    CMD_END,
};

/* A broken-off backup must not look like one: it gets its name when it is complete. */
struct output {
    char temporary[PATH_MAX];
    const char *path;
    int fd;
};

static int open_output(struct output *o, const char *path, struct err *err)
{
    o->path = path;
    if (strcmp(path, "-") == 0) {
        if (isatty(STDOUT_FILENO) == 1)
            return err_set(err, ERR_USAGE, "a backup is not written to a terminal");
        o->fd = dup(STDOUT_FILENO);
        return o->fd >= 0 ? 0 : err_errno(err, "cannot write to standard output");
    }
    if (access(path, F_OK) == 0)
        return err_set(err, ERR_EXISTS, "%s is there already", path);
    if (snprintf(o->temporary, sizeof(o->temporary), "%s.part", path) >= (int)sizeof(o->temporary))
        return err_set(err, ERR_USAGE, "the path is too long");
    o->fd = open(o->temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    return o->fd >= 0 ? 0 : err_errno(err, "cannot write %s", o->temporary);
}

static int keep_output(struct output *o, int r, struct err *err)
{
    if (o->temporary[0] == '\0') {
        close_fd(&o->fd);
        return r;
    }
    if (r == 0 && (fsync(o->fd) < 0 || rename(o->temporary, o->path) < 0))
        r = err_errno(err, "cannot write %s", o->path);
    if (r < 0)
        unlink(o->temporary);
    close_fd(&o->fd);
    return r;
}

static struct str base_name(struct str path)
{
    const char *slash = memrchr(path.ptr, '/', path.len);

    return slash != NULL ? str_from(path, (size_t)(slash - path.ptr) + 1) : path;
}

/* A program of another version than the schema reads it, but does not write to it. */
static int note(struct cmd_site *s, struct arena *a, struct str file,
                const struct backup_facts *facts, struct err *err)
{
    int r;

    if (facts->schema != db_schema_latest())
        return 0;
    r = backup_note(s->pool, a, "setting.backup", file, facts, err);
    if (r < 0)
        err_prefix(err, "the backup is complete, but the audit log does not tell of it: ");
    return r;
}

static int run_backup(struct cmd *cmd, struct err *err)
{
    const struct options *o = cmd->options;
    _cleanup_(cmd_site_close) struct cmd_site s = {0};
    bool to_stdout = str_is(o->out, "-");
    struct backup_facts facts = {0};
    struct cmd_progress progress;
    struct output output = {.fd = -1};
    struct backup_job job;
    int r;

    if (o->out.len == 0)
        return err_set(err, ERR_USAGE, "where to? --out FILE, or --out - for standard output");
    if ((r = cmd_site_open_as_is(&s, cmd->arena, &o->site, err)) < 0 ||
        (r = open_output(&output, str_cdup(cmd->arena, o->out), err)) < 0)
        return r;
    cmd_progress_begin(&progress);
    job = (struct backup_job){.pool = s.pool,
                              .dir = s.dir,
                              .with_keys = o->with_keys,
                              .fd = output.fd,
                              .watch = {cmd_progress_tell, &progress}};
    r = backup_write(&job, cmd->arena, &facts, err);
    cmd_progress_end(&progress);
    if ((r = keep_output(&output, r, err)) < 0 ||
        (r = note(&s, cmd->arena, to_stdout ? STR("") : base_name(o->out), &facts, err)) < 0)
        return r;
    if (o->json && !to_stdout) {
        facts_json(cmd->arena, &facts);
    } else if (!to_stdout) {
        printf("The backup is in " STR_FMT "\n\n", STR_ARG(o->out));
        facts_text(cmd->arena, &facts);
    }
    return tell_troubles(&facts);
}

/* ---- backup verify ------------------------------------------------------------------------- */

static const struct cmd_option verify_options[] = {
    CMD_TEXT(struct options, head, "head", "HASH", "the audit head that the backup must have"),
    CMD_FLAG(struct options, json, "json", "write a JSON object about it"),
    CMD_END,
};

static int run_verify(struct cmd *cmd, struct err *err)
{
    const struct options *o = cmd->options;
    _cleanup_(close_fd) int fd = -1;
    struct backup_facts facts;
    struct cmd_progress progress;
    struct backup_watch watch = {cmd_progress_tell, &progress};
    int r;

    if ((r = open_input(cmd->args[0].ptr, &fd, err)) < 0)
        return r;
    cmd_progress_begin(&progress);
    r = backup_verify(fd, &watch, cmd->arena, &facts, err);
    cmd_progress_end(&progress);
    if (r < 0)
        return r;
    if (o->head.len > 0 && !str_eq(o->head, facts.audit.hash))
        return err_set(err, ERR_CORRUPT, "the audit head of the backup is " STR_FMT ", not that",
                       STR_ARG(facts.audit.hash));
    if (o->json) {
        facts_json(cmd->arena, &facts);
    } else {
        printf("The backup is intact\n\n");
        facts_text(cmd->arena, &facts);
    }
    return tell_troubles(&facts);
}

static const struct command verify = {
    .name = "verify",
    .summary = "Read a whole backup and check that it is intact",
    .args = "FILE",
    .args_min = 1,
    .args_max = 1,
    .details = "Checks form, digests, counts, every stored file against its name, and that the\n"
               "audit log in it ends with its head. Exit status 1: damaged, or a stored file was\n"
               "missing already when the backup was made. FILE may be - for standard input.\n",
    .options = verify_options,
    .options_size = sizeof(struct options),
    .run = run_verify,
};

static const struct command *const backup_subs[] = {&verify, NULL};

const struct command cmd_backup = {
    .name = "backup",
    .summary = "Write the whole site into one file, while it runs",
    .details =
        "The file (tar, packed with Zstandard) has every row of the database as of one moment,\n"
        "ungcuu.conf and the stored files. It can be restored to SQLite and to PostgreSQL.\n"
        "Without --with-keys what is sealed with the site's keys (second factors, passwords of\n"
        "mail servers, secrets of webhooks, encrypted evidence) is of no use without them: keep\n"
        "the keys elsewhere. The audit log tells of each backup. Exit status 1: a stored file\n"
        "was missing or damaged; the backup has everything else.\n",
    .options = options,
    .options_size = sizeof(struct options),
    .run = run_backup,
    .subs = backup_subs,
};

/* ---- restore ------------------------------------------------------------------------------- */

static const struct cmd_option restore_options[] = {
    CMD_TEXT(struct options, site.dir, "dir", "NEWDIR",
             "data directory to make: empty, or not there yet (required)"),
    CMD_TEXT(struct options, site.db, "db", "URL",
             "empty database to fill (default: sqlite:NEWDIR/ungcuu.db)"),
    CMD_FLAG(struct options, json, "json", "write a JSON object about it"),
    CMD_END,
};

static int run_restore(struct cmd *cmd, struct err *err)
{
    const struct options *o = cmd->options;
    _cleanup_(close_fd) int fd = -1;
    struct backup_target target = {0};
    struct backup_facts facts;
    struct cmd_progress progress;
    int r;

    if (o->site.dir.len == 0)
        return err_set(err, ERR_USAGE, "where to? --dir NEWDIR");
    if ((r = cmd_site_dir(cmd->arena, &o->site, &target.dir, err)) < 0 ||
        (o->site.db.len > 0 && (r = cmd_site_url(cmd->arena, o->site.db, &target.db, err)) < 0) ||
        (r = open_input(cmd->args[0].ptr, &fd, err)) < 0)
        return r;
    cmd_progress_begin(&progress);
    target.of = str_is(cmd->args[0], "-") ? STR("") : base_name(cmd->args[0]);
    target.watch = (struct backup_watch){cmd_progress_tell, &progress};
    r = backup_restore(fd, &target, cmd->arena, &facts, err);
    cmd_progress_end(&progress);
    if (r < 0)
        return r;
    if (o->json) {
        facts_json(cmd->arena, &facts);
    } else {
        printf("The site is ready in " STR_FMT "\n\n", STR_ARG(target.dir));
        facts_text(cmd->arena, &facts);
        printf("\nThe audit log is intact. Start it: ungcuu serve --dir " STR_FMT "\n",
               STR_ARG(target.dir));
    }
    return tell_troubles(&facts);
}

const struct command cmd_restore = {
    .name = "restore",
    .summary = "Make a site of a backup",
    .args = "FILE",
    .args_min = 1,
    .args_max = 1,
    .details =
        "Everything is checked while it is read, the audit log is walked, and only then the\n"
        "directory gets its ungcuu.conf; when anything is wrong, nothing is left behind. With\n"
        "--db another engine than before may be used: this is how a site moves from SQLite to\n"
        "PostgreSQL. FILE may be - for standard input.\n",
    .options = restore_options,
    .options_size = sizeof(struct options),
    .run = run_restore,
};
