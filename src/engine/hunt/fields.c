#include "engine/hunt/fields.h"

#include "base/clock.h"

/* Marks: fields that, together, show what wrote the event. */
enum {
    MARK_EVENT_ID = 1 << 0,
    MARK_CHANNEL = 1 << 1,
    MARK_ZEEK_PATH = 1 << 2,
    MARK_ZEEK_UID = 1 << 3,
    MARK_SURICATA = 1 << 4,
    MARK_AWS_SOURCE = 1 << 5,
    MARK_AWS_NAME = 1 << 6,
    MARK_M365 = 1 << 7,
    MARK_AZURE = 1 << 8,
    MARK_GCP = 1 << 9,
    MARK_OKTA = 1 << 10,
    MARK_KUBERNETES = 1 << 11,
    MARK_GITHUB = 1 << 12,
    MARK_JOURNAL = 1 << 13,
    MARK_FLOW = 1 << 14,
};

struct spelling {
    struct str path;
    struct str name; /* Sigma's, or empty when the path is the name */
    uint8_t role;
    uint16_t mark;
};

/*
 * Spellings of the common fields in the wild: Winlogbeat and ECS (Elastic Common Schema 8), NXLog,
 * Wazuh, evtx converters, Zeek, Suricata EVE, cloud audit logs. Sorted by path (byte order).
 */
static const struct spelling spellings[] = {
#define SPELLING(path, name, role, mark) {STR_INIT(path), STR_INIT(name), HUNT_ROLE_##role, mark},
#include "engine/hunt/spellings.def"
#undef SPELLING
};

