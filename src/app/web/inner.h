#ifndef APP_WEB_INNER_H
#define APP_WEB_INNER_H

#include "app/web/parts.h"

/* One entry of the rail. */
struct rail_item {
    const char *name; /* web_frame.rail */
    const char *href;
    const char *icon;
    const char *label; /* translation key */
    const char *key;   /* after "g" */
    enum permission permission;
    bool low; /* stands at the bottom */
};

struct rail_entry {
    const struct rail_item *item;
    bool current;
    bool more; /* has no place in the bottom bar of a phone */
};
VEC_TYPE(rail_entries, struct rail_entry);

/* A message of the last request, where to post its undoing and where to look at it ("": nowhere).
 */
struct flash {
    struct str text, action, id, href, link, button;
};

/* What the frame's templates show; html_page.layout points to it. */
struct web_layout {
    const struct http_request *req;
    const struct actor *actor;
    struct web_frame frame;
    int64_t unread;   /* notices; at most 100 are counted */
    bool app;         /* the frame of the signed-in */
    struct str theme; /* "", "light", "dark" */
    struct flash flash;
    struct str words; /* JSON for the script */
    struct str back;  /* this page, for the forms of the menu */
    struct rail_entries high, low;
    VEC(struct web_crumb) crumbs;
};

/* Path and query of the page, for a form that comes back to it. */
struct str web_here(const struct http_request *req);

/* Text of the flash cookie and its removal; empty when there is none or it is not ours. */
struct str flash_take(const struct http_request *req, struct http_response *res);

int draft_get(struct http_request *req, struct http_response *res, struct err *err);
int draft_post(struct http_request *req, struct http_response *res, struct err *err);

struct flash flash_read(struct str text);

struct web_error_view {
    int status;
    struct str title, text;
    struct str id; /* of the request */
    const char *icon;
    bool retry;
};

/* One line of the list of keys. */
struct web_key {
    const char *keys[2];
    const char *what; /* translation key */
};
struct web_keys {
    const struct web_key *at;
    size_t len;
};
extern const struct web_keys web_keys;

#endif
