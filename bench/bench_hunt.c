#include "engine/hunt/hunt.h"
#include "engine/hunt/ioc.h"
#include "engine/hunt/sigma.h"

#include "base/clock.h"

#include <inttypes.h>
#include <sys/resource.h>
#include <sys/wait.h>

/*
 * How fast the hunting engine is: bench-hunt RULES EVTX JSON-FOLDER INDICATORS INDEX, the index
 * made of the indicators.
 *
 * Each case runs in a process of its own, so that the peak of memory is its own. Speed is given by
 * the clock and by processor time: on a machine with other work the second is what the program
 * itself needs.
 */
enum what { LOAD_RULES, LOAD_LIST, LOAD_INDEX, PARSE, PARSE_ALL, RULES, SWEEP };

struct bench {
    const char *title;
    enum what what;
    const char *input;
    int threads;
};

static const char *rules_path, *list_path, *index_path;

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

static void print_load(const struct bench *b, int64_t elapsed, double used)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("%-34s %7s %8" PRId64 " %9.0f %48ld\n", b->title, "", elapsed, used * 1000,
           usage.ru_maxrss / 1024);
}

static void print_run(const struct bench *b, const struct hunt_stats *s, double used)
{
    double wall = (double)MAX(s->elapsed_ms, INT64_C(1)) / 1000;
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("%-34s %7d %8.0f %9.0f %12.0f %14.0f %8" PRIu64 " %11ld\n", b->title, b->threads,
           (double)s->bytes / 1e6 / wall, (double)s->bytes / 1e6 / used, (double)s->events / wall,
           (double)s->events / used, s->findings, usage.ru_maxrss / 1024);
}

static void run(const struct bench *b)
{
    struct hunt_schema schema;
    struct err err = {0};
    struct hunt_detector detector = {.events = look};
    struct hunt_run *result;
    bool sweep = b->what == SWEEP || b->what == LOAD_LIST || b->what == LOAD_INDEX;
    double before = cpu();
    int64_t began = clock_monotonic();
    hunt_schema_init(&schema);
    struct sigma *sigma = sigma_new(&schema);
    struct ioc *iocs = ioc_new();
    if (!sweep && sigma_load(sigma, rules_path, &err) < 0)
        die_of(&err);
    sigma_finish(sigma);
    if (sweep && ioc_load(iocs, b->what == LOAD_LIST ? list_path : index_path, &err) < 0)
        die_of(&err);
    ioc_finish(iocs);
    if (b->input == NULL) {
        print_load(b, clock_monotonic() - began, cpu() - before);
        return;
    }
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
    before = cpu();
    if (hunt_run(&o, &path, 1, &result, &err) < 0)
        die_of(&err);
    print_run(b, hunt_run_stats(result), MAX(cpu() - before, 1e-6));
    hunt_run_free(result);
    ioc_free(iocs);
    sigma_free(sigma);
    hunt_schema_release(&schema);
}

static void run_all(const struct bench *benches, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        fflush(stdout);
        pid_t pid = fork();
        if (pid == 0) {
            run(&benches[i]);
            fflush(stdout);
            _exit(0);
        }
        waitpid(pid, NULL, 0);
    }
}

int main(int argc, char **argv)
{
    if (argc != 6) {
        fprintf(stderr, "usage: %s RULES EVTX JSON-FOLDER INDICATORS INDEX\n", argv[0]);
        return 2;
    }
    const char *evtx = argv[2], *json = argv[3];
    const struct bench loads[] = {
        {"all rules: load and compile", LOAD_RULES, NULL, 1},
        {"1,000,000 indicators as text: load", LOAD_LIST, NULL, 1},
        {"the same as an index: load", LOAD_INDEX, NULL, 1},
    };
    const struct bench runs[] = {
        {"EVTX to fields rules ask for", PARSE, evtx, 1},
        {"EVTX to all fields as text", PARSE_ALL, evtx, 1},
        {"EVTX, all rules", RULES, evtx, 1},
        {"EVTX, all rules", RULES, evtx, 2},
        {"EVTX, 1,000,000 indicators", SWEEP, evtx, 1},
        {"EVTX, 1,000,000 indicators", SWEEP, evtx, 2},
        {"JSON to fields rules ask for", PARSE, json, 1},
        {"JSON, all rules", RULES, json, 1},
        {"JSON, all rules", RULES, json, 2},
        {"JSON, 1,000,000 indicators", SWEEP, json, 1},
        {"JSON, 1,000,000 indicators", SWEEP, json, 2},
    };
    rules_path = argv[1];
    list_path = argv[4];
    index_path = argv[5];
    printf("%-34s %7s %8s %9s %48s\n", "", "", "ms", "cpu-ms", "peak MB");
    run_all(loads, ARRAY_LEN(loads));
    printf("\n%-34s %7s %8s %9s %12s %14s %8s %11s\n", "", "threads", "MB/s", "MB/cpu-s",
           "events/s", "events/cpu-s", "findings", "peak MB");
    run_all(runs, ARRAY_LEN(runs));
    return 0;
}
