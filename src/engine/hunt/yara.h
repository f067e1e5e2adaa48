#ifndef ENGINE_HUNT_YARA_H
#define ENGINE_HUNT_YARA_H

#include "engine/hunt/hunt.h"

/*
 * YARA rules (libyara) over files and members of archives. A file whose scan takes longer than the
 * timeout is given up and becomes a notice; so does one that is larger than hunt_options.max_file.
 */
struct yara;

struct yara *yara_new(void);
void yara_free(struct yara *y);

/* A file of rules, or a directory with all .yar and .yara files below it. A file that does not
 * compile becomes a notice with its line; fails only when the path cannot be read. */
int yara_load(struct yara *y, const char *path, struct err *err);

/* Links the rules. Nothing is loaded afterwards. */
int yara_finish(struct yara *y, struct err *err);

void yara_timeout(struct yara *y, int seconds); /* for one file; 30 unless set */

struct yara_notice {
    struct str file; /* rule file, or file that could not be scanned */
    uint64_t line;   /* 0: none */
    struct str reason;
    bool refused; /* a rule file that was left out */
};

const struct yara_notice *yara_notices(const struct yara *y, size_t *len);
size_t yara_count(const struct yara *y); /* rules */

struct hunt_detector yara_detector(struct yara *y);

#endif
