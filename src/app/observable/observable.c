#include "app/observable/observable.h"

#include "app/observable/queries.h"
#include "sys/i18n/i18n.h"

/* How many codes are named before only their number is told. */
enum { CODES_SHOWN = 3 };

int observable_put(struct db *db, struct str kind, struct str value, int64_t now, int64_t *id,
                   struct err *err)
{
    struct observable_upsert_row row;
    struct arena scratch = {0};
    int r = observable_upsert(db, &scratch, kind, value, now, &row, err);

    arena_release(&scratch);
    if (r == 0)
        *id = row.id;
    return r;
}

/* Where one observable was seen: codes the actor may know, the rest as a number. */
static int look_up_one(struct db *db, struct arena *a, const struct observe_hit *hit,
                       const struct actor *actor, int64_t incident_id, int64_t now,
                       struct observable_seen *out, struct err *err)
{
    struct observable_incidents_rows incidents;
    struct observable_on_incident_row here;
    struct observable_totals_row totals;
    struct observable_find_row found;
    struct buf codes = buf_make(a);
    int64_t shown = 0;
    int r;

    out->kind = str_c(observe_kind_name(hit->kind));
    out->value = hit->value;
    if (hit->kind == OBSERVE_SHA256) {
        struct observable_file_row file;

        if ((r = observable_file(db, a, actor->id, now, hit->value, &file, err)) < 0)
            return r;
        if (r == 1) {
            out->file_uuid = file.uuid;
            out->file_name = file.name;
        }
    }
    if ((r = observable_find(db, a, out->kind, out->value, &found, err)) <= 0)
        return r;
    out->observable_id = found.id;
    if ((r = observable_incidents(db, a, actor->id, now, found.id, CODES_SHOWN + 1, &incidents,
                                  err)) < 0 ||
        (r = observable_totals(db, a, found.id, &totals, err)) < 0)
        return r;
    for (size_t i = 0; i < incidents.len && shown < CODES_SHOWN; i++) {
        if (incidents.at[i].incident_id == incident_id)
            continue;
        if (shown++ > 0)
            buf_add_c(&codes, ", ");
        buf_add(&codes, incidents.at[i].code);
    }
    out->codes = buf_str(&codes);
    if (incident_id != 0 &&
        (r = observable_on_incident(db, a, incident_id, found.id, &here, err)) < 0)
        return r;
    out->here = incident_id != 0 && r == 1;
    out->others = totals.incidents + totals.reports - shown - (out->here ? 1 : 0);
    return 0;
}

/* Whether a domain was found inside an e-mail address only. */
static bool is_part(const struct observe_hits *hits, const struct observe_hit *hit)
{
    for (size_t i = 0; hit->kind == OBSERVE_DOMAIN && i < hits->len; i++) {
        const struct observe_hit *other = &hits->items[i];

        if (other->kind == OBSERVE_EMAIL && other->at <= hit->at &&
            hit->at + hit->len <= other->at + other->len)
            return true;
    }
    return false;
}

int observable_look_up(struct db *db, struct arena *a, const struct observe_hits *hits,
                       const struct actor *actor, int64_t incident_id, int64_t now,
                       struct observables_seen *out, struct err *err)
{
    *out = (struct observables_seen){0};
    for (size_t i = 0; i < hits->len; i++) {
        int r = look_up_one(db, a, &hits->items[i], actor, incident_id, now, vec_push(out, a), err);

        if (r < 0)
            return r;
        out->at[i].part = is_part(hits, &hits->items[i]);
    }
    return 0;
}

static int by_value(const void *x, const void *y)
{
    const struct observe_hit *one = *(const struct observe_hit *const *)x;
    const struct observe_hit *two = *(const struct observe_hit *const *)y;

    return one->kind != two->kind ? (one->kind < two->kind ? -1 : 1)
                                  : str_cmp(one->value, two->value);
}

int observable_put_all(struct db *db, struct arena *a, const struct observe_hits *hits, int64_t now,
                       struct observable_ids *out, struct err *err)
{
    const struct observe_hit **order = arena_array(a, const struct observe_hit *, hits->len);

