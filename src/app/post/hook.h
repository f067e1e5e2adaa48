#ifndef APP_POST_HOOK_H
#define APP_POST_HOOK_H

#include "app/account/account.h"
#include "app/post/inner.h"

/*
 * Webhooks: a program of another body is told as it happens. A POST with a JSON body and
 *
 *     Ungcuu-Id: UUID of the delivery, the same at each attempt
 *     Ungcuu-Event: incident.opened
 *     Ungcuu-Timestamp: seconds since 1970
 *     Ungcuu-Signature: v1=HEX, HMAC-SHA256 with the secret over "ID.TIMESTAMP.BODY"
 *
 * Any 2xx is an answer. After HOOK_FAILURES attempts in a row without one the webhook is paused
 * until somebody resumes it.
 */
enum { HOOK_FAILURES = 20 };

struct post_hook_values {
    struct str name, org, url;
    struct form_values events;
    struct str version;
};
extern const struct form post_hook_form;

/* The signature header's value. */
struct str post_hook_signature(struct arena *a, struct str secret, struct str id, int64_t seconds,
                               struct str body);

/* ---- making them (hook_change.c) */

struct post_hook_new {
    int64_t org;
    struct str name, url;
    struct str events; /* names with spaces between */
};
struct post_hook_made {
    int64_t id;
    struct str uuid, secret; /* the secret is kept sealed: this is the only time it is told */
};
/* A transaction of its own. ERR_FORBIDDEN without webhook.manage over the organisation. The caller
 * has checked address and events. */
int post_hook_make(struct db *db, struct arena *a, const struct actor *by,
                   const struct post_hook_new *new_, int64_t now, struct post_hook_made *out,
                   struct err *err);
/* A new secret instead of the old one, from the next message on; a transaction of its own. `hook`
 * was found within the reach of `by`. */
int post_hook_anew(struct db *db, struct arena *a, const struct actor *by,
                   const struct post_hook_row *hook, int64_t now, struct str *secret,
                   struct err *err);
/* What the form alone cannot tell: an error of the field in *state. */
int post_hook_check(struct http_request *req, const struct post_hook_values *in,
                    struct form_state *state, struct err *err);
/* Names with spaces between. */
struct str post_hook_joined(struct arena *a, const struct form_values *events);
/* Name, address and events, in a transaction of its own; another version is ERR_CONFLICT. */
int post_hook_edit(struct db *db, struct arena *a, const struct actor *by,
                   const struct post_hook_row *hook, int64_t version,
                   const struct post_hook_values *in, int64_t now, struct err *err);
/* "active", "paused"; NULL: removed with its messages. A transaction of its own. */
int post_hook_set_state(struct db *db, struct arena *a, const struct actor *by,
                        const struct post_hook_row *hook, const char *state, int64_t now,
                        struct err *err);
/* Sends a test message now and notes what came of it. */
int post_hook_try(struct http_request *req, struct db *db, const struct post_hook_row *hook,
                  bool *good, struct str *answer, struct err *err);
/* The entry in the audit log of a change to a webhook; inside the caller's transaction. */
int post_hook_audit(struct db *db, struct arena *a, const struct actor *by, const char *action,
                    int64_t id, struct str name, int64_t now, struct err *err);

struct post_hook_call {
    struct str url, secret, id, event, body;
    bool inside; /* addresses inside are allowed */
    const atomic_bool *stopping;
};
/* One attempt. 0: a 2xx; *answer says what came, or why nothing did. */
int post_hook_call(struct arena *a, const struct post_hook_call *c, struct str *answer,
                   struct err *err);

/* Inside the caller's transaction: a delivery and its job for each webhook that the event is for.
 */
int post_hooks_tell(struct db *db, struct arena *a, const struct post_event_row *event, int64_t now,
                    struct err *err);
/* The body of the test button's message. */
struct str post_hook_test_body(struct arena *a, struct str id, int64_t now);

int post_run_hook(struct job_run *run, struct err *err);

/* Handlers of web_hook.c. */
post_handler post_web_hooks, post_web_hooks_post, post_web_hook, post_web_hook_post,
    post_web_hook_test, post_web_hook_state, post_web_hook_secret;

#endif
