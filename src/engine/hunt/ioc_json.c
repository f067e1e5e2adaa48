#include "engine/hunt/ioc_set.h"

#include "base/json.h"

/*
 * STIX 2.1: the patterns of indicator objects. MISP: attributes that are meant for detection
 * (to_ids), wherever in the document they stand.
 */
enum { DEPTH_MAX = 64 };

struct walk {
    struct ioc *set;
    struct str list;
    struct json j;
    struct arena *tmp;
};

struct object {
    struct str type, value, pattern, pattern_type, comment, name;
    bool ids_denied, revoked;
};

/* -------- STIX patterns -------- */

static const struct {
    const char *path;
    enum ioc_type type;
    bool classify; /* an address or a domain, as the value says */
} paths[] = {
    {"file:hashes.MD5", IOC_MD5, false},
    {"file:hashes.SHA-1", IOC_SHA1, false},
    {"file:hashes.SHA1", IOC_SHA1, false},
    {"file:hashes.SHA-256", IOC_SHA256, false},
    {"file:hashes.SHA256", IOC_SHA256, false},
    {"artifact:hashes.MD5", IOC_MD5, false},
    {"artifact:hashes.SHA-1", IOC_SHA1, false},
    {"artifact:hashes.SHA-256", IOC_SHA256, false},
    {"file:name", IOC_FILE_NAME, false},
    {"ipv4-addr:value", IOC_IP, false},
    {"ipv6-addr:value", IOC_IP, false},
    {"domain-name:value", IOC_DOMAIN, false},
    {"url:value", IOC_URL, false},
    {"email-addr:value", IOC_EMAIL, false},
    {"email-message:from_ref.value", IOC_EMAIL, false},
    {"email-message:sender_ref.value", IOC_EMAIL, false},
    {"network-traffic:dst_ref.value", IOC_IP, true},
    {"network-traffic:src_ref.value", IOC_IP, true},
    {"network-traffic:extensions.http-request-ext.request_header.User-Agent", IOC_USER_AGENT,
     false},
};

struct comparison {
    enum ioc_type type;
    struct str value;
};
VEC_TYPE(comparisons, struct comparison);

struct stix {
    struct walk *w;
    struct str rest;
    struct comparisons found;
    bool joined;  /* AND, FOLLOWEDBY, NOT or a qualifier: one value alone is not the indicator */
    bool unknown; /* a comparison of another kind */
};

static bool take_word(struct str *s, const char *word)
{
    size_t n = strlen(word);
    if (!str_starts(*s, str_c(word)) || (s->len > n && isalnum((unsigned char)s->ptr[n])))
        return false;
    *s = str_from(*s, n);
    return true;
}

static bool take_literal(struct stix *p, struct str *out)
{
    struct buf b = buf_make(p->w->tmp);
    p->rest = str_trim(p->rest);
    if (p->rest.len == 0 || p->rest.ptr[0] != '\'')
        return false;
    for (size_t i = 1; i < p->rest.len; i++) {
        if (p->rest.ptr[i] == '\'') {
            p->rest = str_from(p->rest, i + 1);
            *out = buf_str(&b);
            return true;
        }
        if (p->rest.ptr[i] == '\\' && i + 1 < p->rest.len)
            i++;
        buf_add_char(&b, p->rest.ptr[i]);
    }
    return false;
}

/* "file:hashes.'SHA-256'": the quotes go. */
static struct str take_path(struct stix *p)
{
    struct buf b = buf_make(p->w->tmp);
    size_t i = 0;
    bool quoted = false;
    for (; i < p->rest.len; i++) {
        char c = p->rest.ptr[i];
        if (c == '\'')
            quoted = !quoted;
        else if (!quoted && strchr(" =!<>\t\n[]()", c) != NULL)
            break;
        else
            buf_add_char(&b, c);
    }
    p->rest = str_from(p->rest, i);
    return buf_str(&b);
}

