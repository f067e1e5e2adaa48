#include "app/memo/memo.h"
#include "app/observable/view.h"
#include "base/clock.h"
#include "base/text.h"
#include "sys/i18n/i18n.h"

/* So many are gathered and sorted rather than met on the way through an index; and how far is
 * counted to find out what makes a list the narrowest. */
enum { NARROW = 20000, FEW = 2000, PROBED = 200000, DATE_LENGTH = 10 };

/* Behind every value. */
#define LAST_VALUE "\xf4\x8f\xbf\xbf"

const char *const observable_sorts[] = {"-last_seen", "value", "-incidents", NULL};

/* ---- what the URL asks for ---------------------------------------------------------------------
 */

static struct str arg(const struct http_request *req, const char *name)
{
    struct str s = str_trim(http_arg(req, name));

    return s.len > 0 ? s : STR_EMPTY;
}

static struct str replaced(struct arena *a, struct str text, struct str what, const char *by)
{
    struct buf out = buf_make(a);
    ptrdiff_t at;

    while ((at = str_find(text, what)) >= 0) {
        buf_add(&out, str_sub(text, 0, (size_t)at));
        buf_add_c(&out, by);
        text = str_from(text, (size_t)at + what.len);
    }
    buf_add(&out, text);
    return buf_str(&out);
}

/* The front of a value, made harmless or not. */
static struct str refanged(struct arena *a, struct str typed)
{
    struct str s = str_lower(a, typed);

    s = replaced(a, s, STR("[.]"), ".");
    s = replaced(a, s, STR("(.)"), ".");
    s = replaced(a, s, STR("[:]"), ":");
    s = replaced(a, s, STR("[@]"), "@");
    return replaced(a, s, STR("hxxp"), "http");
}

/* One written out is read as anywhere else; of the front of one only the signs are put right. */
static struct str value_of(struct arena *a, struct str typed)
{
    struct observe_hits hits;
    struct str value;

    observe_extract(typed, a, &hits);
    if (hits.len == 0)
        return refanged(a, typed);
    /* A link holds a domain too: the longest is meant. */
    for (size_t i = 1; i < hits.len; i++) {
        if (hits.items[i].len > hits.items[0].len)
            hits.items[0] = hits.items[i];
    }
    value = hits.items[0].value;
    /* The slash that stands for the whole site is not yet typed while the name goes on. */
    if (str_ends(value, STR("/")) && !str_ends(typed, STR("/")))
        value.len--;
    return value;
}

static void read_day(struct observable_ask *ask, struct str typed, bool until, int64_t *out)
{
    if (typed.len == 0)
        return;
    if (!clock_parse(typed, i18n_zone(), out) && !clock_parse_local(typed, i18n_zone(), out))
        ask->bad_date = typed;
    else if (until && typed.len <= DATE_LENGTH)
        *out += DAY_MS; /* the whole of that day */
}

void observable_ask_read(const struct http_request *req, struct observable_ask *out)
{
    struct arena *a = req->arena;

    *out = (struct observable_ask){
        .kind = arg(req, "kind"),
        .tlp = arg(req, "tlp"),
        .org = arg(req, "org"),
        .open_only = str_is(http_arg(req, "open"), "1"),
        .q = str_trim(http_arg(req, "q")),
        .low = STR(""),
        .high = STR(LAST_VALUE),
        .first_to = INT64_MAX,
        .last_to = INT64_MAX,
        .first_since = arg(req, "first_from"),
        .first_until = arg(req, "first_to"),
        .since = arg(req, "last_from"),
        .until = arg(req, "last_to"),
    };
    read_day(out, out->first_since, false, &out->first_from);
    read_day(out, out->first_until, true, &out->first_to);
    read_day(out, out->since, false, &out->last_from);
    read_day(out, out->until, true, &out->last_to);
    if (out->q.len > 0) {
        out->low = value_of(a, out->q);
        out->high = str_printf(a, STR_FMT LAST_VALUE, STR_ARG(out->low));
    }
    out->any = out->kind.len + out->tlp.len + out->org.len + out->q.len + out->first_since.len +
                       out->first_until.len + out->since.len + out->until.len >
                   0 ||
               out->open_only;
}

/* ---- where to look -----------------------------------------------------------------------------
 */

static bool is_tied(const struct observable_ask *ask)
{
    return ask->tlp.len > 0 || ask->org.len > 0 || ask->open_only;
}

static struct str key_of(const struct http_request *req, const struct observable_ask *ask,
                         const char *what)
{
    return str_printf(req->arena,
                      "observables|%s|%" PRId64 "|" STR_FMT "|" STR_FMT "|" STR_FMT "|%d|%" PRId64
                      "|%" PRId64 "|%" PRId64 "|%" PRId64 "|" STR_FMT,
                      what, actor_of(req)->id, STR_ARG(ask->kind), STR_ARG(ask->tlp),
                      STR_ARG(ask->org), ask->open_only, ask->first_from, ask->first_to,
                      ask->last_from, ask->last_to, STR_ARG(ask->low));
}

