#include "cmd/commands.h"
#include "cmd/hunt_progress.h"

#include "base/clock.h"
#include "engine/hunt/ioc.h"
#include "engine/hunt/report.h"
#include "engine/hunt/sigma.h"
#include "engine/hunt/yara.h"

#include <errno.h>
#include <inttypes.h>
#include <sys/ioctl.h>

enum { ZONE_MINUTES = 420 }; /* of times that people read: Viet Nam */

/* Exit statuses of this command. */
enum { NOTHING_FOUND = 0, FOUND = 1, INCOMPLETE = 3 };

struct options {
    struct cmd_texts rules, ioc, yara;
    struct str logsource, level, placeholders, format, out, lang, zone;
    int64_t from, to, threads, max_memory;
    bool stats, slack, utc;
};

static const struct options defaults = {.from = HUNT_NO_TIME, .to = HUNT_NO_TIME};

static const struct cmd_option options[] = {
    CMD_TEXTS(struct options, rules, "rules", "PATH", "Sigma rules: a file or a directory"),
    CMD_TEXTS(struct options, ioc, "ioc", "PATH",
              "indicators: text, CSV, STIX 2.1, MISP, or an index (ungcuu hunt index)"),
    CMD_TEXTS(struct options, yara, "yara", "PATH",
              "YARA rules for files and members of archives: a file or a directory"),
    CMD_TEXT(struct options, placeholders, "placeholders", "FILE",
             "values for the %placeholders% of rules (YAML)"),
    CMD_TEXT(struct options, logsource, "logsource", "NAME",
             "take all events for this log source: CATEGORY or PRODUCT/CATEGORY/SERVICE"),
    CMD_TEXT(struct options, level, "level", "MIN",
             "leave out rules below: informational, low, medium, high, critical"),
    CMD_TIME(struct options, from, "from", "TIME", "leave out events before"),
    CMD_TIME(struct options, to, "to", "TIME", "leave out events from then on"),
    CMD_TEXT(struct options, format, "format", "FORMAT",
             "table (the default), jsonl, csv, html or timesketch"),
    CMD_TEXT(struct options, out, "out", "FILE", "write the findings there"),
    CMD_TEXT(struct options, lang, "lang", "LANG", "language of table and HTML report: vi or en"),
    CMD_TEXT(struct options, zone, "zone", "ZONE",
             "of times in text logs that name none: +07:00 (the default), UTC, ..."),
    CMD_FLAG(struct options, utc, "utc", "show times in UTC, not in the time of Viet Nam"),
    CMD_INT(struct options, threads, "threads", "N", "threads (one per processor)", 1, 256),
    CMD_SIZE(struct options, max_memory, "max-memory", "SIZE", "memory for logs being read"),
    CMD_FLAG(struct options, slack, "slack", "EVTX: also look for records in unused space"),
    CMD_FLAG(struct options, stats, "stats", "tell what each rule cost"),
    CMD_END,
};

struct hunt {
    const struct options *o;
    struct arena *arena;
    struct hunt_schema schema;
    struct sigma *sigma;
    struct ioc *ioc;
    struct yara *yara;
    struct hunt_detector detectors[4];
    size_t detectors_len;
    struct hunt_report *report;
    struct hunt_progress progress;
    FILE *out;
    VEC(struct str) not_loaded; /* files that could not be read, and why */
    uint64_t found;
};

/* -------- loading -------- */

/* A file of rules or indicators that cannot be read does not keep the others from being used. */
static void not_loaded(struct hunt *h, struct err *err)
{
    *vec_push(&h->not_loaded, h->arena) = str_dup(h->arena, str_c(err->what));
    *err = (struct err){0};
}

static int load_rules(struct hunt *h, struct err *err)
{
    const struct options *o = h->o;
    enum hunt_level level;
    int r;
    h->sigma = sigma_new(&h->schema);
    if (o->level.ptr != NULL) {
        if (!hunt_level_parse(o->level, &level))
            return err_set(err, ERR_USAGE, "--level " STR_FMT ": there is no such level",
                           STR_ARG(o->level));
        sigma_min_level(h->sigma, level);
    }
    if (o->logsource.ptr != NULL && (r = sigma_force_logsource(h->sigma, o->logsource, err)) < 0)
        return r;
    if (o->placeholders.ptr != NULL &&
        (r = sigma_placeholders(h->sigma, o->placeholders.ptr, err)) < 0)
        return r;
    for (size_t i = 0; i < o->rules.len; i++) {
        if (sigma_load(h->sigma, o->rules.at[i].ptr, err) < 0)
            not_loaded(h, err);
    }
    sigma_finish(h->sigma);
    if (o->stats)
        sigma_measure(h->sigma);
    h->detectors[h->detectors_len++] = sigma_detector(h->sigma);
    return 0;
}

