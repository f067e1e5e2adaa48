#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include "base/base.h"

/* The entry of every fuzz target. Returns 0; what must not happen ends in abort(). */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* For an invariant that the target checks. */
#define FUZZ_CHECK(what)                                                                           \
    do {                                                                                           \
        if (!(what))                                                                               \
            die("%s:%d: %s", __FILE__, __LINE__, #what);                                           \
    } while (0)

#endif
