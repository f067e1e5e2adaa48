#ifndef APP_PEOPLE_HANDLERS_H
#define APP_PEOPLE_HANDLERS_H

#include "app/account/account.h"
#include "sys/http/http.h"

/* Handlers that stand in files of their own, for the room's one route table. */
typedef int account_handler(struct http_request *, struct http_response *, struct err *);

account_handler accounts_get;                                   /* list.c */
account_handler account_new_get, account_new_post, account_get; /* admin.c */
account_handler account_edit_get, account_edit_post, account_grant_post, account_revoke_post;
account_handler account_state_post, account_reset_post;
account_handler tokens_get, token_new_get, token_new_post, token_revoke_post; /* tokens.c */
account_handler code_get, code_post, confirm_get, confirm_post;               /* code.c */
account_handler factor_page_get, factor_setup_post, factor_codes_post, factor_codes_txt_post;
account_handler factor_off_post;                                               /* factor.c */
account_handler forgot_get, forgot_post, choose_get, choose_post;              /* reset.c */
account_handler account_link_post, account_factor_post, account_sessions_post; /* security.c */
account_handler account_token_post;
account_handler rules_get, rules_post, rules_test_post; /* rules.c */
account_handler provider_go, provider_link_go, provider_confirm_go, provider_invite_go;
account_handler provider_back, provider_unlink_post, provider_unlink_by_post, signed_out_get;
int find_link_owner(struct http_request *req, struct link_owner *owner, struct err *err);
int end_present_session(struct http_request *req, struct err *err); /* web.c */
struct str code_path(struct http_request *req, struct str next);
struct people_account_row;
/* Asks the provider now, whatever is in memory: rules.c. */
struct rules_view;
void rules_ask(struct http_request *req, struct rules_view *test);
/* The roles that were chosen. */
struct rules_form;
void rules_wanted(const struct rules_form *form, bool wanted[ROLE_COUNT]);
/* The account of the URL, if it is within the actor's reach. */
int account_of_url(struct http_request *req, struct db **db, struct people_account_row *out,
                   struct err *err); /* admin.c */
void to_account(struct http_request *req, struct http_response *res, struct str login,
                struct str flash);
/* Makes a link for an account, mails it if the site and the account can, and fills in what the page
 * shows: security.c. */
struct secret_view;
int make_link(struct http_request *req, struct db *db, int64_t account_id,
              enum link_purpose purpose, struct secret_view *view, struct err *err);
int secret_page(struct http_request *req, struct http_response *res, struct str title,
                const struct secret_view *view);
struct str sign_in_problem(const struct http_request *req, int code, int64_t wait); /* web.c */

#endif
