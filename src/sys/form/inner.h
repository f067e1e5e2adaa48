#ifndef SYS_FORM_INNER_H
#define SYS_FORM_INNER_H

#include "sys/form/form.h"
#include "sys/i18n/i18n.h"

/* check.c: one field's raw values into the member of *out; a message for the visitor when wrong. */
struct form_check {
    struct arena *arena;
    enum lang lang;
    int64_t now;
    void *out;
    const struct http_request *req; /* for FILES */
};

/* The empty slice when all is well. */
struct str form_check_field(const struct form_check *c, const struct form_field *f,
                            const struct str *values, size_t len);

/* A label inside a sentence: "Tiêu đề" becomes "tiêu đề", "TLP" stays. */
struct str form_label_inside(struct arena *a, enum lang lang, const char *label);

static inline void *form_member(const struct form_field *f, const void *record)
{
    return (char *)(uintptr_t)record + f->offset;
}

static inline const struct form_field *form_find(const struct form *form, struct str name)
{
    for (size_t i = 0; i < form->len; i++)
        if (str_is(name, form->fields[i].name))
            return &form->fields[i];
    return NULL;
}

void form_keep(struct form_state *state, struct arena *a, struct str name, struct str value);
int form_outcome(const struct form *form, const struct form_state *state, struct err *err);

#endif