static void load_indicators(struct hunt *h, struct err *err)
{
    h->ioc = ioc_new();
    for (size_t i = 0; i < h->o->ioc.len; i++) {
        if (ioc_load(h->ioc, h->o->ioc.at[i].ptr, err) < 0)
            not_loaded(h, err);
    }
    ioc_finish(h->ioc);
    h->detectors[h->detectors_len++] = ioc_detector(h->ioc);
}

static int load_yara(struct hunt *h, struct err *err)
{
    int r;
    h->yara = yara_new();
    for (size_t i = 0; i < h->o->yara.len; i++) {
        if (yara_load(h->yara, h->o->yara.at[i].ptr, err) < 0)
            not_loaded(h, err);
    }
    if ((r = yara_finish(h->yara, err)) < 0)
        return r;
    h->detectors[h->detectors_len++] = yara_detector(h->yara);
    return 0;
}

static int load(struct hunt *h, struct err *err)
{
    const struct options *o = h->o;
    int r = 0;
    if (o->rules.len + o->ioc.len + o->yara.len == 0) {
        err_set(err, ERR_USAGE, "there is nothing to look for");
        err_hint(err,
                 "give Sigma rules with --rules, indicators with --ioc, YARA rules with --yara");
        return ERR_USAGE;
    }
    if (o->rules.len > 0)
        r = load_rules(h, err);
    if (r == 0 && o->ioc.len > 0)
        load_indicators(h, err);
    if (r == 0 && o->yara.len > 0)
        r = load_yara(h, err);
    return r;
}

/* "+07:00", "-03:30", "UTC": minutes east of UTC. */
static int parse_zone(struct str s, int *out, struct err *err)
{
    int64_t hours, minutes;
    *out = s.ptr == NULL ? ZONE_MINUTES : 0;
    if (s.ptr == NULL || str_is(s, "UTC") || str_is(s, "Z"))
        return 0;
    bool form = s.len == 6 && (s.ptr[0] == '+' || s.ptr[0] == '-') && s.ptr[3] == ':';
    if (!form || !str_to_int(str_sub(s, 1, 2), &hours) || !str_to_int(str_sub(s, 4, 2), &minutes) ||
        hours > 14 || minutes > 59)
        return err_set(err, ERR_USAGE, "--zone " STR_FMT ": give UTC or +07:00", STR_ARG(s));
    *out = (int)(hours * 60 + minutes) * (s.ptr[0] == '-' ? -1 : 1);
    return 0;
}

/* -------- output -------- */

static enum lang language(const struct options *o, enum hunt_report_format format)
{
    const char *env = getenv("LC_ALL");
    if (o->lang.ptr != NULL)
        return str_is(o->lang, "en") ? LANG_EN : LANG_VI;
    if (format == HUNT_REPORT_HTML)
        return LANG_VI;
    if (env == NULL || env[0] == '\0')
        env = getenv("LANG");
    return env != NULL && str_starts(str_c(env), STR("vi")) ? LANG_VI : LANG_EN;
}

static int terminal_width(FILE *f)
{
    struct winsize w;
    return ioctl(fileno(f), TIOCGWINSZ, &w) == 0 && w.ws_col >= 40 ? w.ws_col : 140;
}

