#include "app/post/hook.h"

#include "app/web/web.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/random.h"
#include "base/text.h"
#include "sys/fetch/fetch.h"

#include <sodium.h>

enum { ANSWER_BYTES = 300, SECONDS = 15 };

struct str post_hook_signature(struct arena *a, struct str secret, struct str id, int64_t seconds,
                               struct str body)
{
    struct str head = str_printf(a, STR_FMT ".%" PRId64 ".", STR_ARG(id), seconds);
    uint8_t mac[crypto_auth_hmacsha256_BYTES];
    crypto_auth_hmacsha256_state state;

    crypto_auth_hmacsha256_init(&state, (const uint8_t *)secret.ptr, secret.len);
    crypto_auth_hmacsha256_update(&state, (const uint8_t *)head.ptr, head.len);
    crypto_auth_hmacsha256_update(&state, (const uint8_t *)body.ptr, body.len);
    crypto_auth_hmacsha256_final(&state, mac);
    return str_printf(a, "v1=" STR_FMT, STR_ARG(str_hex(a, mac, sizeof(mac))));
}

int post_hook_call(struct arena *a, const struct post_hook_call *c, struct str *answer,
                   struct err *err)
{
    int64_t seconds = clock_now() / SECOND_MS;
    const struct str headers[] = {
        STR("Content-Type: application/json"),
        STR("Expect:"),
        str_printf(a, "Ungcuu-Id: " STR_FMT, STR_ARG(c->id)),
        str_printf(a, "Ungcuu-Event: " STR_FMT, STR_ARG(c->event)),
        str_printf(a, "Ungcuu-Timestamp: %" PRId64, seconds),
        str_printf(a, "Ungcuu-Signature: " STR_FMT,
                   STR_ARG(post_hook_signature(a, c->secret, c->id, seconds, c->body))),
    };
    const struct fetch_request q = {.method = "POST",
                                    .url = c->url,
                                    .headers = headers,
                                    .headers_len = ARRAY_LEN(headers),
                                    .body = c->body,
                                    .allow_internal = c->inside,
                                    .seconds = SECONDS,
                                    .limit = ANSWER_BYTES,
                                    .stopping = c->stopping};
    struct fetch_answer got;
    size_t bad;
    int r = fetch(a, &q, &got, err);

    *answer = r < 0 ? str_c(err->what)
                    : str_printf(a, "%d " STR_FMT, got.status,
                                 STR_ARG(text_repair(a, str_trim(got.body), &bad)));
    if (r < 0)
        return r;
    return got.status >= 200 && got.status < 300
               ? 0
               : err_set(err, ERR_UNAVAILABLE, "answered " STR_FMT, STR_ARG(*answer));
}

/* ---- bodies -----------------------------------------------------------------------------------
 */

static void begin(struct json_writer *w, struct buf *out, struct str id, struct str event,
                  int64_t at, struct arena *a)
{
    json_w_init(w, out);
    json_w_object(w);
    json_w_kstr(w, "id", id);
    json_w_kstr(w, "event", event);
    json_w_kstr(w, "at", clock_rfc3339(a, at, 0));
    json_w_kstr(w, "site", site_link_url());
}

struct str post_hook_test_body(struct arena *a, struct str id, int64_t now)
{
    struct buf out = buf_make(a);
    struct json_writer w;

    begin(&w, &out, id, STR("test"), now, a);
    json_w_end(&w);
    return buf_str(&out);
}

/* Of TLP:AMBER+STRICT only code and link leave the site. */
static struct str body_of(struct arena *a, struct str id, const struct post_event_row *e)
{
    bool incident = e->incident_id.has;
    bool open = e->tlp.ptr == NULL || !post_tlp_closed(e->tlp);
    struct buf out = buf_make(a);
    struct json_writer w;

