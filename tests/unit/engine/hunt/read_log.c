#include "read_log.h"

#include "base/clock.h"
#include "base/io.h"

#include <ftw.h>
#include <inttypes.h>

static char folder[64];

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *where)
{
    return remove(path);
}

static void remove_folder(void)
{
    nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

struct str read_log_file(struct arena *a, const char *name, struct str content)
{
    struct err err;
    if (folder[0] == '\0') {
        memcpy(folder, "/tmp/read-log-XXXXXX", sizeof("/tmp/read-log-XXXXXX"));
        if (mkdtemp(folder) == NULL)
            die("no folder for test files");
        atexit(remove_folder);
    }
    struct str path = io_join(a, str_c(folder), str_c(name));
    if (io_replace_file(path.ptr, content, 0600, &err) < 0)
        die("%s", err.what);
    return path;
}

static void write_head(struct buf *out, const struct hunt_finding *f, struct arena *a)
{
    const struct hunt_where *w = &f->where;
    buf_add_c(out, "[");
    buf_add_c(out, hunt_family_name((enum hunt_family)f->hit->level));
    if (w->channel.len > 0)
        buf_printf(out, " channel=" STR_FMT, STR_ARG(w->channel));
    if (w->host.len > 0)
        buf_printf(out, " host=" STR_FMT, STR_ARG(w->host));
    if (w->event_id >= 0)
        buf_printf(out, " id=%" PRId64, w->event_id);
    if (w->time != HUNT_NO_TIME)
        buf_printf(out, " time=" STR_FMT, STR_ARG(clock_rfc3339(a, w->time, 0)));
    buf_add_c(out, "]");
}

struct collect {
    struct read_log *o;
    struct buf out;
};

static void on_finding(void *ctx, const struct hunt_finding *f)
{
    struct collect *c = ctx;
    write_head(&c->out, f, c->o->arena);
    for (size_t i = 0; i < f->fields_len && !c->o->heads_only; i++) {
        const struct hunt_field *e = &f->fields[i];
        buf_add_c(&c->out, i == 0 ? " " : "|");
        buf_add(&c->out, e->name);
        buf_add_c(&c->out, e->kind == HUNT_NULL ? "!" : "=");
        buf_add(&c->out, e->value);
    }
    buf_add_c(&c->out, "\n");
}

/* A hit for each family: the level carries its number through to the writer. */
static struct hunt_hit hits[HUNT_FAMILY_COUNT];

static void on_events(void *state, struct hunt_unit *u, struct hunt_event *events, size_t len)
{
    for (size_t i = 0; i < len; i++)
        hunt_emit(u, &hits[events[i].family], &events[i], NULL, 0);
}

struct str read_log_paths(struct read_log *o, const struct str *paths, size_t len)
{
    struct collect c = {.o = o, .out = buf_make(o->arena)};
    struct hunt_detector detector = {.events = on_events};
    struct hunt_schema schema;
    struct hunt_run *run;
    struct err err;
    struct str names = o->names != NULL ? str_c(o->names) : STR_EMPTY, name;
    size_t problems_len;
    hunt_schema_init(&schema);
    for (size_t i = 0; i < HUNT_FAMILY_COUNT; i++)
        hits[i].level = (enum hunt_level)i;
    while (str_split(&names, ' ', &name))
        hunt_names_add(&schema.fields, name);
    struct hunt_options options = o->options;
    options.schema = &schema;
    options.detectors = &detector;
    options.detectors_len = 1;
    options.threads = MAX(o->threads, 1);
    options.slack = o->slack;
    if (options.from == 0 && options.to == 0)
        options.from = options.to = HUNT_NO_TIME;
    options.ctx = &c;
    options.finding = on_finding;
    if (hunt_run(&options, paths, len, &run, &err) < 0)
        die("%s", err.what);
    const struct hunt_problem *p = hunt_run_problems(run, &problems_len);
    for (size_t i = 0; i < problems_len; i++)
        buf_printf(&c.out, "! %" PRIu64 " %" PRIu64 " " STR_FMT "\n", p[i].offset, p[i].count,
                   STR_ARG(p[i].reason));
    o->stats = *hunt_run_stats(run);
    hunt_run_free(run);
    hunt_schema_release(&schema);
    return buf_str(&c.out);
}

struct str read_log(struct read_log *o, struct str content)
{
    struct str path = read_log_file(o->arena, "log", content);
    return read_log_paths(o, &path, 1);
}