static const struct spelling *spelling_of(struct str path)
{
    size_t lo = 0, hi = ARRAY_LEN(spellings);
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        int c = str_cmp(spellings[mid].path, path);
        if (c == 0)
            return &spellings[mid];
        if (c < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return NULL;
}

/* -------- names -------- */

static bool strip(struct str *path, struct str prefix)
{
    if (!str_starts(*path, prefix) || path->len == prefix.len)
        return false;
    *path = str_from(*path, prefix.len);
    return true;
}

static struct str leaf(struct str path)
{
    ptrdiff_t dot = str_rfind_char(path, '.');
    return dot < 0 ? path : str_from(path, (size_t)dot + 1);
}

/* "Provider.#attributes.Name", "Provider.@Name" and "Provider_attributes.Name" are Provider_Name;
 * "EventID.#text" is EventID. */
static struct str join_attributes(struct arena *a, struct str path)
{
    static const struct {
        struct str from, to;
    } joints[] = {
        {STR_INIT(".#attributes."), STR_INIT("_")},
        {STR_INIT("_attributes."), STR_INIT("_")},
        {STR_INIT(".@"), STR_INIT("_")},
        {STR_INIT(".#text"), STR_INIT("")},
        {STR_INIT(".$t"), STR_INIT("")},
        {STR_INIT("#attributes."), STR_INIT("")},
    };
    for (size_t i = 0; i < ARRAY_LEN(joints); i++) {
        ptrdiff_t at = str_find(path, joints[i].from);
        if (at < 0)
            continue;
        return str_printf(a, STR_FMT STR_FMT STR_FMT, (int)at, path.ptr, STR_ARG(joints[i].to),
                          STR_ARG(str_from(path, (size_t)at + joints[i].from.len)));
    }
    return path;
}

/* System elements: the attributes of an element are called ELEMENT_ATTRIBUTE. */
static struct str system_name(struct arena *a, struct str path)
{
    if (str_is(path, "EventID.Value") || str_is(path, "EventID.value"))
        return STR("EventID");
    char *out = str_cdup(a, path);
    for (size_t i = 0; i < path.len; i++) {
        if (out[i] == '.')
            out[i] = '_';
    }
    return str_make(out, path.len);
}

/* Wazuh writes the names of EventData with a small first letter. */
static struct str capital(struct arena *a, struct str name)
{
    char *out = str_cdup(a, name);
    if (name.len > 0 && out[0] >= 'a' && out[0] <= 'z')
        out[0] = (char)(out[0] - 'a' + 'A');
    return str_make(out, name.len);
}

static struct str data_name(struct str path)
{
    strip(&path, STR("Data."));
    return path;
}

/* A Windows event in any wrapping: the name that EVTX gives the same field. False: not one. */
static bool windows_name(struct arena *a, struct str path, struct str *out)
{
    strip(&path, STR("_source."));
    bool in_event = strip(&path, STR("Event."));
    if (strip(&path, STR("winlog.event_data.")) || strip(&path, STR("event_data.")) ||
        strip(&path, STR("EventData."))) {
        *out = data_name(path);
        return true;
    }
    if (strip(&path, STR("winlog.user_data.")) || strip(&path, STR("user_data.")) ||
        strip(&path, STR("UserData."))) {
        *out = leaf(path);
        return true;
    }
    if (strip(&path, STR("data.win.eventdata."))) {
        *out = capital(a, path);
        return true;
    }
    if (strip(&path, STR("System."))) {
        *out = system_name(a, path);
        return true;
    }
    *out = path;
    return in_event;
}

uint32_t hunt_field_id(const struct hunt_schema *s, struct str name)
{
    uint32_t id = hunt_names_find(&s->fields, name);
    if (id != 0 || str_find_char(name, ' ') < 0 || name.len > 128)
        return id;
    char joined[128];
    size_t len = 0;
    for (size_t i = 0; i < name.len; i++) {
        if (name.ptr[i] != ' ')
            joined[len++] = name.ptr[i];
    }
    return hunt_names_find(&s->fields, str_make(joined, len));
}

void hunt_path_find(const struct hunt_schema *s, struct arena *a, struct str path,
                    struct hunt_path *out)
{
    *out = (struct hunt_path){0};
    struct str plain = join_attributes(a, path);
    bool windows = windows_name(a, plain, &out->name);
    if (str_ends(out->name, STR("xmlns")) || str_find(path, STR("xmlns")) >= 0) {
        out->role = HUNT_ROLE_SKIP;
        return;
    }
    out->name = str_dup(a, out->name);
    out->id = hunt_field_id(s, out->name);
    const struct spelling *known = spelling_of(out->name);
    if (known != NULL) {
        out->role = known->role;
        out->mark = known->mark;
        if (known->name.len > 0) {
            out->alias = hunt_names_find(&s->fields, known->name);
            out->alias_name = known->name;
        }
    }
    if (windows && out->alias == 0) {
        /* A rule may ask for the field by its full path, too. */
        out->alias = hunt_names_find(&s->fields, path);
        out->alias_name = hunt_names_text(&s->fields, out->alias);
    }
    if (out->id == 0 && out->alias != 0) {
        out->id = out->alias;
        out->alias = 0;
    }
    if (out->alias == out->id)
        out->alias = 0;
}

/* -------- values -------- */

static bool unix_time(struct str s, int64_t *ms)
{
    double d;
    if (!str_to_double(s, &d) || !(d > 0 && d < 1e18))
        return false;
    /* Seconds, milliseconds, micro- and nanoseconds are told apart by their size. */
    while (d >= 1e11)
        d /= 1000;
    *ms = (int64_t)(d * 1000 + 0.5);
    return true;
}

/* "/Date(1603000000000)/" (.NET) */
static bool dotnet_time(struct str s, int64_t *ms)
{
    if (!str_starts(s, STR("/Date(")))
        return false;
    s = str_from(s, 6);
    ptrdiff_t end = str_find_char(s, ')');
    return end > 0 && str_to_int(str_sub(s, 0, (size_t)end), ms);
}

bool hunt_time_parse(struct str s, int64_t *ms)
{
    return clock_parse(s, 0, ms) || dotnet_time(s, ms);
}

static void set_time(struct hunt_batch *b, struct hunt_seen *seen, uint8_t role, struct str value)
{
    int64_t ms;
    if (role <= seen->time_role)
        return;
    if (role == HUNT_ROLE_TIME_UNIX ? !unix_time(value, &ms) && !hunt_time_parse(value, &ms)
                                    : !hunt_time_parse(value, &ms))
        return;
    b->now->time = ms;
    seen->time_role = role;
}

void hunt_path_role(struct hunt_batch *b, struct hunt_seen *seen, const struct hunt_path *p,
                    struct str value)
{
    struct hunt_event *e = b->now;
    int64_t n;
    seen->marks |= p->mark;
    switch (p->role) {
    case HUNT_ROLE_CHANNEL:
        if (e->channel.len == 0)
            hunt_batch_channel(b, value);
        break;
    case HUNT_ROLE_PROVIDER:
        if (e->provider.len == 0)
            hunt_batch_provider(b, value);
        break;
    case HUNT_ROLE_HOST:
        if (!seen->host && value.len > 0 && !str_is(value, "?")) {
            e->host = value;
            seen->host = true;
        }
        break;
    case HUNT_ROLE_COLLECTOR:
        if (e->host.len == 0)
            e->host = value;
        break;
    case HUNT_ROLE_EVENT_ID:
        if (e->event_id < 0 && str_to_int(value, &n) && n >= 0)
            e->event_id = n;
        break;
    case HUNT_ROLE_TIME_WEAK:
    case HUNT_ROLE_TIME_UNIX:
    case HUNT_ROLE_TIME:
    case HUNT_ROLE_TIME_BEST:
        set_time(b, seen, p->role, value);
        break;
    default:
        break;
    }
}

void hunt_path_add(struct hunt_batch *b, struct hunt_seen *seen, const struct hunt_path *p,
                   enum hunt_kind kind, struct str value)
{
    if (p->role == HUNT_ROLE_SKIP)
        return;
    hunt_batch_add(b, p->id, p->name, kind, value);
    if (p->alias != 0) {
        hunt_batch_add(b, p->alias, p->alias_name, kind, value);
        b->fields[-1].flags = HUNT_FIELD_ALIAS;
    }
    if (p->role != HUNT_ROLE_NONE || p->mark != 0)
        hunt_path_role(b, seen, p, value);
}

void hunt_seen_family(struct hunt_batch *b, const struct hunt_seen *seen)
{
    static const struct {
        uint16_t all;
        uint8_t family;
    } families[] = {
        {MARK_EVENT_ID | MARK_CHANNEL, HUNT_FAMILY_WINDOWS},
        {MARK_ZEEK_PATH, HUNT_FAMILY_ZEEK},
        {MARK_ZEEK_UID | MARK_FLOW, HUNT_FAMILY_ZEEK},
        {MARK_SURICATA, HUNT_FAMILY_SURICATA},
        {MARK_AWS_SOURCE | MARK_AWS_NAME, HUNT_FAMILY_CLOUDTRAIL},
        {MARK_KUBERNETES, HUNT_FAMILY_KUBERNETES},
        {MARK_GCP, HUNT_FAMILY_GCP},
        {MARK_OKTA, HUNT_FAMILY_OKTA},
        {MARK_M365, HUNT_FAMILY_M365},
        {MARK_AZURE, HUNT_FAMILY_AZURE},
        {MARK_GITHUB, HUNT_FAMILY_GITHUB},
        {MARK_JOURNAL, HUNT_FAMILY_SYSLOG},
        {MARK_EVENT_ID, HUNT_FAMILY_WINDOWS},
    };
    if (b->now->family != HUNT_FAMILY_UNKNOWN)
        return;
    for (size_t i = 0; i < ARRAY_LEN(families); i++) {
        if ((seen->marks & families[i].all) == families[i].all) {
            b->now->family = families[i].family;
            return;
        }
    }
}
