#include "engine/hunt/event.h"

#include "engine/hunt/hunt.h"
#include "base/json.h"
#include "engine/hunt/batch.h"
#include "engine/hunt/evtx_value.h"
#include "engine/hunt/names.h"

static const char *const format_names[HUNT_FORMAT_COUNT] = {
    "unknown", "evtx", "json", "xml",  "csv",       "zeek", "syslog",
    "auditd",  "web",  "cef",  "leef", "key=value", "text",
};

static const char *const family_names[HUNT_FAMILY_COUNT] = {
    "unknown", "windows",    "zeek",   "suricata", "cloudtrail", "m365",   "azure", "gcp",
    "okta",    "kubernetes", "github", "linux",    "auditd",     "syslog", "web",   "cef",
};

static const char *const level_names[] = {"", "informational", "low", "medium", "high", "critical"};

const char *hunt_format_name(enum hunt_format f)
{
    return format_names[f];
}

const char *hunt_family_name(enum hunt_family f)
{
    return family_names[f];
}

const char *hunt_level_name(enum hunt_level l)
{
    return level_names[l];
}

bool hunt_level_parse(struct str s, enum hunt_level *out)
{
    for (size_t i = 1; i < ARRAY_LEN(level_names); i++) {
        if (str_eq_nocase(s, str_c(level_names[i]))) {
            *out = (enum hunt_level)i;
            return true;
        }
    }
    return false;
}

uint32_t hunt_hash_nocase(struct str s)
{
    uint32_t h = 2166136261u;
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        h = (h ^ (c >= 'A' && c <= 'Z' ? c | 0x20 : c)) * 16777619u;
    }
    return h;
}

const struct hunt_field *hunt_event_field(const struct hunt_event *e, uint32_t id)
{
    for (uint32_t i = 0; i < e->len; i++) {
        if (e->fields[i].id == id)
            return &e->fields[i];
    }
    return NULL;
}

static struct str raw_text(struct arena *a, uint8_t type, struct str raw)
{
    if (type != HUNT_RAW_JSON)
        return evtx_value_text(a, type, raw);
    struct json j = {.type = JSON_STRING, .text = raw, .escaped = true, .lenient = true};
    return json_string(&j, a);
}

void hunt_field_text(struct hunt_event *e, struct hunt_field *f)
{
    if ((f->flags & HUNT_FIELD_RAW) == 0)
        return;
    f->value = raw_text(e->arena, f->raw_type, f->value);
    f->flags &= (uint8_t)~HUNT_FIELD_RAW;
}

void hunt_event_text(struct hunt_event *e)
{
    for (uint32_t i = 0; i < e->len; i++)
        hunt_field_text(e, &e->fields[i]);
}
