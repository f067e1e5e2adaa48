#include "app/words/queries.h"
#include "app/words/words.h"

typedef int find_fn(struct db *, struct arena *, struct str, int64_t, struct words_id_rows *,
                    struct err *);

static find_fn *const finds[] = {
    [WORDS_INCIDENT] = words_incidents, [WORDS_REPORT] = words_reports,
    [WORDS_COMMENT] = words_comments,   [WORDS_SYSTEM] = words_systems,
    [WORDS_ORG] = words_orgs,
};

struct str words_list(struct arena *a, const int64_t *ids, size_t len)
{
    struct buf b = buf_make(a);

    for (size_t i = 0; i < len; i++)
        buf_printf(&b, "%s%" PRId64, i > 0 ? "," : "", ids[i]);
    return buf_str(&b);
}

int words_find(struct db *db, struct arena *a, enum words_of of, const struct words *w, size_t max,
               struct words_ids *out, struct err *err)
{
    struct str match = words_match(a, db_engine_of(db), w);
    struct words_id_rows rows;
    int r;

    *out = (struct words_ids){.list = STR("")};
    if (match.len == 0)
        return 0;
    if ((r = finds[of](db, a, match, (int64_t)max + 1, &rows, err)) < 0)
        return r;
    out->more = rows.len > max;
    out->len = MIN(rows.len, max);
    out->at = arena_array(a, int64_t, out->len + 1);
    for (size_t i = 0; i < out->len; i++)
        out->at[i] = rows.at[i].id;
    out->list = words_list(a, out->at, out->len);
    return 0;
}
