#ifndef SYS_SANDBOX_SANDBOX_H
#define SYS_SANDBOX_SANDBOX_H

#include "base/base.h"

/*
 * Runs the reading of a foreign file in a child process that can do nothing but compute: it gets
 * the file as descriptor 0 and answers over a pipe in frames. No file, no socket, no process, no
 * new descriptor (seccomp allow-list, Landlock where the kernel has it, resource limits), bounded
 * memory, processor time, wall-clock time and output.
 *
 * The child is this program started anew ("ungcuu sandbox-child KIND"), not a fork of a process
 * with threads and secrets in memory; its environment is empty.
 */

/* A frame is a type and at most SANDBOX_FRAME bytes; the meaning of types is the kind's. */
enum { SANDBOX_FRAME = 256 * 1024 };

struct sandbox_out; /* the child's end of the pipe */

/* In the child. A longer text goes in several frames of the type. */
void sandbox_send(struct sandbox_out *out, uint8_t type, struct str data);

/* What a child can be: a row of the program's table. */
struct sandbox_kind {
    const char *name;
    /* Before the doors close: loads what needs files (character set tables, libraries). May be
     * NULL. */
    void (*prepare)(void);
    /* Reads in_fd and sends frames. Negative: ERR_* with *err filled, which the parent gets. */
    int (*run)(int in_fd, struct sandbox_out *out, struct str arg, struct err *err);
    /* Opening a file answers "permission denied" instead of ending the child: for libraries that
     * look for optional files and do without. */
    bool may_ask_for_files;
};

/*
 * First thing in main(): -1 when this process is no sandbox child, else its exit status.
 */
int sandbox_child(int argc, char **argv, const struct sandbox_kind *kinds, size_t len);

struct sandbox_job {
    const char *kind;
    const char *arg; /* NULL: "" */
    int in_fd;       /* read from where it stands; stays open */
    int64_t memory;  /* bytes of address space; 0: 512 MB */
    int64_t cpu_ms;  /* processor time, rounded up to seconds; 0: 20 s */
    int64_t wall_ms; /* 0: 60 s */
    int64_t output;  /* bytes of frames; 0: 256 MB */
};

/*
 * Runs the job and gives each frame to on_frame (data lives only during the call); a negative
 * answer of on_frame ends the child and is returned. May be called from any thread.
 *
 * 0, the error of the child's run(), or ERR_SANDBOX with the reason: what was forbidden, which
 * limit was passed, which signal ended it.
 */
int sandbox_run(const struct sandbox_job *job,
                int (*on_frame)(void *ctx, uint8_t type, struct str data, struct err *err),
                void *ctx, struct err *err);

/* The same with all frames joined, whatever their types. */
int sandbox_collect(const struct sandbox_job *job, struct arena *a, struct str *output,
                    struct err *err);

/* What the kernel offers, for the page on the system's health: "seccomp, Landlock 7", or "seccomp;
 * the kernel has no Landlock". */
struct str sandbox_protection(struct arena *a);

#endif
