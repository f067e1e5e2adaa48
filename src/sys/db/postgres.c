#include "sys/db/engine.h"

int postgres_open(struct db_pool **out, struct str url, const struct db_options *options,
                  struct err *err)
{
    return err_set(err, ERR_UNSUPPORTED, "this build has no PostgreSQL");
}
