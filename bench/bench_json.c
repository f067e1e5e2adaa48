#include "base/clock.h"
#include "base/io.h"
#include "base/json.h"

/*
 * bench-json FILE [ROUNDS]: walks every token of every line of a JSON Lines file and prints the
 * best speed of all rounds.
 */
static int64_t walk(struct str text)
{
    struct str line;
    struct json j;
    int64_t tokens = 0;

    while (str_line(&text, &line)) {
        json_init(&j, line);
        while (json_next(&j) != JSON_END) {
            if (j.type == JSON_ERROR)
                return -1;
            tokens++;
        }
    }
    return tokens;
}

static double seconds(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
    return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
    struct str text;
    struct err err = {0};
    int64_t rounds = 5, tokens = 0;
    double best = 1e9;

    if (argc < 2 || (argc > 2 && !str_to_int(str_c(argv[2]), &rounds))) {
        fprintf(stderr, "usage: bench-json FILE [ROUNDS]\n");
        return 2;
    }
    if (io_map(argv[1], &text, &err) < 0) {
        fprintf(stderr, "bench-json: %s\n", err.what);
        return 1;
    }
    for (int64_t i = 0; i < rounds; i++) {
        double start = seconds();
        double took;

        tokens = walk(text);
        took = seconds() - start;
        best = MIN(best, took);
    }
    printf("json_next  %7.0f MB/s  %5.1f million tokens/s  (%.1f MB, %lld tokens)\n",
           (double)text.len / 1e6 / best, (double)tokens / 1e6 / best, (double)text.len / 1e6,
           (long long)tokens);
    io_unmap(&text);
    return tokens < 0;
}
