#include "fuzz.h"

#include "engine/hunt/input.h"

#include <sys/mman.h>
#include <unistd.h>

/* Archives and compressed files, down to the bytes of their members. */
enum { UNPACKED = 4 << 20 };

static void on_problem(void *ctx, struct str path, const char *reason)
{
    FUZZ_CHECK(path.len > 0 && reason[0] != '\0');
}

static uint64_t read_all(struct hunt_inputs *in)
{
    static char piece[8192];
    uint64_t total = 0;
    size_t got;
    struct str path;
    bool plain;

    while (hunt_inputs_next(in, &path, &plain)) {
        FUZZ_CHECK(path.len > 0);
        while ((got = hunt_inputs_read(in, piece, sizeof(piece))) > 0) {
            FUZZ_CHECK(got <= sizeof(piece));
            total += plain ? 0 : got;
        }
        FUZZ_CHECK(hunt_inputs_at(in) <= hunt_inputs_bytes(in));
    }
    return total;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct hunt_limits limits = {
        .max_unpacked = UNPACKED, .max_ratio = 1000, .max_depth = 4};
    static int fd = -1;
    char path[64];

    if (fd < 0)
        fd = memfd_create("fuzz", MFD_CLOEXEC);
    FUZZ_CHECK(fd >= 0 && ftruncate(fd, 0) == 0);
    FUZZ_CHECK(pwrite(fd, data, size, 0) == (ssize_t)size);
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    struct hunt_inputs *in = hunt_inputs_new(&limits, on_problem, NULL);
    hunt_inputs_add(in, str_c(path));
    FUZZ_CHECK(read_all(in) <= UNPACKED + 8192);
    hunt_inputs_free(in);
    return 0;
}
