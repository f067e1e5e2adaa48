#ifndef APP_PEOPLE_VIEW_H
#define APP_PEOPLE_VIEW_H

#include "app/account/account.h"
#include "app/audit/audit.h"
#include "app/people/queries.h"
#include "app/web/web.h"
#include "sys/form/form.h"
#include "sys/i18n/i18n.h"
#include "sys/oidc/oidc.h"

/* The provider through which people may sign in; set once at start. */
struct people_provider {
    bool on;
    struct oidc_client client; /* without redirect_uri: see provider_client() */
    struct str name;
    bool by_email, no_code;
};
extern struct people_provider people_provider;
struct oidc_client provider_client(struct arena *a);

/* What the room's pages show. */

struct sign_in_form {
    struct str login, password, next;
};
struct password_form {
    struct str current, password, repeat;
};
/* ERR_FORBIDDEN to a token: what only whoever is signed in may do. */
int people_by_session(const struct http_request *req, struct err *err);

enum { TOKENS_SHOWN = 50 }; /* on a page, the newest; files and the API have all */

struct own_form {
    struct str email, phone, lang, theme;
};
struct account_form {
    struct str login, name, position, email, phone;
    struct str role, org, reason;
    struct opt_int from, to;
};
struct edit_form {
    struct str name, position, email, phone;
    struct str version;
};
struct grant_form {
    struct str role, org, reason;
    struct opt_int from, to;
};

struct token_form {
    struct str name, networks;
    struct form_values scope;
    struct opt_int until;
};

struct code_form {
    struct str code, next;
};
struct confirm_form {
    struct str password, code, next;
};

/* An account with its first role, as the form asks for; an error of the operation as one of the
 * form where it is one. hash "": without a password, until its owner sets one by a link. admin.c */
int account_make(struct http_request *req, struct db *db, const struct account_form *form,
                 struct str hash, struct form_state *state, int64_t *id, struct err *err);

extern const struct form token_form, code_form, setup_form, confirm_form, confirm_code_form;
extern const struct form sign_in_form, password_form, own_form, account_form, edit_form, grant_form;

struct sign_in_view {
    const struct form_state *state;
    struct str next;
    struct str problem; /* "" on the first visit */
};

/* The second page of signing in, and the page that asks again. */
struct code_view {
    const struct form_state *state; /* NULL: the first page was too long ago */
    struct str problem;
};
struct confirm_view {
    const struct form *form; /* for a password, or for a code of who has none */
    bool by_provider;        /* it can also be done there */
    struct str next;
    const struct form_state *state;
    struct str problem;
};

/* Setting up a second factor: the picture is `qr` (an SVG path of dark squares) of size x size. */
struct setup_view {
    const struct form_state *state;
    struct str problem;
    struct str key; /* base 32 in groups */
    struct str uri;
    struct str qr;
    int size;
    bool must;
};
struct factor_view {
    int64_t since, codes_left;
    bool required;
};
struct codes_view {
    const struct str *codes;
    bool first; /* the second factor was set up just now */
};
struct str codes_in_line(struct arena *a, const struct str *codes);
/* The dark squares of the QR code of a text, for <path d="...">; false when it is too long. */
bool qr_path(struct arena *a, struct str text, struct str *path, int *size);

/* How a grant stands now. */
enum grant_state { GRANT_NOW, GRANT_LATER, GRANT_ENDED, GRANT_REVOKED };
enum grant_state grant_state(const struct people_grants_row *row, int64_t now);
const char *grant_state_label(enum grant_state state);
struct opt_int last_day(struct opt_int valid_to); /* the day shown for an exclusive end */

/* "Firefox on Windows" from what the browser says it is. */
struct str agent_summary(struct arena *a, enum lang lang, struct str agent);

struct own_view {
    const struct people_account_row *account;
    const struct form_state *state;
    const struct people_grants_rows *grants;
    const struct people_sessions_rows *sessions;
    struct str session; /* this one */
    int64_t now;
    const struct people_security_row *security;
    const struct people_identities_rows *identities;
};

struct password_view {
    const struct form_state *state;
    bool must_change;
};

/* What the URL of the list asks for; an unknown organisation matches nothing. */
struct people_filters {
    struct web_list list;
    struct str words; /* of the box, for words_fit(), or the NULL slice */
    struct str state, role, org, org_name;
    int64_t org_id; /* 0: all; -1: none */
};
int people_filters_parse(struct http_request *req, struct db *db, struct people_filters *out,
                         struct err *err);

struct list_view {
    const struct http_request *req;
    const struct web_list *list;
    const struct people_list_rows *rows;
    int64_t total;
    struct str state, role, org; /* filters; org is a code */
    struct str org_name;
    bool may_write;
};

struct str account_query(const struct http_request *req); /* "?..." as asked for, or "" */
struct str account_path(struct arena *a, struct str login);
struct str account_role_text(enum lang lang, struct str role);

struct new_view {
    const struct form_state *state;
    const struct form_option *orgs;
    size_t orgs_len;
};

/* A password or a link that sets one, shown once. */
struct secret_view {
    struct str login, name;
    struct str password; /* "": only the link */
    struct str link;     /* "": only the password */
    int64_t link_until;
    struct str sent_to; /* address that the link was mailed to, or "" */
};

struct rules_form {
    struct form_values roles;
};
extern const struct form rules_form;

/* How people sign in here: what holds for the whole site. */
struct rules_view {
    const struct form_state *state;
    struct str redirect_uri;
    bool tested;
    struct str problem; /* of the test; "": it went well */
    struct oidc_provider found;
    int64_t keys;
    bool may_change; /* administers the organisation that the site was made for */
};

/* When signing in through the provider does not lead in. */
struct provider_view {
    struct str title, text, back;
    struct str sign_out_url; /* of the page after signing out */
};

struct forgot_form {
    struct str who;
};
struct choose_form {
    struct str password, repeat;
};
extern const struct form forgot_form, choose_form;

/* What the rules say about a new password typed twice, before any time is spent on hashing it. */
int people_check_new(struct http_request *req, struct str login, struct str password,
                     struct str repeat, struct form_state *state, struct err *err);

struct forgot_view {
    const struct form_state *state;
    bool asked, can_mail;
};
struct choose_view {
    const struct form_state *state;
    struct str secret, login, name;
    bool first, over, done;
};

struct tokens_view {
    const struct people_tokens_rows *tokens;
    int64_t now;
};
bool token_holds(const struct people_tokens_row *row, int64_t now);
/* "report.read incident.read" as what one may do, one after another. */
struct str token_scope_text(struct arena *a, enum lang lang, struct str scope);

struct token_new_view {
    const struct form_state *state;
    const struct form_option *scopes;
    size_t scopes_len;
};

struct token_made_view {
    struct str name, token;
    int64_t expires_at;
};

struct account_view {
    const struct people_account_row *account;
    const struct people_grants_rows *grants;
    const struct people_history_rows *history;
    const struct form_state *grant_state;
    const struct form_option *orgs;
    size_t orgs_len;
    const struct people_security_row *security;
    const struct people_identities_rows *identities;
    const struct people_sessions_rows *sessions;
    const struct people_tokens_rows *tokens;
    bool may_manage;
    bool fresh; /* the actor proved lately who they are: changes are open */
    bool is_self;
    int64_t now;
};

struct edit_view {
    const struct people_account_row *account;
    const struct form_state *state;
};

#endif