/* What makes the list the narrowest, and how many that are. */
struct source {
    const char *what; /* of observable_by in lists.sql */
    int64_t ids;
};

static int probe(struct db *db, const struct http_request *req, const struct observable_ask *ask,
                 const char *what, struct source *best, struct err *err)
{
    struct observable_narrow_row row;
    struct memo m;
    int64_t ids;
    int r = memo_open(&m, db, req->arena, key_of(req, ask, what), req->now, err);

    if (r < 0)
        return r;
    if (!memo_find(&m, &ids, 1)) {
        if ((r = observable_narrow(db, req->arena, actor_of(req)->id, str_c(what), PROBED,
                                   ask->kind, ask->low, ask->high, ask->first_from, ask->first_to,
                                   ask->last_from, ask->last_to, ask->tlp, ask->org, &row, err)) <
            0)
            return r;
        ids = row.ids;
        memo_keep(&m, &ids, 1);
    }
    if (ids < best->ids)
        *best = (struct source){what, ids};
    return 0;
}

static int find_source(struct db *db, const struct http_request *req,
                       const struct observable_ask *ask, struct source *out, struct err *err)
{
    bool red = str_is(ask->tlp, "red");
    const struct {
        const char *what;
        bool asked;
    } all[] = {
        {"value", ask->low.len > 0},
        {"kind", ask->kind.len > 0},
        {"first", ask->first_since.len + ask->first_until.len > 0},
        {"last", ask->since.len + ask->until.len > 0},
        {"org", ask->org.len > 0},
        {"open", ask->open_only},
        {"red", red},
        {"tlp", ask->tlp.len > 0 && !red},
    };

    *out = (struct source){"all", INT64_MAX};
    for (size_t i = 0; i < ARRAY_LEN(all); i++) {
        int r = all[i].asked ? probe(db, req, ask, all[i].what, out, err) : 0;

        if (r < 0)
            return r;
    }
    return 0;
}

/* ---- rows --------------------------------------------------------------------------------------
 */

static int walk(struct db *db, const struct http_request *req, const struct observable_ask *ask,
                const struct observable_span *s, observable_take *take, void *ctx, struct err *err)
{
    bool tied = is_tied(ask);
    int64_t actor = actor_of(req)->id;

    if (str_is(s->sort, "value"))
        return (s->descending ? observable_value_down : observable_value_up)(
            db, actor, req->now, ask->kind, ask->low, ask->high, ask->first_from, ask->first_to,
            ask->last_from, ask->last_to, ask->tlp, ask->open_only, ask->org, tied, s->after,
            s->place, s->id, s->limit, s->offset, take, ctx, err);
    return (str_is(s->sort, "incidents")
                ? s->descending ? observable_often_down : observable_often_up
            : s->descending ? observable_seen_down
                            : observable_seen_up)(
        db, actor, req->now, ask->kind, ask->low, ask->high, ask->first_from, ask->first_to,
        ask->last_from, ask->last_to, ask->tlp, ask->open_only, ask->org, tied, s->after, s->number,
        s->id, s->limit, s->offset, take, ctx, err);
}

static int gather(struct db *db, const struct http_request *req, const struct observable_ask *ask,
                  const struct observable_span *s, const char *what, struct str ids,
                  observable_take *take, void *ctx, struct err *err)
{
    return observable_gather(db, actor_of(req)->id, req->now, ask->kind, ask->low, ask->high,
                             ask->first_from, ask->first_to, ask->last_from, ask->last_to, ask->tlp,
                             ask->open_only, ask->org, is_tied(ask), s->after, s->number, s->place,
                             s->id, s->limit, s->offset, s->sort, s->descending, str_c(what), ids,
                             take, ctx, err);
}

static int reach(struct db *db, const struct http_request *req, const struct observable_ask *ask,
                 const struct observable_span *s, observable_take *take, void *ctx, struct err *err)
{
    return observable_reach(db, actor_of(req)->id, req->now, ask->kind, ask->low, ask->high,
                            ask->first_from, ask->first_to, ask->last_from, ask->last_to, ask->tlp,
                            ask->open_only, ask->org, s->after, s->number, s->place, s->id,
                            s->limit, s->offset, s->sort, s->descending, take, ctx, err);
}

int observable_each(struct db *db, const struct http_request *req, const struct observable_ask *ask,
                    const struct observable_span *span, observable_take *take, void *ctx,
                    struct err *err)
{
    struct source from;
    bool wide;
    int r =
        actor_reaches_all(db, req->arena, actor_of(req), PERM_INCIDENT_READ, req->now, &wide, err);

    if (r < 0 || !wide)
        return r < 0 ? r : reach(db, req, ask, span, take, ctx, err);
    if ((r = find_source(db, req, ask, &from, err)) < 0)
        return r;
    return from.ids <= NARROW ? gather(db, req, ask, span, from.what, STR(""), take, ctx, err)
                              : walk(db, req, ask, span, take, ctx, err);
}

