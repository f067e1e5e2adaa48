#include "engine/hunt/hunt.h"
#include "engine/hunt/ioc.h"
#include "engine/hunt/sigma.h"

#include "base/clock.h"

#include <inttypes.h>
#include <sys/resource.h>
#include <sys/wait.h>

/*
 * How fast the hunting engine is: bench-hunt RULES EVTX JSON-FOLDER [INDICATORS]
 *
 * Each case runs in a process of its own, so that the peak of memory is its own. Speed is given by
 * the clock and by processor time: on a machine with other work the second is what the program
 * itself needs.
 */
enum what { PARSE, PARSE_ALL, RULES, SWEEP };

struct bench {
    const char *title;
    enum what what;
    const char *input;
    int threads;
};

static const char *rules_path, *ioc_path;

static double seconds(struct timeval t)
{
    return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

static double cpu(void)
{
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    return seconds(u.ru_utime) + seconds(u.ru_stime);
}

/* Written only so that the compiler may not leave out the looking. */
static _Thread_local volatile uint64_t fields;

/* Looks at each event as a detector without rules would. */
static void look(void *state, struct hunt_unit *u, struct hunt_event *events, size_t len)
{
    for (size_t i = 0; i < len; i++)
        fields += events[i].len;
}

/* The same when all values are wanted as text. */
static void look_at_text(void *state, struct hunt_unit *u, struct hunt_event *events, size_t len)
{
    for (size_t i = 0; i < len; i++)
        hunt_event_text(&events[i]);
    look(state, u, events, len);
}

static void die_of(const struct err *err)
{
    die("%s", err->what);
}

static void run(const struct bench *b)
{
    struct hunt_schema schema;
    struct err err = {0};
    struct hunt_detector detector = {.events = look};
    struct hunt_run *result;
    struct rusage usage;
    int64_t began = clock_monotonic();
    hunt_schema_init(&schema);
    struct sigma *sigma = sigma_new(&schema);
    struct ioc *iocs = ioc_new();
    if (b->what != SWEEP && sigma_load(sigma, rules_path, &err) < 0)
        die_of(&err);
    sigma_finish(sigma);
    if (b->what == SWEEP && ioc_load(iocs, ioc_path, &err) < 0)
        die_of(&err);
    ioc_finish(iocs);
    int64_t loaded = clock_monotonic() - began;
    if (b->what == RULES)
        detector = sigma_detector(sigma);
    if (b->what == SWEEP)
        detector = ioc_detector(iocs);
    if (b->what == PARSE_ALL)
        detector.events = look_at_text;
    struct hunt_options o = {.schema = &schema,
                             .detectors = &detector,
                             .detectors_len = 1,
                             .threads = b->threads,
                             .from = HUNT_NO_TIME,
                             .to = HUNT_NO_TIME};
    struct str path = str_c(b->input);
    double before = cpu();
    if (hunt_run(&o, &path, 1, &result, &err) < 0)
        die_of(&err);
    double used = MAX(cpu() - before, 1e-6);
    const struct hunt_stats *s = hunt_run_stats(result);
    double wall = (double)MAX(s->elapsed_ms, INT64_C(1)) / 1000;
    getrusage(RUSAGE_SELF, &usage);
    printf("%-34s %7d %8.0f %9.0f %10.0f %12.0f %8" PRIu64 " %6ld %7" PRId64 "\n", b->title,
           b->threads, (double)s->bytes / 1e6 / wall, (double)s->bytes / 1e6 / used,
           (double)s->events / wall, (double)s->events / used, s->findings, usage.ru_maxrss / 1024,
           loaded);
    hunt_run_free(result);
    ioc_free(iocs);
    sigma_free(sigma);
    hunt_schema_release(&schema);
}

int main(int argc, char **argv)
{
    if (argc < 4) {
        fprintf(stderr, "usage: %s RULES EVTX JSON-FOLDER [INDICATORS]\n", argv[0]);
        return 2;
    }
    const struct bench benches[] = {
        {"EVTX to fields rules ask for", PARSE, argv[2], 1},
        {"EVTX to all fields as text", PARSE_ALL, argv[2], 1},
        {"EVTX, all rules", RULES, argv[2], 1},
        {"EVTX, all rules", RULES, argv[2], 2},
        {"JSON to fields rules ask for", PARSE, argv[3], 1},
        {"JSON, all rules", RULES, argv[3], 1},
        {"JSON, all rules", RULES, argv[3], 2},
        {"JSON, indicators", SWEEP, argv[3], 1},
        {"EVTX, indicators", SWEEP, argv[2], 1},
    };
    rules_path = argv[1];
    ioc_path = argc > 4 ? argv[4] : NULL;
    printf("%-34s %7s %8s %9s %10s %12s %8s %6s %7s\n", "", "threads", "MB/s", "MB/cpu-s",
           "events/s", "events/cpu-s", "findings", "MB mem", "load ms");
    for (size_t i = 0; i < ARRAY_LEN(benches); i++) {
        if (benches[i].what == SWEEP && ioc_path == NULL)
            continue;
        fflush(stdout);
        pid_t pid = fork();
        if (pid == 0) {
            run(&benches[i]);
            fflush(stdout);
            _exit(0);
        }
        waitpid(pid, NULL, 0);
    }
    return 0;
}
