#include "app/web/queries.h"
#include "app/web/web.h"
#include "base/clock.h"
#include "sys/i18n/i18n.h"

struct site site = {.zone = 7 * 60};

/* What is read lives as long as the program. */
static struct arena site_arena;

static const struct {
    const char *key;
    size_t offset;
} texts[] = {
    {"site.name", offsetof(struct site, name)},
    {"site.coordinator", offsetof(struct site, coordinator)},
    {"site.phone", offsetof(struct site, phone)},
    {"site.email", offsetof(struct site, email)},
    {"site.base_url", offsetof(struct site, base_url)},
};

static void take(struct str key, struct str value)
{
    int64_t n;

    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        if (str_is(key, texts[i].key))
            *(struct str *)((char *)&site + texts[i].offset) = str_dup(&site_arena, value);
    }
    if (str_is(key, "site.sample"))
        site.sample = str_is(value, "1");
    if (str_is(key, "site.zone") && str_to_int(value, &n) && n > -24 * 60 && n < 24 * 60)
        site.zone = (int)n;
}

int site_load(struct db_pool *pool, struct str dir, struct err *err)
{
    _cleanup_(db_releasep) struct db *db = NULL;
    struct site_settings_rows rows;
    int r;

    if ((r = db_acquire(pool, &db, err)) < 0)
        return r;
    arena_clear(&site_arena);
    site = (struct site){.pool = pool, .dir = dir, .name = STR("Ứng Cứu"), .zone = 7 * 60};
    if ((r = site_settings(db, &site_arena, &rows, err)) < 0)
        return r;
    for (size_t i = 0; i < rows.len; i++)
        take(rows.at[i].key, rows.at[i].value);
    if (site.coordinator.len == 0)
        site.coordinator = site.name;
    i18n_set_zone(site.zone);
    return 0;
}

int site_set(struct db *db, const char *key, struct str value, struct err *err)
{
    static const char *const names[] = {"name",     "coordinator", "phone", "email",
                                        "base_url", "sample",      "zone"};
    char full[32];

    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (strcmp(names[i], key) != 0)
            continue;
        snprintf(full, sizeof(full), "site.%s", key);
        return (int)MIN(0, site_setting_put(db, str_c(full), value, err));
    }
    return err_set(err, ERR_INVALID, "there is no setting \"%s\"", key);
}

struct str site_link_url(void)
{
    return site.base_url.len > 0 ? site.base_url : site.link_url;
}

/* ---- the connection of a request ---------------------------------------------------------------
 */

static void give_back(void *db)
{
    db_release(db);
}

int web_db(struct http_request *req, struct db **out, struct err *err)
{
    int r;

    if (req->lease == NULL) {
        if ((r = db_acquire(site.pool, out, err)) < 0)
            return r;
        req->lease = *out;
        if (req->method == HTTP_GET)
            db_steady(*out);
        http_defer(req, give_back, *out);
    }
    *out = req->lease;
    return 0;
}
