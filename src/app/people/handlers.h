#ifndef APP_PEOPLE_HANDLERS_H
#define APP_PEOPLE_HANDLERS_H

#include "sys/http/http.h"

/* Handlers that stand in files of their own, for the room's one route table. */
typedef int account_handler(struct http_request *, struct http_response *, struct err *);

account_handler accounts_get, accounts_csv_get;                 /* list.c */
account_handler account_new_get, account_new_post, account_get; /* admin.c */
account_handler account_edit_get, account_edit_post, account_grant_post, account_revoke_post;
account_handler account_state_post, account_reset_post;
account_handler tokens_get, token_new_get, token_new_post, token_revoke_post; /* tokens.c */

#endif
