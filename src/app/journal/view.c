#include "app/journal/view.h"

#include "base/json.h"
#include "sys/html/html.h"
#include "sys/i18n/i18n.h"

struct str audit_object_url(struct html_page *p, struct str kind, struct str code)
{
    static const struct {
        const char *kind, *path;
        enum permission permission;
    } pages[] = {
        {"account", "/accounts/", PERM_ACCOUNT_READ},
        {"incident", "/incidents/", PERM_INCIDENT_READ},
        {"org", "/orgs/", PERM_ORG_READ},
        {"report", "/reports/", PERM_REPORT_READ},
        {"system", "/systems/", PERM_SYSTEM_READ},
    };
    struct buf out = buf_make(p->arena);

    for (size_t i = 0; i < ARRAY_LEN(pages) && code.len > 0; i++) {
        if (str_is(kind, pages[i].kind) && p->user != NULL &&
            actor_can(p->user, pages[i].permission)) {
            buf_add_c(&out, pages[i].path);
            html_url_part(&out, code);
        }
    }
    return buf_str(&out);
}

struct str audit_older_url(const struct audit_view *v)
{
    const struct audit_entry_row *last = &v->rows.at[v->rows.len - 1];

    return web_url_with(v->req, "page", str_printf(v->req->arena, "%lld", (long long)last->seq));
}

static struct str value_text(struct json *j, struct arena *a)
{
    const char *start = j->pos;

    switch (j->type) {
    case JSON_STRING:
        return json_string(j, a);
    case JSON_NUMBER:
        return j->text;
    case JSON_TRUE:
        return STR("true");
    case JSON_FALSE:
        return STR("false");
    case JSON_OBJECT:
    case JSON_ARRAY:
        /* Deeper things as they are written: the brackets belong to them. */
        json_skip(j);
        return str_make(start - 1, (size_t)(j->pos - start) + 1);
    default:
        return STR_EMPTY;
    }
}

struct audit_facts audit_facts_of(struct arena *a, struct str detail)
{
    struct audit_facts facts = {0};
    struct json j;

    if (detail.len == 0)
        return facts;
    json_init(&j, detail);
    if (json_next(&j) != JSON_OBJECT) {
        *vec_push(&facts, a) = (struct audit_fact){.name = STR_EMPTY, .value = detail};
        return facts;
    }
    while (json_next(&j) == JSON_KEY) {
        struct str name = json_string(&j, a), value;

        json_next(&j);
        value = value_text(&j, a);
        if (value.len > 0)
            *vec_push(&facts, a) = (struct audit_fact){.name = name, .value = value};
    }
    return facts;
}
