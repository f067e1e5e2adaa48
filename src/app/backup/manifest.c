#include "app/backup/inner.h"
#include "base/clock.h"
#include "base/json.h"

/* ---- writing ------------------------------------------------------------------------------- */

struct str head_text(struct arena *a, const struct backup_facts *f)
{
    struct buf out = buf_make(a);
    struct json_writer w;

    json_w_init(&w, &out);
    json_w_object(&w);
    json_w_kint(&w, "format", BACKUP_FORMAT);
    json_w_kstr(&w, "program", f->program);
    json_w_kint(&w, "schema", f->schema);
    json_w_kstr(&w, "engine", f->engine);
    json_w_kstr(&w, "site", f->site);
    json_w_kint(&w, "at", f->at);
    json_w_kbool(&w, "keys", f->keys);
    json_w_end(&w);
    buf_add_char(&out, '\n');
    return buf_str(&out);
}

static void tables_text(struct json_writer *w, const struct backup_manifest *m)
{
    json_w_key(w, STR("tables"));
    json_w_array(w);
    for (size_t i = 0; i < m->tables.len; i++) {
        const struct backup_table *t = &m->tables.at[i];

        json_w_object(w);
        json_w_kstr(w, "name", t->name);
        json_w_kint(w, "rows", t->rows);
        json_w_kint(w, "last", t->last);
        json_w_end(w);
    }
    json_w_end(w);
}

/* The digest covers the members before the manifest; this covers the manifest up to itself. */
#define SUM_KEY ",\"sum\":\""
enum { SUM_TAIL = sizeof(SUM_KEY) - 1 + SHA_HEX - 1 + sizeof("\"}\n") - 1 };

static void sum_text(struct str text, char hex[SHA_HEX])
{
    unsigned char sum[SHA_BYTES];

    crypto_hash_sha256(sum, (const unsigned char *)text.ptr, text.len);
    sodium_bin2hex(hex, SHA_HEX, sum, sizeof(sum));
}

struct str manifest_text(struct arena *a, const struct backup_manifest *m)
{
    struct buf out = buf_make(a);
    struct json_writer w;
    char sum[SHA_HEX];

    json_w_init(&w, &out);
    json_w_object(&w);
    json_w_kint(&w, "members", m->members);
    json_w_kint(&w, "bytes", m->bytes);
    json_w_kstr(&w, "digest", m->digest);
    json_w_kint(&w, "audit_seq", m->facts.audit.seq);
    json_w_kstr(&w, "audit_head", m->facts.audit.hash);
    json_w_kint(&w, "blobs", m->facts.blobs);
    tables_text(&w, m);
    json_w_key(&w, STR("troubles"));
    json_w_array(&w);
    for (size_t i = 0; i < m->facts.troubles.len; i++) {
        json_w_object(&w);
        json_w_kstr(&w, "name", m->facts.troubles.at[i].name);
        json_w_kstr(&w, "what", m->facts.troubles.at[i].what);
        json_w_end(&w);
    }
    json_w_end(&w);
    sum_text(buf_str(&out), sum);
    json_w_kstr(&w, "sum", str_c(sum));
    json_w_end(&w);
    buf_add_char(&out, '\n');
    return buf_str(&out);
}

/* ---- reading: flat objects with known names -------------------------------------------------- */

struct field {
    const char *name;
    struct str *text;
    int64_t *number;
    bool *flag;
};

static bool take_field(struct arena *a, struct json *j, const struct field *fields, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct field *f = &fields[i];

        if (!str_is(j->text, f->name))
            continue;
        json_next(j);
        if (f->text != NULL && j->type == JSON_STRING) {
            *f->text = str_dup(a, json_string(j, a));
            return true;
        }
        if (f->flag != NULL && (j->type == JSON_TRUE || j->type == JSON_FALSE)) {
            *f->flag = j->type == JSON_TRUE;
            return true;
        }
        return f->number != NULL && j->type == JSON_NUMBER && json_int(j, f->number) &&
               *f->number >= 0;
    }
    return false;
}

static int bad(struct err *err, const char *member)
{
    return err_set(err, ERR_CORRUPT, "%s is damaged", member);
}

