#include "cmd/commands.h"

#include "app/evidence/evidence.h"
#include "app/web/web.h"
#include "base/clock.h"
#include "base/io.h"
#include "base/json.h"
#include "cmd/site.h"

struct options {
    struct cmd_site_options site;
    bool json, quiet;
};

static const struct cmd_option options[] = {
    CMD_SITE(struct options, site),
    CMD_FLAG(struct options, json, "json", "write JSON"),
    CMD_FLAG(struct options, quiet, "quiet", "no progress on the terminal"),
    CMD_END,
};

/* ---- progress ----------------------------------------------------------------------------------
 */

struct telling {
    const struct options *o;
    struct buf findings;
    struct json_writer w;
    bool terminal;
    int64_t shown_at;
};

static void step(void *ctx, int64_t done, int64_t all)
{
    struct telling *t = ctx;
    int64_t now = clock_monotonic();

    if (!t->terminal || (now - t->shown_at < 200 && done < all))
        return;
    t->shown_at = now;
    fprintf(stderr, "\r%" PRId64 " of %" PRId64 " MB, %d %%  ", done >> 20, all >> 20,
            all > 0 ? (int)(100 * MIN(done, all) / all) : 100);
}

static void end_progress(const struct telling *t)
{
    if (t->terminal && t->shown_at != 0)
        fputs("\r\033[K", stderr);
}

static void found(void *ctx, const struct evidence_finding *f)
{
    struct telling *t = ctx;

    if (t->o->json) {
        json_w_object(&t->w);
        json_w_kstr(&t->w, "what", str_c(f->what));
        json_w_kstr(&t->w, "file", f->sha256);
        json_w_kint(&t->w, "size", f->size);
        json_w_end(&t->w);
        return;
    }
    end_progress(t);
    printf("%-13s" STR_FMT "  %" PRId64 " bytes\n", f->what, STR_ARG(f->sha256), f->size);
}

static void begin_telling(struct telling *t, struct cmd *cmd)
{
    *t = (struct telling){.o = cmd->options, .findings = buf_make(cmd->arena)};
    t->terminal = !t->o->quiet && isatty(STDERR_FILENO);
    json_w_init(&t->w, &t->findings);
}

/* ---- verify ------------------------------------------------------------------------------------
 */

static int open_site(struct cmd *cmd, struct cmd_site *s, struct db **db, struct err *err)
{
    const struct options *o = cmd->options;
    int r;

    if ((r = cmd_site_open(s, cmd->arena, &o->site, err)) < 0 ||
        (r = evidence_open_store(cmd->arena, s->dir, s->config.evidence_key, err)) < 0)
        return r;
    return db_acquire(s->pool, db, err);
}

static int run_verify(struct cmd *cmd, struct err *err)
{
    _cleanup_(cmd_site_close) struct cmd_site s = {0};
    _cleanup_(db_releasep) struct db *db = NULL;
    struct evidence_check sum;
    struct telling t;
    int64_t bad;
    int r;

    begin_telling(&t, cmd);
    if (t.o->json) {
        json_w_object(&t.w);
        json_w_key(&t.w, STR("findings"));
        json_w_array(&t.w);
    }
    if ((r = open_site(cmd, &s, &db, err)) < 0 ||
        (r = evidence_verify(db, clock_now(), found, step, &t, &sum, err)) < 0)
        return r;
    end_progress(&t);
    bad = sum.missing + sum.altered + sum.locked;
    if (t.o->json) {
        json_w_end(&t.w);
        json_w_kbool(&t.w, "intact", bad == 0);
        json_w_kint(&t.w, "files", sum.files);
        json_w_kint(&t.w, "bytes", sum.bytes);
        json_w_kint(&t.w, "missing", sum.missing);
        json_w_kint(&t.w, "altered", sum.altered);
        json_w_kint(&t.w, "locked", sum.locked);
        json_w_kint(&t.w, "unreferenced", sum.unreferenced);
        json_w_end(&t.w);
        puts(buf_str(&t.findings).ptr);
    } else {
        printf("%" PRId64 " files, %" PRId64 " bytes: %" PRId64 " missing, %" PRId64
               " altered, %" PRId64 " without their key; %" PRId64 " files nothing refers to.\n",
               sum.files, sum.bytes, sum.missing, sum.altered, sum.locked, sum.unreferenced);
    }
    return bad > 0 ? 1 : 0;
}

