#ifndef TESTS_APP_API_APITEST_H
#define TESTS_APP_API_APITEST_H

#include "support/visit.h"

#include "base/json.h"

#include <setjmp.h>
#include <cmocka.h>

/* The small province behind a real server, asked as a program does it. */
struct apitest {
    struct province p;
    struct http_server *server;
    struct browser b;
    const char *tokens[32]; /* header lines, by account */
};

int apitest_setup(void **state);
int apitest_teardown(void **state);

/* From now on the requests bear a token of this account, for everything its roles allow. */
void as(struct apitest *t, const struct actor *who);
/* From now on this account's session, for pages. */
void sit_down(struct apitest *t, const struct actor *who);
/* From now on nobody's. */
void as_visitor(struct apitest *t);

/* One request; the answer is in t->b.page. `more`: further header lines, or NULL. */
void call(struct apitest *t, const char *method, const char *path, const char *body,
          const char *more);
/* The answer has this status, and its text holds this. */
#define assert_answer(t, code, part) assert_answer_(t, code, part, __FILE__, __LINE__)
void assert_answer_(struct apitest *t, int status, const char *part, const char *file, int line);
/* The value of a header of the answer. */
struct str answered(struct apitest *t, const char *header);
/* The text of the member in the answer, the first one of this name; quotes and escapes gone. */
struct str member(struct apitest *t, const char *name);
/* How often the text stands in the answer. */
int count_of(const struct apitest *t, const char *text);
/* A path with a part that is no C string. */
const char *with(struct apitest *t, const char *before, struct str part, const char *behind);
/* How often the audit log holds the action. */
int64_t audited(struct apitest *t, const char *action);

#define API_TEST(f) cmocka_unit_test_setup_teardown(f, apitest_setup, apitest_teardown)

#endif
