#ifndef ENGINE_HUNT_TEST_H
#define ENGINE_HUNT_TEST_H

#include "engine/hunt/rule.h"

/* Whether one value passes a test. */

/* EXACT .. GLOB: decided by the text of the value alone. */
bool test_is_text(const struct test *t);

/* Not for NULL, EXISTS and FIELD. `folded` is the value folded, used unless the test is cased. */
bool test_holds(const struct test *t, struct str value, struct str folded,
                struct regex_scratch *scratch);

/* FIELD: the two values, both folded unless the test is cased. */
bool test_pair_holds(const struct test *t, struct str x, struct str y);

/* Decimal, or hexadecimal with 0x. */
bool test_number_of(struct str s, double *out);

#endif
