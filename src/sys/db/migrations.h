#ifndef SYS_DB_MIGRATIONS_H
#define SYS_DB_MIGRATIONS_H

#include "sys/db/db.h"

/* Every file of migrations/, in the order of its number. Made by `embed` at build time. */
extern const struct migration migrations[];
extern const size_t migrations_len;

#endif