static void keep_value(struct stix *p, struct str path, struct str value)
{
    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        enum ioc_type type = paths[i].type;
        if (!str_eq_nocase(path, str_c(paths[i].path)))
            continue;
        if (paths[i].classify && !ioc_classify(value, &type))
            break;
        *vec_push(&p->found, p->w->tmp) = (struct comparison){type, value};
        return;
    }
    p->unknown = true;
}

static bool take_comparison(struct stix *p)
{
    struct str value;
    struct str path = take_path(p);
    if (path.len == 0)
        return false;
    p->rest = str_trim(p->rest);
    if (take_word(&p->rest, "NOT"))
        p->joined = true;
    p->rest = str_trim(p->rest);
    if (take_word(&p->rest, "IN")) {
        p->rest = str_trim(p->rest);
        if (p->rest.len == 0 || p->rest.ptr[0] != '(')
            return false;
        do {
            p->rest = str_from(p->rest, 1);
            if (!take_literal(p, &value))
                return false;
            keep_value(p, path, value);
            p->rest = str_trim(p->rest);
        } while (p->rest.len > 0 && p->rest.ptr[0] == ',');
        p->rest = str_from(p->rest, 1);
        return true;
    }
    bool equal = p->rest.len > 0 && p->rest.ptr[0] == '=';
    if (equal)
        p->rest = str_from(p->rest, 1);
    else if (take_word(&p->rest, "ISSUBSET"))
        equal = true;
    if (equal && take_literal(p, &value)) {
        keep_value(p, path, value);
        return true;
    }
    p->unknown = true; /* LIKE, MATCHES, <, numbers ...: skip to the next word */
    while (p->rest.len > 0 && strchr("])", p->rest.ptr[0]) == NULL &&
           !str_starts(p->rest, STR(" AND ")) && !str_starts(p->rest, STR(" OR ")))
        p->rest = str_from(p->rest, 1);
    return true;
}

static bool parse_pattern(struct stix *p)
{
    static const char *const joins[] = {"AND", "FOLLOWEDBY", "WITHIN", "REPEATS", "START"};
    while ((p->rest = str_trim(p->rest)).len > 0) {
        bool join = false;
        if (strchr("[]()", p->rest.ptr[0]) != NULL) {
            p->rest = str_from(p->rest, 1);
            continue;
        }
        if (take_word(&p->rest, "OR"))
            continue;
        for (size_t i = 0; i < ARRAY_LEN(joins) && !join; i++)
            join = take_word(&p->rest, joins[i]);
        if (join) {
            p->joined = true;
            continue;
        }
        if (isdigit((unsigned char)p->rest.ptr[0]) || p->rest.ptr[0] == '\'') {
            p->rest = str_from(p->rest, 1); /* the number of a qualifier */
            continue;
        }
        if (!take_comparison(p))
            return false;
    }
    return true;
}

static bool is_digest(enum ioc_type t)
{
    return t == IOC_MD5 || t == IOC_SHA1 || t == IOC_SHA256;
}

static void add_pattern(struct walk *w, const struct object *o)
{
    struct stix p = {.w = w, .rest = o->pattern};
    bool digest = false;
    if (o->pattern_type.len > 0 && !str_is(o->pattern_type, "stix")) {
        ioc_note(w->set, w->list, 0, "an indicator whose pattern is not a STIX pattern");
        return;
    }
    if (!parse_pattern(&p)) {
        ioc_note(w->set, w->list, 0, "a STIX pattern that cannot be read");
        return;
    }
    for (size_t i = 0; i < p.found.len; i++)
        digest = digest || is_digest(p.found.at[i].type);
    /* The hash of a file says enough without its name; other values do not stand alone. */
    if ((p.joined && !digest) || (p.unknown && !digest && p.joined) || p.found.len == 0) {
        ioc_note(w->set, w->list, 0, "a STIX pattern that is not a list of values");
        return;
    }
    if (p.unknown)
        ioc_note(w->set, w->list, 0, "a part of a STIX pattern that is not swept for");
    for (size_t i = 0; i < p.found.len; i++) {
        const struct comparison *c = &p.found.at[i];
        if (!p.joined || is_digest(c->type))
            ioc_add_typed(w->set, c->type, c->value, o->name, w->list, 0);
    }
}