    begin(&w, &out, id, e->event, e->at, a);
    json_w_key(&w, STR("record"));
    json_w_object(&w);
    json_w_kstr(&w, "kind", incident ? STR("incident") : STR("report"));
    json_w_kstr(&w, "code", e->code);
    json_w_kstr(&w, "url",
                post_record_url(a, incident ? e->code : STR(""), incident ? STR("") : e->code));
    if (e->tlp.ptr != NULL)
        json_w_kstr(&w, "tlp", e->tlp);
    if (open) {
        json_w_kstr(&w, "title", e->title);
        json_w_kstr(&w, "state", e->state);
        if (e->severity.has)
            json_w_kint(&w, "severity", e->severity.v);
        if (e->org_code.len > 0)
            json_w_kstr(&w, "organisation", e->org_code);
    }
    json_w_end(&w);
    json_w_end(&w);
    return buf_str(&out);
}

int post_hooks_tell(struct db *db, struct arena *a, const struct post_event_row *e, int64_t now,
                    struct err *err)
{
    struct post_hooks_for_rows hooks;
    int r = post_hooks_for(db, a, e->id, &hooks, err);

    for (size_t i = 0; r >= 0 && i < hooks.len; i++) {
        struct str id = random_uuid7(a, now);
        struct post_delivery_insert_row row;

        r = post_delivery_insert(db, a, id, hooks.at[i].id, e->event, body_of(a, id, e), now, &row,
                                 err);
        if (r >= 0)
            r = job_add(db, "webhook", row.id, STR(""), 0, now, err);
    }
    return r;
}

/* ---- the job ----------------------------------------------------------------------------------
 */

static int record(struct job_run *run, struct db *db, const struct post_delivery_row *d, int called,
                  struct str answer, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    int64_t failed = called < 0 ? d->hook_failed + 1 : 0;
    bool pause = failed >= HOOK_FAILURES;
    int64_t r;

    if ((r = db_begin(db, err)) < 0 ||
        (r = post_delivery_set(db, d->id,
                               called == 0                          ? STR("sent")
                               : run->last || run->give_up || pause ? STR("failed")
                                                                    : STR("queued"),
                               answer, clock_now(), err)) < 0 ||
        (r = post_hook_result(db, d->webhook_id, failed, pause ? STR("paused") : d->hook_state,
                              err)) < 0 ||
        (called == 0 && (r = job_done(run, db, err)) < 0))
        return (int)r;
    return db_commit(db, err);
}

int post_run_hook(struct job_run *run, struct err *err)
{
    _cleanup_(db_releasep) struct db *db = NULL;
    struct post_settings settings;
    struct post_delivery_row d;
    struct err why = {0};
    struct str answer, secret;
    int called, r;

    if ((r = db_acquire(run->pool, &db, err)) < 0 ||
        (r = post_settings_load(db, run->arena, &settings, err)) < 0 ||
        (r = post_delivery(db, run->arena, run->ref, &d, err)) < 0)
        return r;
    if (r == 0 || !str_is(d.state, "queued"))
        return 0;
    if (!str_is(d.hook_state, "active")) {
        run->give_up = true;
        called = err_set(&why, ERR_STATE, "the webhook is paused");
        answer = str_c(why.what);
    } else if ((called = post_hook_open(run->arena, d.hook_uuid, d.secret, &secret, &why)) < 0) {
        run->give_up = true;
        answer = str_c(why.what);
    } else {
        const struct post_hook_call call = {.url = d.url,
                                            .secret = secret,
                                            .id = d.uuid,
                                            .event = d.event,
                                            .body = d.body,
                                            .inside = settings.hook_inside,
                                            .stopping = run->stopping};

        /* No connection is kept while the other side takes its time. */
        db_release(db);
        db = NULL;
        called = post_hook_call(run->arena, &call, &answer, &why);
        run->give_up = called == ERR_FORBIDDEN || called == ERR_INVALID;
        if ((r = db_acquire(run->pool, &db, err)) < 0)
            return r;
    }
    if ((r = record(run, db, &d, called, answer, err)) < 0)
        return r;
    if (called < 0)
        *err = why;
    return called;
}
