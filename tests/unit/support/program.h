#ifndef SUPPORT_PROGRAM_H
#define SUPPORT_PROGRAM_H

#include "base/base.h"

/*
 * The program itself, run as a user runs it. What it prints is kept until the next run; it has to
 * fit into a pipe.
 *
 *     program = argv[1];
 *     assert_int_equal(RUN("user", "list", "--db", t.url), 0);
 *     assert_non_null(strstr(output, "lan"));
 */
extern const char *program;
extern const char *input; /* for its standard input, once; NULL: none */
extern char output[8192], errors[8192];

int program_run(const char *first, ...); /* up to 13 words, NULL at the end; the exit status */
#define RUN(...) program_run(__VA_ARGS__, NULL)

/* The text value of a name in the flat JSON object that was printed; fails the test otherwise. */
struct str printed(struct arena *a, const char *name);

#endif
