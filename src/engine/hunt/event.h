#ifndef ENGINE_HUNT_EVENT_H
#define ENGINE_HUNT_EVENT_H

#include "base/base.h"

/*
 * What every reader makes of a log and every detector looks at: an event is a list of fields, name
 * and value as UTF-8 slices, and a head of what all logs have in common.
 *
 * Names are interned. The detectors say before reading which names they care about
 * (hunt_names_add); a reader gives each field the number of its name, or 0 when nobody asked for
 * it. A test of a rule is then a look into an array, and a field nobody asked for costs nothing:
 * its value is not even converted unless hunt_event_text() is called.
 */

/* -------- names -------- */

struct hunt_name_slot {
    struct str name;
    uint32_t id;
    uint32_t hash;
};

/* A set of names with numbers 1, 2, 3... in the order in which they were added. Filled by one
 * thread, then only read, by any number. All zero with an arena set is an empty set. */
struct hunt_names {
    struct hunt_name_slot *slots;
    size_t cap;        /* slots, a power of two, or 0 */
    size_t filled;     /* slots in use, aliases included */
    struct str *by_id; /* by_id[id - 1] */
    uint32_t len;      /* ids are 1 .. len */
    uint32_t by_id_cap;
    bool nocase;         /* ASCII letters of either case are equal (channels, providers) */
    struct arena *arena; /* names are copied into it */
};

uint32_t hunt_names_add(struct hunt_names *n, struct str name);
uint32_t hunt_names_find(const struct hunt_names *n, struct str name); /* 0: not there */

/* `name` is another spelling of `id`. An existing name keeps its own number. */
void hunt_names_alias(struct hunt_names *n, struct str name, uint32_t id);

static inline struct str hunt_names_text(const struct hunt_names *n, uint32_t id)
{
    return id == 0 || id > n->len ? STR_EMPTY : n->by_id[id - 1];
}

/*
 * What the detectors want to see. Readers translate the spelling of their format into the name a
 * rule uses (Sigma's taxonomy: "Provider_Name", "CommandLine"), see names.c:
 *   - Windows events: members of EventData and UserData under their own name, System/EventID as
 *     "EventID", attributes as ELEMENT_ATTRIBUTE ("Provider_Name", "Execution_ProcessID",
 *     "TimeCreated_SystemTime", "Security_UserID"), unnamed Data elements as "Data" (repeated);
 *   - the same events as JSON of any shape (Event.System.*, winlog.event_data.*, flat) under the
 *     same names;
 *   - a name with spaces is also found without them ("Threat Name" is "ThreatName");
 *   - nested JSON with dots ("userIdentity.type"); elements of an array repeat the name.
 */
struct hunt_schema {
    struct hunt_names fields;    /* case-sensitive */
    struct hunt_names channels;  /* without case: Windows channels, Zeek paths, ... */
    struct hunt_names providers; /* without case: Windows providers, syslog programs */
    struct arena arena;
};

void hunt_schema_init(struct hunt_schema *s);
void hunt_schema_release(struct hunt_schema *s);

/* -------- events -------- */

enum hunt_format {
    HUNT_FORMAT_UNKNOWN,
    HUNT_FORMAT_EVTX,
    HUNT_FORMAT_JSON, /* JSON, JSON Lines, arrays, {"Records": [...]} */
    HUNT_FORMAT_XML,
    HUNT_FORMAT_CSV,
    HUNT_FORMAT_ZEEK,
    HUNT_FORMAT_SYSLOG,
    HUNT_FORMAT_AUDITD,
    HUNT_FORMAT_WEB,
    HUNT_FORMAT_CEF,
    HUNT_FORMAT_LEEF,
    HUNT_FORMAT_KEYVALUE,
    HUNT_FORMAT_TEXT,
    HUNT_FORMAT_COUNT,
};

const char *hunt_format_name(enum hunt_format f);

/* What kind of system the event came from, as far as its content shows; for routing to rules. */
enum hunt_family {
    HUNT_FAMILY_UNKNOWN,
    HUNT_FAMILY_WINDOWS,  /* channel, provider and event_id are set as far as known */
    HUNT_FAMILY_ZEEK,     /* channel: the path ("conn", "dns") */
    HUNT_FAMILY_SURICATA, /* channel: event_type */
    HUNT_FAMILY_CLOUDTRAIL,
    HUNT_FAMILY_M365, /* unified audit log; channel: Workload */
    HUNT_FAMILY_AZURE,
    HUNT_FAMILY_GCP,
    HUNT_FAMILY_OKTA,
    HUNT_FAMILY_KUBERNETES,
    HUNT_FAMILY_GITHUB,
    HUNT_FAMILY_LINUX,  /* Sysmon for Linux, journald */
    HUNT_FAMILY_AUDITD, /* channel: record type ("EXECVE") */
    HUNT_FAMILY_SYSLOG, /* provider: the program */
    HUNT_FAMILY_WEB,    /* access logs; Sigma's names: cs-method, cs-uri-stem, cs-uri-query,
                           c-useragent, cs-referer, sc-status, c-ip, cs-username */
    HUNT_FAMILY_CEF,    /* provider: device product */
    HUNT_FAMILY_COUNT,
};

const char *hunt_family_name(enum hunt_family f);

/* Where an event was read. Lives until the end of the run. */
struct hunt_source {
    struct str path; /* as shown: a path, or "archive.zip/member.evtx" */
    uint32_t index;  /* position among the sources of the run, for ordering */
    enum hunt_format format;
};

enum hunt_kind { HUNT_NULL, HUNT_STRING, HUNT_NUMBER, HUNT_BOOL };

enum {
    HUNT_FIELD_ALIAS = 1, /* the same value under another name; not written to findings */
    HUNT_FIELD_RAW = 2,   /* value is not text yet; only when id is 0, see hunt_event_text() */
};

/*
 * A name may stand several times in an event (arrays, unnamed Data): a test holds when it holds for
 * one of them. Numbers and booleans are text as the log had them ("4688", "0x10", "true").
 */
struct hunt_field {
    uint32_t id; /* of schema->fields, 0 when nobody asked for this name */
    uint8_t kind;
    uint8_t flags;
    uint8_t raw_type; /* reader's own */
    struct str name;  /* as it is shown; lives as long as the event */
    struct str value; /* UTF-8; HUNT_NULL: empty */
};

#define HUNT_NO_TIME INT64_MIN

struct hunt_event {
    struct hunt_field *fields;
    uint32_t len;
    uint8_t family;       /* enum hunt_family */
    int64_t time;         /* milliseconds, HUNT_NO_TIME when the event has none */
    int64_t event_id;     /* Windows; -1 when there is none */
    uint64_t record_id;   /* Windows; otherwise the number of the line or record, from 1 */
    uint64_t offset;      /* in the (unpacked) file, where the record begins */
    uint32_t channel_id;  /* of schema->channels, 0 when nobody asked for it */
    uint32_t provider_id; /* of schema->providers */
    struct str channel, provider, host; /* empty when absent */
    struct str raw;                     /* the record as text; empty for EVTX */
    const struct hunt_source *source;
    struct arena *arena; /* lives as long as the event */
    const void *kept;    /* for hunt_emit: its copy of the event, once it made one */
    uint32_t kept_turn;
};

/* Converts a field marked HUNT_FIELD_RAW; all of them, so that all values are text. */
void hunt_field_text(struct hunt_event *e, struct hunt_field *f);
void hunt_event_text(struct hunt_event *e);

/* First field of that number, or NULL. For occasional use; detectors index an event once. */
const struct hunt_field *hunt_event_field(const struct hunt_event *e, uint32_t id);

#endif