static int open_report(struct hunt *h, const struct cmd *cmd, struct err *err)
{
    const struct options *o = h->o;
    enum hunt_report_format format = HUNT_REPORT_TABLE;
    if (o->format.ptr != NULL && !hunt_report_parse(o->format, &format))
        return err_set(err, ERR_USAGE,
                       "--format " STR_FMT ": table, jsonl, csv, html or timesketch",
                       STR_ARG(o->format));
    if (o->lang.ptr != NULL && !str_is(o->lang, "vi") && !str_is(o->lang, "en"))
        return err_set(err, ERR_USAGE, "--lang " STR_FMT ": vi or en", STR_ARG(o->lang));
    h->out = o->out.ptr != NULL ? fopen(o->out.ptr, "we") : stdout;
    if (h->out == NULL)
        return err_set(err, ERR_USAGE, "--out " STR_FMT ": %s", STR_ARG(o->out), strerror(errno));
    struct hunt_report_options ro = {.out = h->out,
                                     .lang = language(o, format),
                                     .zone = o->utc ? 0 : ZONE_MINUTES,
                                     .color = cmd_colors(h->out),
                                     .width = terminal_width(h->out),
                                     .now = clock_now(),
                                     .paths = cmd->args,
                                     .paths_len = cmd->args_len};
    if (h->sigma != NULL)
        ro.rules = sigma_counts(h->sigma).loaded;
    h->report = hunt_report_new(format, &ro);
    return 0;
}

static void on_finding(void *ctx, const struct hunt_finding *f)
{
    struct hunt *h = ctx;
    h->found++;
    hunt_report_finding(h->report, f);
}

static void on_progress(void *ctx, const struct hunt_stats *s, uint64_t total)
{
    struct hunt *h = ctx;
    hunt_progress_show(&h->progress, s, total);
}

/* -------- what could not be read or loaded -------- */

static void begin_line(size_t *refused)
{
    if ((*refused)++ == 0)
        fputs("Not loaded:\n", stderr);
}

static void list_refused_rules(const struct hunt *h, size_t *refused)
{
    size_t len = 0;
    const struct sigma_notice *n = h->sigma != NULL ? sigma_notices(h->sigma, &len) : NULL;
    for (size_t i = 0; i < len; i++) {
        if (!n[i].refused)
            continue;
        begin_line(refused);
        fprintf(stderr, "  " STR_FMT ":" STR_FMT "\n", STR_ARG(n[i].file), STR_ARG(n[i].text));
    }
}

static void list_refused_indicators(const struct hunt *h, size_t *refused)
{
    size_t len = 0;
    const struct ioc_notice *n = h->ioc != NULL ? ioc_notices(h->ioc, &len) : NULL;
    for (size_t i = 0; i < len; i++) {
        begin_line(refused);
        fprintf(stderr, "  " STR_FMT ":%" PRIu64 ": " STR_FMT, STR_ARG(n[i].file), n[i].line,
                STR_ARG(n[i].reason));
        fprintf(stderr, n[i].count > 1 ? " (%" PRIu64 " times)\n" : "\n", n[i].count);
    }
}

static void list_refused_yara(const struct hunt *h, size_t *refused)
{
    size_t len = 0;
    const struct yara_notice *n = h->yara != NULL ? yara_notices(h->yara, &len) : NULL;
    for (size_t i = 0; i < len; i++) {
        begin_line(refused);
        fprintf(stderr, "  " STR_FMT ":%" PRIu64 ": " STR_FMT "\n", STR_ARG(n[i].file), n[i].line,
                STR_ARG(n[i].reason));
    }
}

static size_t list_refused(const struct hunt *h)
{
    size_t refused = 0;
    for (size_t i = 0; i < h->not_loaded.len; i++) {
        begin_line(&refused);
        fprintf(stderr, "  " STR_FMT "\n", STR_ARG(h->not_loaded.at[i]));
    }
    list_refused_rules(h, &refused);
    list_refused_indicators(h, &refused);
    list_refused_yara(h, &refused);
    return refused;
}

static size_t list_unreadable(const struct hunt_run *run)
{
    size_t len;
    const struct hunt_problem *p = hunt_run_problems(run, &len);
    if (len > 0)
        fputs("Not read:\n", stderr);
    for (size_t i = 0; i < len; i++) {
        fprintf(stderr, "  " STR_FMT ":%" PRIu64 ": " STR_FMT, STR_ARG(p[i].file), p[i].offset,
                STR_ARG(p[i].reason));
        fprintf(stderr, p[i].count > 1 ? " (%" PRIu64 " times)\n" : "\n", p[i].count);
    }
    return len;
}

