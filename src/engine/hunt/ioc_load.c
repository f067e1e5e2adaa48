#include "engine/hunt/ioc_set.h"

#include "base/csv.h"
#include "base/io.h"
#include "base/text.h"

/* Lists of indicators as text and CSV; telling the forms apart. */
enum { FILE_LIMIT = 1 << 30 };

/* Names under which lists and feeds know the types. */
static const struct {
    const char *name;
    enum ioc_type type;
} names[] = {
    {"md5", IOC_MD5},
    {"hash_md5", IOC_MD5},
    {"filehash-md5", IOC_MD5},
    {"md5_hash", IOC_MD5},
    {"sha1", IOC_SHA1},
    {"sha-1", IOC_SHA1},
    {"hash_sha1", IOC_SHA1},
    {"filehash-sha1", IOC_SHA1},
    {"sha1_hash", IOC_SHA1},
    {"sha256", IOC_SHA256},
    {"sha-256", IOC_SHA256},
    {"hash_sha256", IOC_SHA256},
    {"filehash-sha256", IOC_SHA256},
    {"sha256_hash", IOC_SHA256},
    {"ip", IOC_IP},
    {"ipv4", IOC_IP},
    {"ipv6", IOC_IP},
    {"ip-src", IOC_IP},
    {"ip-dst", IOC_IP},
    {"ip_address", IOC_IP},
    {"ipv4-addr", IOC_IP},
    {"ipv6-addr", IOC_IP},
    {"src_ip", IOC_IP},
    {"dst_ip", IOC_IP},
    {"first_ip", IOC_IP},
    {"cidr", IOC_CIDR},
    {"network", IOC_CIDR},
    {"netblock", IOC_CIDR},
    {"domain", IOC_DOMAIN},
    {"hostname", IOC_DOMAIN},
    {"fqdn", IOC_DOMAIN},
    {"host", IOC_DOMAIN},
    {"domain-name", IOC_DOMAIN},
    {"url", IOC_URL},
    {"uri", IOC_URL},
    {"link", IOC_URL},
    {"email", IOC_EMAIL},
    {"email-src", IOC_EMAIL},
    {"email-dst", IOC_EMAIL},
    {"email-addr", IOC_EMAIL},
    {"e-mail", IOC_EMAIL},
    {"email-reply-to", IOC_EMAIL},
    {"filename", IOC_FILE_NAME},
    {"file_name", IOC_FILE_NAME},
    {"file-name", IOC_FILE_NAME},
    {"file", IOC_FILE_NAME},
    {"filepath", IOC_FILE_PATH},
    {"file_path", IOC_FILE_PATH},
    {"path", IOC_FILE_PATH},
    {"useragent", IOC_USER_AGENT},
    {"user-agent", IOC_USER_AGENT},
    {"user_agent", IOC_USER_AGENT},
    {"http-user-agent", IOC_USER_AGENT},
};

bool ioc_type_named(struct str name, enum ioc_type *type)
{
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (str_eq_nocase(name, str_c(names[i].name))) {
            *type = names[i].type;
            return true;
        }
    }
    return false;
}

bool ioc_add_typed(struct ioc *set, enum ioc_type type, struct str value, struct str note,
                   struct str list, uint64_t line)
{
    uint8_t ip[NET_IP];
    value = str_trim(value);
    if (type == IOC_IP && str_find_char(value, '/') > 0)
        type = IOC_CIDR;
    if (type == IOC_DOMAIN && net_parse_ip(value, ip))
        type = IOC_IP;
    if (type == IOC_FILE_NAME &&
        (str_find_char(value, '\\') >= 0 || str_find_char(value, '/') >= 0))
        type = IOC_FILE_PATH;
    return ioc_add(set, type, value, note, list, line);
}

/* -------- text -------- */

static void load_line(struct ioc *set, struct str list, struct str line, uint64_t number,
                      struct arena *tmp)
{
    enum ioc_type type;
    line = str_trim(line);
    if (line.len == 0 || line.ptr[0] == '#' || line.ptr[0] == ';' || str_starts(line, STR("//")))
        return;
    struct str value = line;
    struct str note = STR("");
    struct str plain = ioc_refang(tmp, value);
    if (!ioc_classify(plain, &type)) {
        /* a comment may stand behind the first word */
        size_t end = 0;
        while (end < line.len && strchr(" \t,;#", line.ptr[end]) == NULL)
            end++;
        value = str_sub(line, 0, end);
        note = str_from(line, end);
        while (note.len > 0 && strchr(" \t,;#", note.ptr[0]) != NULL)
            note = str_from(note, 1);
        plain = ioc_refang(tmp, value);
        if (!ioc_classify(plain, &type)) {
            ioc_note(set, list, number, "not an indicator of a known type");
            return;
        }
    }
    ioc_add_typed(set, type, value, str_trim(note), list, number);
}

static void load_lines(struct ioc *set, struct str list, struct str text)
{
    struct arena tmp = {0};
    struct str line;
    uint64_t number = 0;
    while (str_line(&text, &line)) {
        number++;
        load_line(set, list, line, number, &tmp);
        arena_clear(&tmp);
    }
    arena_release(&tmp);
}

/* -------- CSV -------- */

static const char *const value_columns[] = {"indicator", "value",      "ioc",
                                            "ioc_value", "observable", "indicator_value"};
