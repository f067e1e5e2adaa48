#ifndef SYS_API_API_H
#define SYS_API_API_H

#include "base/base.h"
#include "base/json.h"
#include "sys/form/form.h"
#include "sys/http/http.h"

/*
 * The REST API as data. A resource is one table over a struct: from it come the JSON that is
 * answered, the schema in the OpenAPI document, and the columns of CSV and XLSX exports, so that
 * none of them can say anything else than the others.
 *
 *     static const struct api_field item_fields[] = {
 *         {API_AT(struct task_row, title), .label = N_("Task")},
 *         {API_AT(struct task_row, due_at), API_TIME, .label = N_("Due")},
 *     };
 *     const struct api_resource task_resource = API_RESOURCE("Task", struct task_row, item_fields,
 *                                                            N_("One step of an incident"));
 *
 * The C type of a member is taken from the struct by the compiler; what it means is said beside it.
 */
enum api_member { API_M_STR, API_M_INT, API_M_OPT, API_M_BOOL, API_M_OTHER };

enum api_type {
    API_PLAIN, /* text, number or truth, as the member is */
    API_TIME,  /* milliseconds, told as RFC 3339 in the site's zone */
    API_DATE,  /* the same, only the day */
    API_JSON,  /* a text that is a JSON object; the empty one is null */
    API_LIST,  /* a struct with `at` and `len`, as sqlgen makes them, of records of `of` */
    API_PART,  /* a record of `of` inside this one */
};

struct api_resource;

struct api_field {
    const char *name;
    size_t offset;
    enum api_member member;
    enum api_type type;
    bool null;         /* a text that may be absent (a NULL pointer) */
    const char *label; /* heading of a column, title in the schema; translation key */
    const char *about; /* what it means, where the label does not tell; translation key */
    const struct form_choice *choices; /* the only values, for a text or a number */
    const struct api_resource *of;     /* of a list or part */
    bool wide;                         /* a column of sentences */
    bool aside;                        /* no column of tables, only JSON */
};

#define API_AT_AS(T, m, n)                                                                         \
    .name = n, .offset = offsetof(T, m),                                                           \
    .member = _Generic(((T *)0)->m, struct str                                                     \
                       : API_M_STR, int64_t                                                        \
                       : API_M_INT, struct opt_int                                                 \
                       : API_M_OPT, bool                                                           \
                       : API_M_BOOL, default                                                       \
                       : API_M_OTHER)
#define API_AT(T, m) API_AT_AS(T, m, #m)

struct api_resource {
    const char *name; /* "Incident" */
    const char *about;
    size_t size;
    const struct api_field *fields;
    size_t len;
};

#define API_RESOURCE(n, T, table, text)                                                            \
    {                                                                                              \
        .name = n, .about = text, .size = sizeof(T), .fields = table, .len = ARRAY_LEN(table)      \
    }

/* The record as one JSON object. */
void api_write(const struct api_resource *of, const void *record, struct json_writer *w,
               struct arena *a);
/* JSON Schema 2020-12 of it, with references to the schemas of its parts. */
void api_schema(const struct api_resource *of, struct json_writer *w);

/* ---- operations --------------------------------------------------------------------------------
 *
 * What the description of a route adds to its row in the route table; http_route.api points to it.
 */
struct api_param {
    const char *name;
    const char *about;                 /* translation key */
    const struct form_choice *choices; /* the only values; NULL: any text */
    bool number;
};

enum {
    API_IS_LIST = 1,   /* answers {"items": [`answer`...], "next": ...} */
    API_VERSIONED = 2, /* asks for If-Match: a change that another one overtook is refused */
    API_ONCE = 4,      /* takes an Idempotency-Key */
    API_PARTIAL = 8,   /* the body names only the members to change */
    API_PAGED = 16,    /* a list in pages, by limit and cursor; else all of it is answered */
};

struct api_operation {
    const char *id;                    /* "listIncidents": unique */
    const char *tag;                   /* "incidents" */
    const char *summary;               /* translation keys */
    const char *about;                 /* may be NULL */
    const struct form *body;           /* a JSON object of this form */
    const struct api_resource *answer; /* NULL: none, or a file */
    int status;                        /* of success; 0: 200, or 204 without an answer */
    unsigned flags;
    const char *file;               /* media type of a file that is answered */
    const struct api_param *params; /* of the query, ends with a NULL name */
    const char *const *sorts;       /* of a list, as web_list_parse takes them */
};

struct api_tag {
    const char *name, *about; /* translation key */
};
extern const struct api_tag api_tags[];
extern const size_t api_tags_len;

/* What the routes of all rooms say of themselves. */
struct api_routes {
    const struct http_route *const *tables;
    const size_t *lens;
    size_t len;
};
/* 1: a route of the API, in the order of the tables; `at` begins with zeros. */
bool api_next_route(const struct api_routes *routes, size_t at[2], const struct http_route **out);

/* The OpenAPI 3.1 document. `server`: "https://ungcuu.example.vn", or "/" . */
void api_openapi(const struct api_routes *routes, struct str server, enum lang lang,
                 struct buf *out);

/* The parts of "/api/v1/incidents/{code}" in braces; "{value...}" is told as "value". */
bool api_next_part(const char **pattern, struct str *name);

/* ---- tables ------------------------------------------------------------------------------------
 *
 * Records as the rows of a file for people: CSV (UTF-8 with a byte-order mark, nothing a
 * spreadsheet would run as a formula), XLSX, or one JSON array. Memory does not grow with the
 * number of rows.
 */
enum api_format { API_FORMAT_JSON, API_FORMAT_CSV, API_FORMAT_XLSX };

struct api_table;

/* `dir`: where temporary files may stand. `title`: of the sheet. */
int api_table_begin(struct api_table **out, const struct api_resource *of, enum api_format format,
                    const char *dir, struct str title, enum lang lang, struct err *err);
int api_table_row(struct api_table *t, const void *record, struct err *err);
/* Finishes the file: *fd stands at its beginning and belongs to the caller. */
int api_table_end(struct api_table *t, int *fd, int64_t *size, struct err *err);
void api_table_free(struct api_table *t); /* at the end in any case; NULL may be freed */

const char *api_format_type(enum api_format format);
const char *api_format_name(enum api_format format); /* "csv" */

#endif