int observable_total(struct db *db, const struct http_request *req,
                     const struct observable_ask *ask, int64_t *total, struct err *err)
{
    int64_t actor = actor_of(req)->id;
    struct observable_count_row row;
    struct source from;
    struct memo m;
    bool wide;
    int r =
        actor_reaches_all(db, req->arena, actor_of(req), PERM_INCIDENT_READ, req->now, &wide, err);

    if (r < 0 ||
        (r = memo_open(&m, db, req->arena, key_of(req, ask, "total"), req->now, err)) < 0 ||
        memo_find(&m, total, 1))
        return r;
    if (wide)
        r = (r = find_source(db, req, ask, &from, err)) < 0
                ? r
                : observable_count_all(db, req->arena, actor, req->now, ask->kind, ask->low,
                                       ask->high, ask->first_from, ask->first_to, ask->last_from,
                                       ask->last_to, ask->tlp, ask->open_only, ask->org,
                                       is_tied(ask), str_c(from.what), &row, err);
    else
        r = observable_count_reach(db, req->arena, actor, req->now, ask->kind, ask->low, ask->high,
                                   ask->first_from, ask->first_to, ask->last_from, ask->last_to,
                                   ask->tlp, ask->open_only, ask->org, &row, err);
    if (r < 0)
        return r;
    *total = row.total;
    memo_keep(&m, total, 1);
    return 0;
}

/* ---- a page ------------------------------------------------------------------------------------
 */

struct keep {
    struct arena *a;
    struct observable_item_rows *rows;
};

static int keep_row(void *ctx, const struct observable_item_row *row, _unused_ struct err *err)
{
    const struct keep *k = ctx;
    struct observable_item_row *out = vec_push(k->rows, k->a);

    *out = *row;
    out->kind = str_dup(k->a, row->kind);
    out->value = str_dup(k->a, row->value);
    out->place = STR("");
    return 0;
}

/* Ids as "12,7,3". */
static struct str listed(struct arena *a, const int64_t *ids, size_t len)
{
    struct buf out = buf_make(a);

    for (size_t i = 0; i < len; i++)
        buf_printf(&out, "%s%" PRId64, i > 0 ? "," : "", ids[i]);
    return buf_str(&out);
}

/* A filtered list of whoever reaches everything: the ids of the page are remembered. */
static int filtered(struct db *db, const struct http_request *req, const struct observable_ask *ask,
                    const struct observable_span *span, int64_t total, struct keep *keep,
                    struct err *err)
{
    struct observable_span of_ids = *span;
    int64_t ids[MEMO_LIST];
    struct source from;
    struct memo m;
    size_t len;
    int r = memo_open(&m, db, req->arena,
                      str_printf(req->arena, STR_FMT "|" STR_FMT "%d|%" PRId64 "|%" PRId64,
                                 STR_ARG(key_of(req, ask, "page")), STR_ARG(span->sort),
                                 span->descending, span->limit, span->offset),
                      req->now, err);

    if (r < 0)
        return r;
    if (memo_find_list(&m, ids, &len)) {
        of_ids.offset = 0;
        return gather(db, req, ask, &of_ids, "ids", listed(req->arena, ids, len), keep_row, keep,
                      err);
    }
    if ((r = find_source(db, req, ask, &from, err)) < 0)
        return r;
    /* Where few fit, an index would be walked from end to end. */
    r = from.ids <= NARROW || (total <= FEW && from.ids < PROBED)
            ? gather(db, req, ask, span, from.what, STR(""), keep_row, keep, err)
            : walk(db, req, ask, span, keep_row, keep, err);
    if (r < 0 || keep->rows->len > MEMO_LIST) {
        memo_give_up_list(&m);
        return r;
    }
    for (size_t i = 0; i < keep->rows->len; i++)
        ids[i] = keep->rows->at[i].id;
    memo_keep_list(&m, ids, keep->rows->len);
    return 0;
}

int observable_page(struct db *db, const struct http_request *req, const struct observable_ask *ask,
                    const struct web_list *list, int64_t total, struct observable_item_rows *out,
                    struct err *err)
{
    struct observable_span span = {.sort = list->sort,
                                   .descending = list->descending,
                                   .place = STR(""),
                                   .limit = list->limit,
                                   .offset = list->offset};
    struct keep keep = {req->arena, out};
    bool wide;
    int r =
        actor_reaches_all(db, req->arena, actor_of(req), PERM_INCIDENT_READ, req->now, &wide, err);

    *out = (struct observable_item_rows){0};
    if (r < 0 || total == 0)
        return r;
    return !wide      ? reach(db, req, ask, &span, keep_row, &keep, err)
           : ask->any ? filtered(db, req, ask, &span, total, &keep, err)
                      : walk(db, req, ask, &span, keep_row, &keep, err);
}