static const char *const type_columns[] = {"type", "ioc_type", "indicator_type", "kind"};
static const char *const note_columns[] = {
    "comment",           "note",   "description", "malware",
    "malware_printable", "threat", "tags",        "signature"};

static int find_column(const struct csv *c, const char *const *list, size_t len)
{
    for (size_t k = 0; k < len; k++) {
        for (size_t i = 0; i < c->fields_len; i++) {
            if (str_eq_nocase(str_trim(c->fields[i]), str_c(list[k])))
                return (int)i;
        }
    }
    return -1;
}

struct columns {
    int value, type, note;
    enum ioc_type *typed; /* by column: its name is a type */
    bool *is_typed;
    size_t len;
};

static bool read_header(const struct csv *c, struct columns *out, struct arena *a)
{
    out->value = find_column(c, value_columns, ARRAY_LEN(value_columns));
    out->type = find_column(c, type_columns, ARRAY_LEN(type_columns));
    out->note = find_column(c, note_columns, ARRAY_LEN(note_columns));
    out->len = c->fields_len;
    out->typed = arena_array(a, enum ioc_type, c->fields_len);
    out->is_typed = arena_array(a, bool, c->fields_len);
    bool any = out->value >= 0;
    for (size_t i = 0; i < c->fields_len; i++) {
        out->is_typed[i] = ioc_type_named(str_trim(c->fields[i]), &out->typed[i]);
        any = any || out->is_typed[i];
    }
    return any;
}

static struct str cell(const struct csv *c, int column)
{
    return column >= 0 && (size_t)column < c->fields_len ? str_trim(c->fields[column]) : STR("");
}

static void load_record(struct ioc *set, struct str list, const struct csv *c,
                        const struct columns *k)
{
    struct str note = cell(c, k->note);
    enum ioc_type type;
    if (k->value < 0) {
        for (size_t i = 0; i < k->len && i < c->fields_len; i++) {
            if (k->is_typed[i] && cell(c, (int)i).len > 0)
                ioc_add_typed(set, k->typed[i], cell(c, (int)i), note, list, (uint64_t)c->line);
        }
        return;
    }
    struct arena tmp = {0};
    struct str value = cell(c, k->value);
    bool known = ioc_type_named(cell(c, k->type), &type);
    if (!known)
        known = ioc_classify(ioc_refang(&tmp, value), &type);
    if (known)
        ioc_add_typed(set, type, value, note, list, (uint64_t)c->line);
    else if (value.len > 0)
        ioc_note(set, list, (uint64_t)c->line, "not an indicator of a known type");
    arena_release(&tmp);
}

/* Some feeds put their terms in front, and the header as the last of these lines. */
static struct str behind_comments(struct str text)
{
    while (text.len > 0 && text.ptr[0] == '#') {
        struct str rest = text;
        struct str line;
        str_line(&rest, &line);
        bool last = rest.len > 0 && rest.ptr[0] != '#';
        if (last && str_find_char(line, ',') >= 0)
            return str_trim(str_from(text, 1));
        text = rest;
    }
    return text;
}

/* False: the first line is no header that names an indicator. */
static bool load_csv(struct ioc *set, struct str list, struct str text)
{
    struct arena tmp = {0};
    struct arena keep = {0};
    struct columns columns;
    struct csv c;
    int got;
    text = behind_comments(text);
    csv_init(&c, text, 0, &tmp);
    bool good = csv_next(&c) == 1 && c.fields_len > 1 && read_header(&c, &columns, &keep);
    while (good && (got = csv_next(&c)) != 0) {
        if (got < 0)
            ioc_note(set, list, (uint64_t)c.line, c.error);
        else if (c.fields[0].len == 0 || c.fields[0].ptr[0] != '#')
            load_record(set, list, &c, &columns);
        arena_clear(&tmp);
        c.fields = NULL;
        c.fields_len = c.fields_cap = 0;
    }
    arena_release(&tmp);
    arena_release(&keep);
    return good;
}

/* -------- any -------- */

int ioc_load_text(struct ioc *set, struct str name, struct str text, struct err *err)
{
    if (str_starts(text, STR("\xEF\xBB\xBF")))
        text = str_from(text, 3);
    struct str start = str_trim(str_sub(text, 0, 64));
    if (start.len > 0 && (start.ptr[0] == '{' || (start.ptr[0] == '[' && start.len > 1 &&
                                                  (start.ptr[1] == '{' || start.ptr[1] == '\n'))))
        return ioc_load_json(set, name, text, err);
    if (str_find_char(str_sub(text, 0, 4096), 0) >= 0)
        return err_set(err, ERR_INVALID, STR_FMT ": not a list of indicators (binary)",
                       STR_ARG(name));
    if (!load_csv(set, name, text))
        load_lines(set, name, text);
    return 0;
}

int ioc_load(struct ioc *set, const char *path, struct err *err)
{
    struct str bytes;
    int rc = io_map(path, &bytes, err);
    if (rc < 0)
        return rc;
    struct str name = str_dup(&set->arena, str_c(path));
    if (ioc_is_index(bytes)) {
        *vec_push(&set->indexes, &set->arena) = (struct ioc_index_file){name, bytes};
        return 0;
    }
    if (bytes.len > FILE_LIMIT)
        rc = err_set(err, ERR_TOO_LARGE, "%s: larger than %d bytes", path, FILE_LIMIT);
    else
        rc = ioc_load_text(set, name, bytes, err);
    io_unmap(&bytes);
    return rc;
}
