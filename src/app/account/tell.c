#include "app/account/inner.h"
#include "app/account/queries.h"
#include "app/notice/notice.h"

#include <arpa/inet.h>

/*
 * The owner of an account is told of what lets somebody in or changes what they may do: whoever
 * took it over would do just that. Those who never signed in are not told, they have not begun.
 */
static const struct {
    const char *action;
    enum notice_event event;
    const char *detail; /* which of several, for app/post */
} told[] = {
    {"account.password", NOTICE_ACCOUNT_PASSWORD, ""},
    {"account.password_reset", NOTICE_ACCOUNT_PASSWORD, ""},
    {"account.factor_on", NOTICE_ACCOUNT_FACTOR, "on"},
    {"account.factor_off", NOTICE_ACCOUNT_FACTOR, "off"},
    {"account.factor_codes", NOTICE_ACCOUNT_FACTOR, "codes"},
    {"account.token_create", NOTICE_ACCOUNT_TOKEN, "new"},
    {"account.token_revoke", NOTICE_ACCOUNT_TOKEN, "end"},
    {"account.grant", NOTICE_ACCOUNT_ROLE, "new"},
    {"account.revoke", NOTICE_ACCOUNT_ROLE, "end"},
    {"account.identity_link", NOTICE_ACCOUNT_PROVIDER, "new"},
    {"account.identity_unlink", NOTICE_ACCOUNT_PROVIDER, "end"},
};

static int put(struct db *db, struct arena *a, int64_t account_id, enum notice_event event,
               struct str detail, const struct actor *by, int64_t now, struct err *err)
{
    struct account_begun_row row;
    int r = account_begun(db, a, account_id, &row, err);

    if (r <= 0)
        return r;
    return notice_put(db,
                      &(struct notice_new){.event = event,
                                           .account_id = account_id,
                                           .detail = detail,
                                           .by_id = by != NULL ? by->id : 0,
                                           .by_name = by != NULL ? by->name : STR(""),
                                           .mark = STR("")},
                      now, err);
}

int account_tell(struct db *db, struct arena *a, const struct actor *by, const char *action,
                 int64_t account_id, int64_t now, struct err *err)
{
    for (size_t i = 0; i < ARRAY_LEN(told); i++) {
        if (strcmp(told[i].action, action) == 0)
            return put(db, a, account_id, told[i].event, str_c(told[i].detail), by, now, err);
    }
    return 0;
}

int account_tell_locked(struct db *db, struct arena *a, int64_t account_id, int64_t now,
                        struct err *err)
{
    return put(db, a, account_id, NOTICE_ACCOUNT_LOCKED, STR(""), NULL, now, err);
}

/* ---- a device that is not known ----------------------------------------------------------------
 */

/* The same browser whatever its version: everything but the digits. */
static struct str browser_of(struct arena *a, struct str agent)
{
    struct buf out = buf_make(a);

    for (size_t i = 0; i < agent.len; i++) {
        if (agent.ptr[i] < '0' || agent.ptr[i] > '9')
            buf_add_char(&out, agent.ptr[i]);
    }
    return buf_str(&out);
}

/* The network of a provider or an office, roughly: the first 16 bits of IPv4, 32 of IPv6. */
static struct str network_of(struct arena *a, struct str address)
{
    const char *text = str_cdup(a, address);
    uint8_t bytes[16];

    if (inet_pton(AF_INET, text, bytes) == 1)
        return str_hex(a, bytes, 2);
    return inet_pton(AF_INET6, text, bytes) == 1 ? str_hex(a, bytes, 4) : address;
}

int account_tell_device(struct db *db, struct arena *a, int64_t account_id, struct str name,
                        struct str address, struct str agent, int64_t now, struct err *err)
{
    struct str browser = browser_of(a, agent), network = network_of(a, address);
    const struct actor self = {.id = account_id, .name = name};
    bool browser_known = false, network_known = false;
    struct session_devices_rows rows;
    int r = session_devices(db, a, account_id, &rows, err);

    for (size_t i = 0; r >= 0 && i < rows.len; i++) {
        browser_known |= str_eq(browser_of(a, rows.at[i].agent), browser);
        network_known |= str_eq(network_of(a, rows.at[i].address), network);
    }
    /* The first session of all is nothing new to its owner. */
    if (r < 0 || rows.len == 0 || (browser_known && network_known))
        return MIN(r, 0);
    return put(db, a, account_id, NOTICE_ACCOUNT_SIGN_IN, address, &self, now, err);
}