static int by_cost(const void *a, const void *b)
{
    const struct sigma_cost *x = a, *y = b;
    if (x->nanoseconds != y->nanoseconds)
        return x->nanoseconds > y->nanoseconds ? -1 : 1;
    return str_cmp(x->hit->title, y->hit->title);
}

static void list_costs(const struct hunt *h)
{
    size_t len;
    const struct sigma_cost *costs = sigma_costs(h->sigma, &len);
    struct sigma_cost *sorted = arena_array(h->arena, struct sigma_cost, len);
    if (len > 0)
        memcpy(sorted, costs, len * sizeof(*sorted));
    qsort(sorted, len, sizeof(*sorted), by_cost);
    fputs("        ms  candidates     matches  rule\n", stderr);
    for (size_t i = 0; i < len && sorted[i].candidates > 0; i++)
        fprintf(stderr, "%10.3f  %10" PRIu64 "  %10" PRIu64 "  " STR_FMT "\n",
                (double)sorted[i].nanoseconds / 1e6, sorted[i].candidates, sorted[i].matches,
                STR_ARG(sorted[i].hit->title));
}

/* -------- the command -------- */

static void hunt_release(struct hunt *h)
{
    hunt_report_free(h->report);
    if (h->out != NULL && h->out != stdout)
        fclose(h->out);
    sigma_free(h->sigma);
    ioc_free(h->ioc);
    yara_free(h->yara);
    hunt_schema_release(&h->schema);
}

static int finish(struct hunt *h, struct hunt_run *run, struct err *err)
{
    size_t problems_len;
    const struct hunt_problem *problems = hunt_run_problems(run, &problems_len);
    hunt_progress_end(&h->progress);
    bool written =
        hunt_report_end(h->report, hunt_run_stats(run), problems, problems_len, err) == 0;
    if (h->o->stats && h->sigma != NULL)
        list_costs(h);
    size_t left_out = list_refused(h) + list_unreadable(run);
    if (!written)
        fprintf(stderr, "%s\n", err->what);
    if (left_out > 0 || !written)
        return INCOMPLETE;
    return h->found > 0 ? FOUND : NOTHING_FOUND;
}

static int run(struct cmd *cmd, struct err *err)
{
    _cleanup_(hunt_release) struct hunt h = {.o = cmd->options, .arena = cmd->arena};
    struct hunt_run *run = NULL;
    int r, zone;
    hunt_schema_init(&h.schema);
    hunt_progress_begin(&h.progress);
    if ((r = parse_zone(h.o->zone, &zone, err)) < 0 || (r = load(&h, err)) < 0 ||
        (r = open_report(&h, cmd, err)) < 0)
        return r;
    struct hunt_options ho = {.schema = &h.schema,
                              .detectors = h.detectors,
                              .detectors_len = h.detectors_len,
                              .threads = (int)h.o->threads,
                              .max_memory = (size_t)h.o->max_memory,
                              .from = h.o->from,
                              .to = h.o->to,
                              .zone = zone,
                              .slack = h.o->slack,
                              .ctx = &h,
                              .finding = on_finding,
                              .progress = on_progress};
    if ((r = hunt_run(&ho, cmd->args, cmd->args_len, &run, err)) < 0)
        return r;
    r = finish(&h, run, err);
    hunt_run_free(run);
    return r;
}

static const struct command *const subs[] = {&cmd_hunt_check, &cmd_hunt_explain, &cmd_hunt_index,
                                             NULL};

const struct command cmd_hunt = {
    .name = "hunt",
    .summary = "Look for signs of an intruder in logs and files: Sigma rules, indicators, YARA",
    .args = "LOG|DIR|ARCHIVE...",
    .args_min = 1,
    .args_max = -1,
    .details =
        "Reads Windows event logs (EVTX, XML), JSON of any shape, syslog, auditd, web server\n"
        "logs, CSV, Zeek, CEF, LEEF, key=value and plain text, also inside gz, xz, zst, bz2,\n"
        "zip, 7z and tar. What a file is shows from its content, not from its name.\n"
        "\n"
        "Exit status: 0 nothing found, 1 findings, 2 wrong use, 3 something could not be\n"
        "read or loaded (it is listed at the end, and the findings are there all the same) or\n"
        "the findings could not be written.\n",
    .options = options,
    .options_size = sizeof(struct options),
    .defaults = &defaults,
    .run = run,
    .subs = subs,
};