/* -------- MISP attributes -------- */

static void add_attribute(struct walk *w, const struct object *o)
{
    struct str types = o->type;
    struct str values = o->value;
    struct str type;
    struct str value;
    bool any = false;
    while (str_split(&types, '|', &type)) {
        enum ioc_type t;
        if (!str_split(&values, '|', &value))
            break;
        if (!ioc_type_named(type, &t))
            continue; /* "port" of "ip-dst|port" */
        any = true;
        if (!o->ids_denied)
            ioc_add_typed(w->set, t, value, o->comment, w->list, 0);
    }
    if (any && o->ids_denied)
        ioc_note(w->set, w->list, 0, "an attribute that is not meant for detection (to_ids)");
}

/* -------- the document -------- */

static bool read_value(struct walk *w, int depth);

static bool read_text(struct walk *w, struct str key, struct object *o)
{
    struct {
        const char *name;
        struct str *to;
    } texts[] = {
        {"type", &o->type},       {"value", &o->value},
        {"pattern", &o->pattern}, {"pattern_type", &o->pattern_type},
        {"comment", &o->comment}, {"name", &o->name},
    };
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        if (str_is(key, texts[i].name)) {
            *texts[i].to = json_string(&w->j, w->tmp);
            return true;
        }
    }
    return true;
}

static bool read_object(struct walk *w, int depth)
{
    struct object o = {.comment = STR_INIT(""), .name = STR_INIT("")};
    struct arena_mark mark = arena_mark(w->tmp);
    for (;;) {
        enum json_type t = json_next(&w->j);
        if (t == JSON_OBJECT_END)
            break;
        if (t != JSON_KEY)
            return false;
        struct str key = json_string(&w->j, w->tmp);
        t = json_next(&w->j);
        if (t == JSON_STRING)
            read_text(w, key, &o);
        else if (t == JSON_FALSE && str_is(key, "to_ids"))
            o.ids_denied = true;
        else if (t == JSON_TRUE && str_is(key, "revoked"))
            o.revoked = true;
        else if ((t == JSON_OBJECT || t == JSON_ARRAY) && !read_value(w, depth + 1))
            return false;
        else if (t == JSON_ERROR || t == JSON_END)
            return false;
    }
    if (o.revoked)
        ioc_note(w->set, w->list, 0, "a revoked indicator");
    else if (o.pattern.len > 0 && str_is(o.type, "indicator"))
        add_pattern(w, &o);
    else if (o.type.len > 0 && o.value.len > 0)
        add_attribute(w, &o);
    arena_rewind(w->tmp, mark);
    return true;
}

/* With the current token an object or array. */
static bool read_value(struct walk *w, int depth)
{
    if (depth > DEPTH_MAX)
        return json_skip(&w->j);
    if (w->j.type == JSON_OBJECT)
        return read_object(w, depth);
    for (;;) {
        enum json_type t = json_next(&w->j);
        if (t == JSON_ARRAY_END)
            return true;
        if (t == JSON_ERROR || t == JSON_END)
            return false;
        if ((t == JSON_OBJECT || t == JSON_ARRAY) && !read_value(w, depth + 1))
            return false;
    }
}

int ioc_load_json(struct ioc *set, struct str list, struct str text, struct err *err)
{
    struct arena tmp = {0};
    struct walk w = {.set = set, .list = list, .tmp = &tmp};
    json_init(&w.j, text);
    w.j.lenient = true;
    enum json_type t = json_next(&w.j);
    uint64_t before = ioc_total(set);
    bool good = (t == JSON_OBJECT || t == JSON_ARRAY) && read_value(&w, 0);
    int rc = 0;
    if (!good)
        rc = err_set(err, ERR_INVALID, STR_FMT ": " STR_FMT, STR_ARG(list),
                     STR_ARG(json_error_text(&w.j, &tmp)));
    else if (ioc_total(set) == before)
        ioc_note(set, list, 0, "no STIX indicator or MISP attribute in it");
    arena_release(&tmp);
    return rc;
}
