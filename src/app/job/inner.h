#ifndef APP_JOB_INNER_H
#define APP_JOB_INNER_H

#include "app/job/job.h"

/* One job taken under a lease; *found false when nothing is due. */
int job_take(struct db_pool *pool, struct arena *a, const struct job_kind *const *kinds,
             int64_t lease_ms, int64_t now, struct job_run *out, bool *found, struct err *err);

enum job_end { JOB_DONE, JOB_AGAIN, JOB_FAILED };
/* Runs the handler and records how it ended. */
enum job_end job_perform(struct job_run *run, const struct job_kind *const *kinds);

#endif
