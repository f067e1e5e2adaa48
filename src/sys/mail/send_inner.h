#ifndef SYS_MAIL_SEND_INNER_H
#define SYS_MAIL_SEND_INNER_H

#include "sys/mail/send.h"

#include <curl/curl.h>
#include <pthread.h>

/* A handle for SCHEME://server/PATH with what all exchanges with mail servers share. */
CURL *mail_curl(const struct mail_server *s, const char *scheme, const char *path);

/* What went wrong, with the server's last line ("" for none) and what to do about it. */
int mail_curl_error(CURLcode code, const char *detail, const struct mail_server *s,
                    const char *last, struct err *err);

#endif
