#include "app/backup/inner.h"
#include "base/json.h"

/* ---- writing ------------------------------------------------------------------------------- */

static const char *type_name(enum db_type type)
{
    static const char *const names[] = {[DB_INT] = "int",
                                        [DB_REAL] = "real",
                                        [DB_TEXT] = "text",
                                        [DB_BLOB] = "blob",
                                        [DB_BOOL] = "int"};

    return names[type];
}

void rows_head(struct buf *out, const struct db_table *t)
{
    struct json_writer w;

    json_w_init(&w, out);
    json_w_object(&w);
    json_w_kstr(&w, "table", t->name);
    json_w_key(&w, STR("columns"));
    json_w_array(&w);
    for (int i = 0; i < t->len; i++) {
        json_w_array(&w);
        json_w_str(&w, str_c(t->columns[i].name));
        json_w_str(&w, str_c(type_name(t->columns[i].type)));
        json_w_end(&w);
    }
    json_w_end(&w);
    json_w_end(&w);
    buf_add_char(out, '\n');
}

static void add_hex(struct json_writer *w, struct str bytes)
{
    static const char digits[] = "0123456789abcdef";

    json_w_raw(w, STR("\""));
    for (size_t i = 0; i < bytes.len; i++) {
        buf_add_char(w->out, digits[(unsigned char)bytes.ptr[i] >> 4]);
        buf_add_char(w->out, digits[bytes.ptr[i] & 15]);
    }
    buf_add_char(w->out, '"');
}

void rows_add(struct buf *out, const struct db_table *t, const struct db_value *values)
{
    struct json_writer w;
    char number[40];

    json_w_init(&w, out);
    json_w_array(&w);
    for (int i = 0; i < t->len; i++) {
        const struct db_value *v = &values[i];

        if (v->null) {
            json_w_null(&w);
        } else if (v->type == DB_TEXT) {
            json_w_str(&w, v->s);
        } else if (v->type == DB_BLOB) {
            add_hex(&w, v->s);
        } else if (v->type == DB_REAL) {
            /* 17 digits bring back the very same number. */
            snprintf(number, sizeof(number), "%.17g", v->r);
            json_w_raw(&w, str_c(number));
        } else {
            json_w_int(&w, v->i);
        }
    }
    json_w_end(&w);
    buf_add_char(out, '\n');
}

/* ---- reading ------------------------------------------------------------------------------- */

static int bad(struct err *err, const char *what)
{
    return err_set(err, ERR_CORRUPT, "the rows of a table are damaged: %s", what);
}

static bool type_named(struct str name, enum db_type *out)
{
    static const enum db_type types[] = {DB_INT, DB_REAL, DB_TEXT, DB_BLOB};

    for (size_t i = 0; i < ARRAY_LEN(types); i++) {
        if (str_is(name, type_name(types[i]))) {
            *out = types[i];
            return true;
        }
    }
    return false;
}

static int read_columns(struct arena *a, struct json *j, struct db_table *out, struct err *err)
{
    VEC(struct db_column) columns = {0};

    while (json_next(j) == JSON_ARRAY) {
        struct db_column *c = vec_push(&columns, a);

        c->null = true;
        if (json_next(j) != JSON_STRING)
            return bad(err, "a column has no name");
        c->name = str_cdup(a, json_string(j, a));
        if (json_next(j) != JSON_STRING || !type_named(j->text, &c->type) ||
            json_next(j) != JSON_ARRAY_END)
            return bad(err, "a column has no type");
    }
    out->columns = columns.at;
    out->len = (int)columns.len;
    return j->type == JSON_ARRAY_END && columns.len > 0 && columns.len < 1000
               ? 0
               : bad(err, "no columns");
}

int rows_read_head(struct arena *a, struct str line, struct db_table *out, struct err *err)
{
    struct json j;
    int r = 0;

    *out = (struct db_table){0};
    json_init(&j, line);
    if (json_next(&j) != JSON_OBJECT)
        return bad(err, "the first line is no object");
    while (json_next(&j) == JSON_KEY) {
        if (str_is(j.text, "table") && json_next(&j) == JSON_STRING)
            out->name = str_dup(a, json_string(&j, a));
        else if (str_is(j.text, "columns") && json_next(&j) == JSON_ARRAY)
            r = read_columns(a, &j, out, err);
        else
            return bad(err, "unknown words in the first line");
        if (r < 0)
            return r;
    }
    if (j.type != JSON_OBJECT_END || json_next(&j) != JSON_END || out->name.len == 0 ||
        out->len == 0)
        return bad(err, "the first line is not complete");
    return 0;
}

static bool read_blob(struct arena *a, struct str hex, struct db_value *out)
{
    char *bytes = arena_alloc(a, hex.len / 2 + 1);

    out->s = str_make(bytes, hex.len / 2);
    return hex.len % 2 == 0 && str_from_hex(hex, bytes, hex.len / 2);
}

static bool read_value(struct arena *a, struct json *j, enum db_type type, struct db_value *out)
{
    *out = (struct db_value){.type = type, .null = j->type == JSON_NULL};
    if (out->null)
        return true;
    switch (type) {
    case DB_TEXT:
        out->s = j->type == JSON_STRING ? json_string(j, a) : STR_EMPTY;
        return j->type == JSON_STRING;
    case DB_BLOB:
        return j->type == JSON_STRING && read_blob(a, j->text, out);
    case DB_REAL:
        return j->type == JSON_NUMBER && json_double(j, &out->r);
    default:
        return j->type == JSON_NUMBER && json_int(j, &out->i);
    }
}

int rows_read(struct arena *a, struct str line, const struct db_table *t, struct db_value *values,
              struct err *err)
{
    struct json j;

    json_init(&j, line);
    if (json_next(&j) != JSON_ARRAY)
        return bad(err, "a row is no array");
    for (int i = 0; i < t->len; i++) {
        json_next(&j);
        if (!read_value(a, &j, t->columns[i].type, &values[i]))
            return bad(err, "a value is not of its column's type");
    }
    if (json_next(&j) != JSON_ARRAY_END || json_next(&j) != JSON_END)
        return bad(err, "a row has too many values");
    return 0;
}
