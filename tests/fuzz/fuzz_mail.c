#include "fuzz.h"

#include "base/io.h"
#include "base/json.h"
#include "base/text.h"
#include "sys/mail/wire.h"
#include "sys/sandbox/inner.h"

#include <fcntl.h>
#include <sys/mman.h>

/* What the child does, in this process; the frames it would send are looked at. */
static void check_frames(struct str frames)
{
    _cleanup_(arena_release) struct arena a = {0};
    struct buf document = buf_make(&a);
    bool open = false;
    int messages = 0;

    while (frames.len > 0) {
        uint8_t type = (uint8_t)frames.ptr[0];
        uint32_t len;
        struct str data;

        FUZZ_CHECK(frames.len >= FRAME_HEADER);
        memcpy(&len, frames.ptr + 1, 4);
        FUZZ_CHECK(len <= SANDBOX_FRAME && frames.len - FRAME_HEADER >= len);
        data = str_sub(frames, FRAME_HEADER, len);
        frames = str_from(frames, FRAME_HEADER + len);
        switch (type) {
        case MAIL_ATTACHMENT:
            FUZZ_CHECK(!open && json_valid(data, NULL));
            open = true;
            break;
        case MAIL_CONTENT:
            FUZZ_CHECK(open);
            break;
        case MAIL_CONTENT_END:
            FUZZ_CHECK(open);
            open = false;
            break;
        case MAIL_MESSAGE:
            buf_add(&document, data);
            break;
        case MAIL_MESSAGE_END:
            FUZZ_CHECK(!open && json_valid(buf_str(&document), NULL));
            buf_clear(&document);
            messages++;
            break;
        default:
            FUZZ_CHECK(false);
        }
    }
    FUZZ_CHECK(!open && document.len == 0 && messages > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool prepared;
    _cleanup_(close_fd) int in = memfd_create("in", MFD_CLOEXEC);
    struct sandbox_out out = {.fd = memfd_create("out", MFD_CLOEXEC)};
    struct str frames = STR_EMPTY;
    struct err err = {0};
    off_t len;

    if (!prepared)
        mail_sandbox_kind.prepare();
    prepared = true;
    FUZZ_CHECK(in >= 0 && out.fd >= 0);
    FUZZ_CHECK(io_write_all(in, str_make((const char *)data, size), &err) == 0);
    lseek(in, 0, SEEK_SET);
    FUZZ_CHECK(mail_sandbox_kind.run(in, &out, STR(""), &err) == 0);
    len = lseek(out.fd, 0, SEEK_END);
    frames.ptr = mmap(NULL, (size_t)len, PROT_READ, MAP_PRIVATE, out.fd, 0);
    frames.len = (size_t)len;
    FUZZ_CHECK(frames.ptr != MAP_FAILED);
    check_frames(frames);
    munmap((void *)(uintptr_t)frames.ptr, frames.len);
    close_fd(&out.fd);
    return 0;
}
