#include "app/code/code.h"

#include "app/code/queries.h"
#include "base/clock.h"
#include "sys/i18n/i18n.h"

int code_next(struct db *db, struct arena *a, const char *prefix, int64_t now, struct str *out,
              struct err *err)
{
    int year = civil_from_ms(now, i18n_zone()).year;
    struct code_counter_next_row row;
    int r = code_counter_next(db, a, str_c(prefix), year, &row, err);

    if (r == 0)
        *out = str_printf(a, "%s-%d-%04" PRId64, prefix, year, row.last);
    return r;
}

int code_next_plain(struct db *db, struct arena *a, const char *prefix, struct str *out,
                    struct err *err)
{
    struct code_counter_next_row row;
    int r = code_counter_next(db, a, str_c(prefix), 0, &row, err);

    if (r == 0)
        *out = str_printf(a, "%s-%04" PRId64, prefix, row.last);
    return r;
}
