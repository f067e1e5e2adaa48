#ifndef SYS_FORM_FORM_H
#define SYS_FORM_FORM_H

#include "base/base.h"
#include "sys/html/html.h"
#include "sys/http/http.h"

/*
 * A form is one table. From it come parsing into a struct, validation with an error beside each
 * field, the rendered HTML, and the schema of the API.
 *
 *     struct task_form { struct str title; struct opt_int due; int64_t step; };
 *     static const struct form_field task_fields[] = {
 *         {FORM_AT(struct task_form, title), FORM_TEXT, .required = true, .max = 200,
 *          .label = "Title", .help = "What has to be done"},
 *         {FORM_AT(struct task_form, due), FORM_TIME, .label = "Due"},
 *     };
 *     const struct form task_form = {"task", task_fields, ARRAY_LEN(task_fields)};
 *
 * C type of a member by field type: TEXT, AREA, EMAIL, PHONE, PASSWORD, CHOICE, HIDDEN: struct str
 * (valid UTF-8, NFC, trimmed; PASSWORD as typed); INT, TIME, DATE: struct opt_int (times in ms);
 * BOOL: bool; CHOICES: struct form_values; FILES: struct form_files.
 *
 * A CHOICE or CHOICES whose `choices` are NULL (a list from the database) takes any text here: the
 * room checks it. Times are typed as 22/11/2026 17:46 in the site's zone. What was typed is always
 * shown again, except passwords and files.
 */
enum form_type {
    FORM_TEXT,
    FORM_AREA,
    FORM_EMAIL,
    FORM_PHONE,
    FORM_PASSWORD,
    FORM_CHOICE,
    FORM_HIDDEN,
    FORM_INT,
    FORM_TIME,
    FORM_DATE,
    FORM_BOOL,
    FORM_CHOICES,
    FORM_FILES,
};

struct form_values {
    struct str *at;
    size_t len;
};

struct form_files {
    struct http_file **at; /* the request's files with this field's name */
    size_t len;
};

struct form_choice {
    const char *value;
    const char *label; /* translation key */
};

/* Which of `choices`, that end with a NULL value, it is, from 0; -1: none. */
int form_choice_find(const struct form_choice *choices, struct str value);
/* The label of a stored value, one of `choices` that end with a NULL value; a value that is none of
 * them is shown as it is. */
struct str form_choice_label(const struct form_choice *choices, enum lang lang, struct str value);

struct form_field {
    const char *name;
    size_t offset;
    enum form_type type;
    bool required;
    int64_t min, max;   /* code points of a text (max 0: 200, AREA 20,000), value of an INT */
    const char *label;  /* translation keys */
    const char *called; /* what messages call it, when the label is a question or no noun */
    const char *help;
    const char *group;                 /* begins a fieldset with this legend */
    const struct form_choice *choices; /* ends with a NULL value; NULL: given at rendering. A choice
                                           "" says what none means, else the form does */
    const char *autocomplete;          /* HTML autocomplete token */
    const char *placeholder;
    bool past;    /* a TIME or DATE that may not lie in the future (5 minutes of grace) */
    bool numbers; /* of CHOICES: a list of numbers in JSON (ids) */
    bool radio;   /* a CHOICE as radio buttons instead of a list: few choices, or long ones */
};

#define FORM_AT(type, member) #member, offsetof(type, member)

struct form {
    const char *name;
    const struct form_field *fields;
    size_t len;
};

/* What was typed and what is wrong with it; all zero is an untouched form. */
struct form_error {
    const char *field;  /* "" concerns the whole form */
    struct str message; /* in the visitor's language */
};

struct form_state {
    struct http_pair *values; /* raw, as typed, for showing again */
    size_t values_len;
    VEC(struct form_error) errors;
};

/* Fills *out and *state from the request's fields. 0, or ERR_INVALID with the errors in *state. */
int form_parse(const struct form *form, struct http_request *req, void *out,
               struct form_state *state, struct err *err);

/* From a JSON object (the API): unknown members are errors too. */
int form_parse_json(const struct form *form, struct http_request *req, struct str body, void *out,
                    struct form_state *state, struct err *err);

/* The same for a change: *out holds the record as it is, only the members that the body names are
 * read and checked; null empties one. */
int form_patch_json(const struct form *form, struct http_request *req, struct str body, void *out,
                    struct form_state *state, struct err *err);

/* Values of an existing record as the state to show in an edit form. */
void form_fill(const struct form *form, struct arena *a, const void *in, struct form_state *state);

/* One more error, found by the room's own rules. Returns ERR_INVALID. */
int form_reject(struct form_state *state, struct arena *a, const char *field, struct str message,
                struct err *err);

/* Rendering: label above, help under it, the control, the error beside it (aria-describedby,
 * aria-invalid). `choices` replaces the table's (dynamic lists); NULL keeps them. Neighbours of one
 * group stand under one heading. */
struct form_option {
    struct str value, label;
    struct str group; /* the heading it stands under in a select; empty: none */
};
void form_field_html(struct html_page *p, const struct form *form, const struct form_state *state,
                     const char *name, const struct form_option *choices, size_t choices_len);
/* The same options for a select that a page writes itself. */
void form_options_html(struct html_page *p, const struct form_option *options, size_t len,
                       struct str now);
/* All fields in order. */
void form_html(struct html_page *p, const struct form *form, const struct form_state *state);
/* The summary of errors on top, with links to the fields; nothing when there are none. */
void form_errors_html(struct html_page *p, const struct form *form, const struct form_state *state);
/* The hidden CSRF field. */
void form_csrf_html(struct html_page *p);

/* JSON Schema of the form, for the OpenAPI document: as form_parse_json takes it, and as
 * form_patch_json does. HIDDEN fields and FILES are no members of the JSON object. A choice among
 * numbers is a number. */
struct json_writer;
void form_schema(const struct form *form, struct json_writer *w);
void form_schema_partial(const struct form *form, struct json_writer *w);

#endif