    *out = (struct observable_ids){.at = arena_array(a, int64_t, hits->len), .len = hits->len};
    for (size_t i = 0; i < hits->len; i++)
        order[i] = &hits->items[i];
    if (hits->len > 1)
        qsort(order, hits->len, sizeof(order[0]), by_value);
    for (size_t i = 0; i < hits->len; i++) {
        int r = observable_put(db, str_c(observe_kind_name(order[i]->kind)), order[i]->value, now,
                               &out->at[order[i] - hits->items], err);

        if (r < 0)
            return r;
    }
    return 0;
}

int observable_put_text(struct db *db, struct arena *a, struct str text, int64_t now,
                        struct observable_ids *out, struct err *err)
{
    struct observe_hits hits;

    observe_extract(text, a, &hits);
    return observable_put_all(db, a, &hits, now, out, err);
}

int observable_link_report(struct db *db, int64_t report_id, const struct observable_ids *ids,
                           struct err *err)
{
    int64_t r = 0;

    for (size_t i = 0; r >= 0 && i < ids->len; i++)
        r = observable_report_put(db, report_id, ids->at[i], err);
    return (int)MIN(r, 0);
}

int observable_report_to_incident(struct db *db, int64_t report_id, int64_t incident_id, int64_t by,
                                  int64_t now, struct err *err)
{
    int64_t r = observable_report_copy(db, report_id, incident_id, now,
                                       by != 0 ? opt_int(by) : NO_INT, err);

    return r < 0 ? (int)r : 0;
}

int observable_report_from_incident(struct db *db, int64_t report_id, int64_t incident_id,
                                    int64_t copied_at, struct err *err)
{
    int64_t r = observable_report_uncopy(db, report_id, incident_id, copied_at, err);

    return r < 0 ? (int)r : 0;
}

const struct form_choice observable_kinds[] = {
    {"ipv4", N_("observable|IPv4")},
    {"ipv6", N_("observable|IPv6")},
    {"cidr", N_("observable|Network")},
    {"domain", N_("observable|Domain")},
    {"url", N_("observable|Link")},
    {"email", N_("observable|E-mail")},
    {"md5", N_("observable|MD5")},
    {"sha1", N_("observable|SHA-1")},
    {"sha256", N_("observable|SHA-256")},
    {"cve", N_("observable|CVE")},
    {"phone", N_("observable|Phone")},
    {"bank-account", N_("observable|Bank account")},
    {NULL, NULL},
};

struct str observable_kind_label(enum lang lang, struct str kind)
{
    return form_choice_label(observable_kinds, lang, kind);
}

struct str observable_defang_text(struct arena *a, struct str kind, struct str value)
{
    enum observe_kind k;

    return observe_kind_from_name(kind, &k) ? observe_defang(a, k, value) : value;
}

/* What of a text is to be replaced, longest first, so that a link goes before the domain in it. */
struct harm {
    struct str raw, harmless;
};

static int longest_first(const void *left, const void *right)
{
    const struct harm *l = left, *r = right;

    return l->raw.len > r->raw.len ? -1 : l->raw.len < r->raw.len;
}

static const struct harm *harm_at(const struct harm *all, size_t len, struct str rest)
{
    for (size_t i = 0; i < len; i++) {
        if (str_starts_nocase(rest, all[i].raw))
            return &all[i];
    }
    return NULL;
}

struct str observable_defang_all(struct arena *a, struct str text)
{
    struct buf out = buf_make(a);
    struct observe_hits hits;
    struct harm *all;
    size_t len = 0;

    observe_extract(text, a, &hits);
    all = arena_array(a, struct harm, hits.len + 1);
    for (size_t i = 0; i < hits.len; i++) {
        const struct observe_hit *h = &hits.items[i];

        if (h->kind <= OBSERVE_EMAIL && h->len > 0)
            all[len++] =
                (struct harm){str_sub(text, h->at, h->len), observe_defang(a, h->kind, h->value)};
    }
    if (len == 0)
        return text;
    qsort(all, len, sizeof(*all), longest_first);
    for (size_t i = 0; i < text.len;) {
        const struct harm *h = harm_at(all, len, str_from(text, i));

        if (h == NULL) {
            buf_add_char(&out, text.ptr[i++]);
            continue;
        }
        buf_add(&out, h->harmless);
        i += h->raw.len;
    }
    return buf_str(&out);
}
