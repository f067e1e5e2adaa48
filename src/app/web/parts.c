#include "app/web/parts.h"
#include "base/clock.h"
#include "base/text.h"
#include "sys/i18n/i18n.h"

struct str web_asset(struct html_page *p, const char *path)
{
    return asset_find(str_c(path)) != NULL ? asset_url(path)
                                           : str_printf(p->arena, "/static/-/%s", path);
}

struct str web_tel(struct html_page *p, struct str phone)
{
    struct buf out = buf_make(p->arena);

    buf_add(&out, STR("tel:"));
    for (size_t i = 0; i < phone.len; i++) {
        if (isdigit((unsigned char)phone.ptr[i]) || phone.ptr[i] == '+')
            buf_add_char(&out, phone.ptr[i]);
    }
    return buf_str(&out);
}

struct str ui_icon_url(struct html_page *p, const char *name)
{
    struct str sprite = web_asset(p, "icons.svg");

    return str_printf(p->arena, STR_FMT "#%s", STR_ARG(sprite), name);
}

const char *ui_clock_kind(int64_t from, int64_t due, int64_t now)
{
    if (now > due)
        return "late";
    return due - now >= HOUR_MS && (due - now) * 4 >= due - from ? "calm" : "soon";
}

struct str ui_clock_text(struct html_page *p, int64_t due)
{
    int64_t left = due - p->now;
    int64_t amount = left < 0 ? -left : left;
    struct str words;

    /* As fine as it matters: a clock that is read, not watched. */
    if (amount >= 10 * DAY_MS)
        amount -= amount % DAY_MS;
    else if (amount >= MINUTE_MS)
        amount -= amount % MINUTE_MS;
    words = i18n_duration(p->arena, p->lang, amount);
    return i18n_format(p->arena, p->lang, left < 0 ? N_("overdue by {0}") : N_("{0} left"), &words,
                       1);
}

const char *ui_severity_key(int64_t severity)
{
    static const char *const keys[] = {
        N_("severity|Not assessed"), N_("severity|Low"),      N_("severity|Medium"),
        N_("severity|High"),         N_("severity|Critical"),
    };

    return keys[severity >= 1 && severity <= 4 ? severity : 0];
}

const char *ui_tlp_class(struct str tlp)
{
    static const char *const names[] = {"red", "amber", "green", "clear"};

    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (str_starts_nocase(tlp, str_c(names[i])))
            return names[i];
    }
    return "clear";
}

struct str ui_tlp_text(struct html_page *p, struct str tlp)
{
    struct buf out = buf_make(p->arena);

    buf_add(&out, STR("TLP:"));
    for (size_t i = 0; i < tlp.len; i++)
        buf_add_char(&out, (char)toupper((unsigned char)tlp.ptr[i]));
    return buf_str(&out);
}

struct str ui_initials(struct html_page *p, struct str name)
{
    struct str rest = str_trim(name), word;
    struct buf out = buf_make(p->arena);
    uint32_t first = 0, last = 0;
    int words = 0;

    while (rest.len > 0 && str_split(&rest, ' ', &word)) {
        if (word.len == 0)
            continue;
        last = text_next(&word);
        first = words++ == 0 ? last : first;
    }
    if (words > 0)
        text_add(&out, first);
    if (words > 1)
        text_add(&out, last);
    return buf_str(&out);
}

bool ui_is_recent(int64_t at, int64_t now)
{
    return at <= now && now - at < DAY_MS;
}

struct str ui_export_url(struct arena *a, const struct http_request *req, struct str path,
                         const char *format)
{
    struct buf out = buf_make(a);
    struct http_pair *args;
    size_t len = req != NULL ? http_args(req, &args) : 0;
    bool any = false;

    buf_printf(&out, STR_FMT ".%s", STR_ARG(path), format);
    for (size_t i = 0; i < len; i++) {
        if (args[i].value.len == 0 || str_is(args[i].name, "page") || str_is(args[i].name, "n"))
            continue;
        buf_add_char(&out, any ? '&' : '?');
        html_url_part(&out, args[i].name);
        buf_add_char(&out, '=');
        html_url_part(&out, args[i].value);
        any = true;
    }
    return buf_str(&out);
}

/* Traffic Light Protocol 2.0 (FIRST): the labels are not translated, what they allow is. */
const struct form_choice web_tlp_choices[] = {
    {"clear", N_("TLP:CLEAR - may be published")},
    {"green", N_("TLP:GREEN - for the whole response network")},
    {"amber", N_("TLP:AMBER - for the organisations concerned and their clients")},
    {"amber+strict", N_("TLP:AMBER+STRICT - for the organisations concerned only")},
    {"red", N_("TLP:RED - for named people only")},
    {NULL, NULL},
};