int head_read(struct arena *a, struct str text, struct backup_facts *out, struct err *err)
{
    int64_t format = 0;
    const struct field fields[] = {
        {"format", .number = &format},      {"program", .text = &out->program},
        {"schema", .number = &out->schema}, {"engine", .text = &out->engine},
        {"site", .text = &out->site},       {"at", .number = &out->at},
        {"keys", .flag = &out->keys},
    };
    struct json j;

    *out = (struct backup_facts){0};
    json_init(&j, text);
    if (json_next(&j) != JSON_OBJECT)
        return bad(err, HEAD_MEMBER);
    while (json_next(&j) == JSON_KEY) {
        if (!take_field(a, &j, fields, ARRAY_LEN(fields)))
            return bad(err, HEAD_MEMBER);
    }
    if (j.type != JSON_OBJECT_END || json_next(&j) != JSON_END)
        return bad(err, HEAD_MEMBER);
    if (format == BACKUP_FORMAT && out->schema >= 1 && out->schema <= db_schema_latest())
        return 0;
    err_set(err, ERR_UNSUPPORTED,
            "the backup has format %" PRId64 " and schema version %" PRId64
            "; this program knows format %d and versions up to %d",
            format, out->schema, BACKUP_FORMAT, db_schema_latest());
    err_hint(err, "it was made by ungcuu " STR_FMT ": use that version or a newer one",
             STR_ARG(out->program));
    return ERR_UNSUPPORTED;
}

static bool read_tables(struct arena *a, struct json *j, struct backup_manifest *out)
{
    if (json_next(j) != JSON_ARRAY)
        return false;
    while (json_next(j) == JSON_OBJECT) {
        struct backup_table *t = vec_push(&out->tables, a);
        const struct field fields[] = {
            {"name", .text = &t->name}, {"rows", .number = &t->rows}, {"last", .number = &t->last}};

        while (json_next(j) == JSON_KEY) {
            if (!take_field(a, j, fields, ARRAY_LEN(fields)))
                return false;
        }
        if (j->type != JSON_OBJECT_END)
            return false;
    }
    return j->type == JSON_ARRAY_END;
}

static bool read_troubles(struct arena *a, struct json *j, struct backup_facts *out)
{
    if (json_next(j) != JSON_ARRAY)
        return false;
    while (json_next(j) == JSON_OBJECT) {
        struct backup_trouble *t = vec_push(&out->troubles, a);
        const struct field fields[] = {{"name", .text = &t->name}, {"what", .text = &t->what}};

        while (json_next(j) == JSON_KEY) {
            if (!take_field(a, j, fields, ARRAY_LEN(fields)))
                return false;
        }
        if (j->type != JSON_OBJECT_END)
            return false;
    }
    return j->type == JSON_ARRAY_END;
}

/* Backups made before there was a sum have none. */
static bool is_whole(struct str text, struct str sum)
{
    struct str before = str_sub(text, 0, text.len < SUM_TAIL ? 0 : text.len - SUM_TAIL);
    char hex[SHA_HEX];

    if (sum.len == 0)
        return true;
    sum_text(before, hex);
    return str_is(sum, hex) && str_starts(str_from(text, before.len), STR(SUM_KEY));
}

int manifest_read(struct arena *a, struct str text, struct backup_manifest *out, struct err *err)
{
    struct str sum = STR_EMPTY;
    const struct field fields[] = {
        {"members", .number = &out->members},
        {"bytes", .number = &out->bytes},
        {"digest", .text = &out->digest},
        {"audit_seq", .number = &out->facts.audit.seq},
        {"audit_head", .text = &out->facts.audit.hash},
        {"blobs", .number = &out->facts.blobs},
        {"sum", .text = &sum},
    };
    struct json j;
    bool good = true;

    *out = (struct backup_manifest){0};
    json_init(&j, text);
    if (json_next(&j) != JSON_OBJECT)
        return bad(err, MANIFEST_MEMBER);
    while (good && json_next(&j) == JSON_KEY) {
        if (str_is(j.text, "tables"))
            good = read_tables(a, &j, out);
        else if (str_is(j.text, "troubles"))
            good = read_troubles(a, &j, &out->facts);
        else
            good = take_field(a, &j, fields, ARRAY_LEN(fields));
    }
    if (!good || j.type != JSON_OBJECT_END || json_next(&j) != JSON_END || !is_whole(text, sum))
        return bad(err, MANIFEST_MEMBER);
    return 0;
}