static const struct command verify = {
    .name = "verify",
    .summary = "Read every file of the store and compare its hashes",
    .details =
        "A file is missing, altered (or cut off), or locked: encrypted with a key that the key\n"
        "file does not have. What is found is noted with the evidence and in its custody log, and\n"
        "the exit status is 1. Files that nothing refers to, such as one that is just being taken\n"
        "in, are named and do no harm.\n",
    .options = options,
    .options_size = sizeof(struct options),
    .run = run_verify,
};

/* ---- encrypt -----------------------------------------------------------------------------------
 */

static int run_encrypt(struct cmd *cmd, struct err *err)
{
    _cleanup_(cmd_site_close) struct cmd_site s = {0};
    _cleanup_(db_releasep) struct db *db = NULL;
    struct telling t;
    int64_t files;
    int r;

    begin_telling(&t, cmd);
    if ((r = open_site(cmd, &s, &db, err)) < 0 ||
        (r = evidence_encrypt(db, clock_now(), step, &t, &files, err)) < 0)
        return r;
    end_progress(&t);
    if (t.o->json)
        printf("{\"files\":%" PRId64 ",\"key\":\"%s\"}\n", files, evidence_store.keys->at[0].id);
    else
        printf("%" PRId64 " files are encrypted anew, with the key %s.\n", files,
               evidence_store.keys->at[0].id);
    return 0;
}

static const struct command encrypt = {
    .name = "encrypt",
    .summary = "Encrypt the files of the store with the newest key",
    .details =
        "Takes what is not encrypted, or encrypted with an older key. It may be broken off and\n"
        "begun again, and the site may run meanwhile. Once it has gone through, older keys can be\n"
        "taken out of the key file.\n",
    .options = options,
    .options_size = sizeof(struct options),
    .run = run_encrypt,
};

/* ---- key ---------------------------------------------------------------------------------------
 */

static int name_in_config(struct cmd *cmd, const struct cmd_site *s, struct err *err)
{
    struct str path = io_join(cmd->arena, s->dir, STR("ungcuu.conf")), text;
    struct buf out = buf_make(cmd->arena);
    int r = io_read_file(cmd->arena, path.ptr, 64 * 1024, &text, err);

    if (r < 0)
        return r;
    buf_add(&out, text);
    if (!str_ends(text, STR("\n")))
        buf_add_char(&out, '\n');
    buf_add_c(&out, "\n# Key file that encrypts the files kept with reports and incidents.\n"
                    "evidence_key = " EVIDENCE_KEY_FILE "\n");
    return io_replace_file(path.ptr, buf_str(&out), 0600, err);
}

static int run_key(struct cmd *cmd, struct err *err)
{
    const struct options *o = cmd->options;
    struct cmd_site s = {0};
    struct str path, id;
    bool first;
    int r;

    if ((r = cmd_site_dir(cmd->arena, &o->site, &s.dir, err)) < 0 ||
        (r = config_read(cmd->arena, s.dir, &s.config, err)) < 0)
        return r;
    first = s.config.evidence_key.len == 0;
    path = first ? io_join(cmd->arena, s.dir, STR(EVIDENCE_KEY_FILE)) : s.config.evidence_key;
    if ((r = blob_keys_renew(cmd->arena, str_cdup(cmd->arena, path), &id, err)) < 0 ||
        (first && (r = name_in_config(cmd, &s, err)) < 0))
        return r;
    if (o->json)
        printf("{\"key\":\"" STR_FMT "\",\"file\":\"" STR_FMT "\"}\n", STR_ARG(id), STR_ARG(path));
    else
        printf("New files will be encrypted with the key " STR_FMT " of " STR_FMT ".\n"
               "1. Copy that file to another place: without it no file can be read.\n"
               "2. Restart the site.\n"
               "3. Encrypt what is there: ungcuu evidence encrypt --dir " STR_FMT "\n",
               STR_ARG(id), STR_ARG(path), STR_ARG(s.dir));
    return 0;
}

static const struct command key = {
    .name = "key",
    .summary = "Make a new key that encrypts the files of the store",
    .details = "Puts a fresh key in front of the key file. The first time, the file is\n"
               "DIR/" EVIDENCE_KEY_FILE " and ungcuu.conf is made to name it. Older keys stay in "
               "the file to\nread what they encrypted.\n",
    .options = options,
    .options_size = sizeof(struct options),
    .run = run_key,
};

static const struct command *const subs[] = {&verify, &encrypt, &key, NULL};

const struct command cmd_evidence = {
    .name = "evidence",
    .summary = "Check and encrypt the files kept with reports and incidents",
    .subs = subs,
};
