#ifndef SYS_SANDBOX_INNER_H
#define SYS_SANDBOX_INNER_H

#include "sys/sandbox/sandbox.h"

/* On the pipe: type (1 byte), length (4 bytes, host order), data. */
enum { FRAME_HEADER = 5 };

/* Types from 240 up belong to the sandbox. */
enum {
    FRAME_DONE = 240,     /* run() returned 0 */
    FRAME_FAILED = 241,   /* struct err: code (4 bytes), field, what and hint, a NUL behind each */
    FRAME_FORBIDDEN = 242 /* number of the system call (4 bytes) */
};

struct sandbox_out {
    int fd;
};

/* guard.c: closes the doors of this process for good. */
int guard_files(struct err *err);
int guard_calls(bool may_ask_for_files, struct err *err);

/* The version of Landlock that the kernel speaks, 0: none. */
int guard_landlock(void);

/* AddressSanitizer keeps its books in terabytes of address space. */
#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED true
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED true
#endif
#endif
#ifndef SANITIZED
#define SANITIZED false
#endif

#endif
