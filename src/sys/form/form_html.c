#include "sys/form/inner.h"

/* What one field needs while it is written. */
struct control {
    struct html_page *p;
    struct buf *out;
    const struct form *form;
    const struct form_state *state;
    const struct form_field *f;
    const struct form_option *options;
    size_t options_len;
    struct str error;
};

static void attribute(struct buf *b, const char *name, struct str value)
{
    buf_printf(b, " %s=\"", name);
    html_text(b, value);
    buf_add_char(b, '"');
}

static void id(const struct control *c, const char *suffix)
{
    buf_printf(c->out, "%s-%s%s", c->form->name, c->f->name, suffix);
}

static void id_attribute(const struct control *c, const char *name, const char *suffix)
{
    buf_printf(c->out, " %s=\"", name);
    id(c, suffix);
    buf_add_char(c->out, '"');
}

static struct str text(const struct control *c, const char *key)
{
    return i18n_text(c->p->lang, key);
}

static struct str value_of(const struct control *c)
{
    for (size_t i = 0; i < c->state->values_len; i++)
        if (str_is(c->state->values[i].name, c->f->name))
            return c->state->values[i].value;
    return STR_EMPTY;
}

static bool has_value(const struct control *c, struct str value)
{
    for (size_t i = 0; i < c->state->values_len; i++)
        if (str_is(c->state->values[i].name, c->f->name) &&
            str_eq(c->state->values[i].value, value))
            return true;
    return false;
}

static const char *format_help(const struct form_field *f)
{
    if (f->type == FORM_TIME)
        return N_("Day/month/year hour:minute, for example 22/11/2026 17:46");
    return f->type == FORM_DATE ? N_("Day/month/year, for example 22/11/2026") : NULL;
}

static bool has_help(const struct control *c)
{
    return c->f->help != NULL || format_help(c->f) != NULL;
}

static void described_by(const struct control *c)
{
    if (!has_help(c) && c->error.len == 0)
        return;
    buf_add(c->out, STR(" aria-describedby=\""));
    if (has_help(c))
        id(c, "-help");
    if (has_help(c) && c->error.len > 0)
        buf_add_char(c->out, ' ');
    if (c->error.len > 0)
        id(c, "-error");
    buf_add_char(c->out, '"');
}

/* Name, state and description: the same for every control. */
static void common(const struct control *c, const char *class)
{
    buf_printf(c->out, " class=\"%s%s\"", class, c->error.len > 0 ? " is-invalid" : "");
    buf_printf(c->out, " name=\"%s\"", c->f->name);
    if (c->error.len > 0)
        buf_add(c->out, STR(" aria-invalid=\"true\""));
    described_by(c);
}

static void required_word(const struct control *c)
{
    if (!c->f->required)
        return;
    buf_add(c->out, STR(" <span class=\"form-required\">"));
    html_text(c->out, text(c, N_("required")));
    buf_add(c->out, STR("</span>"));
}

static void help(const struct control *c)
{
    const char *format = format_help(c->f);

    if (!has_help(c))
        return;
    buf_add(c->out, STR("<div class=\"form-hint\""));
    id_attribute(c, "id", "-help");
    buf_add_char(c->out, '>');
    if (c->f->help != NULL)
        html_text(c->out, text(c, c->f->help));
    if (c->f->help != NULL && format != NULL)
        buf_add_c(c->out, str_ends(text(c, c->f->help), STR(".")) ? " " : ". ");
    if (format != NULL)
        html_text(c->out, text(c, format));
    buf_add(c->out, STR("</div>\n"));
}

static void error(const struct control *c)
{
    if (c->error.len == 0)
        return;
    buf_add(c->out, STR("<div class=\"invalid-feedback\""));
    id_attribute(c, "id", "-error");
    buf_add_char(c->out, '>');
    html_text(c->out, c->error);
    buf_add(c->out, STR("</div>\n"));
}

/* The element around a field with everything that belongs to it. */
static void begin(const struct control *c, const char *element)
{
    buf_printf(c->out, "<%s class=\"field%s\">\n", element, c->error.len > 0 ? " field-error" : "");
}

static void label(const struct control *c)
{
    buf_add(c->out, STR("<label class=\"form-label\""));
    id_attribute(c, "for", "");
    buf_add_char(c->out, '>');
    html_text(c->out, text(c, c->f->label));
    required_word(c);
    buf_add(c->out, STR("</label>\n"));
}

/* Hints for phones and for filling in; the rules themselves are checked on the server, where the
 * messages are in the visitor's language. */
static void input_attributes(const struct control *c)
{
    static const struct {
        enum form_type type;
        const char *attributes;
    } rows[] = {
        {FORM_EMAIL,
         " type=\"text\" inputmode=\"email\" autocapitalize=\"none\" spellcheck=\"false\""},
        {FORM_PHONE, " type=\"tel\""},
        {FORM_PASSWORD, " type=\"password\""},
        {FORM_INT, " type=\"text\" inputmode=\"numeric\""},
        {FORM_TIME, " type=\"text\" data-input=\"time\" autocomplete=\"off\""},
        {FORM_DATE, " type=\"text\" data-input=\"date\" autocomplete=\"off\""},
        {FORM_FILES, " type=\"file\" multiple"},
    };
    const char *found = " type=\"text\"";

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (rows[i].type == c->f->type)
            found = rows[i].attributes;
    buf_add_c(c->out, found);
    if (c->f->autocomplete != NULL)
        attribute(c->out, "autocomplete", str_c(c->f->autocomplete));
    if (c->f->placeholder != NULL)
        attribute(c->out, "placeholder", text(c, c->f->placeholder));
    if (c->f->required)
        buf_add(c->out, STR(" aria-required=\"true\""));
}

static void input(const struct control *c)
{
    buf_add(c->out, STR("<input"));
    id_attribute(c, "id", "");
    common(c, "form-control");
    input_attributes(c);
    if (c->f->type != FORM_PASSWORD && c->f->type != FORM_FILES)
        attribute(c->out, "value", value_of(c));
    buf_add(c->out, STR(">\n"));
}

static void area(const struct control *c)
{
    buf_add(c->out, STR("<textarea"));
    id_attribute(c, "id", "");
    common(c, "form-control");
    buf_add(c->out, STR(" rows=\"6\""));
    if (c->f->placeholder != NULL)
        attribute(c->out, "placeholder", text(c, c->f->placeholder));
    if (c->f->required)
        buf_add(c->out, STR(" aria-required=\"true\""));
    buf_add(c->out, STR(">\n")); /* a parser drops the first line break, so none of the text is */
    html_text(c->out, value_of(c));
    buf_add(c->out, STR("</textarea>\n"));
}

static void option(struct buf *out, struct str value, struct str shown, bool selected)
{
    buf_add(out, STR("<option"));
    attribute(out, "value", value);
    buf_add_c(out, selected ? " selected>" : ">");
    html_text(out, shown);
    buf_add(out, STR("</option>\n"));
}

/* Ends the group of the option before `i` and begins that of `i`, where they differ. */
static void group_edge(struct buf *out, const struct form_option *options, size_t len, size_t i)
{
    struct str before = i > 0 ? options[i - 1].group : STR("");
    struct str here = i < len ? options[i].group : STR("");

    if (str_eq(before, here))
        return;
    if (before.len > 0)
        buf_add(out, STR("</optgroup>\n"));
    if (here.len > 0) {
        buf_add(out, STR("<optgroup"));
        attribute(out, "label", here);
        buf_add(out, STR(">\n"));
    }
}

void form_options_html(struct html_page *p, const struct form_option *options, size_t len,
                       struct str now)
{
    for (size_t i = 0; i < len; i++) {
        group_edge(p->out, options, len, i);
        option(p->out, options[i].value, options[i].label, str_eq(options[i].value, now));
    }
    group_edge(p->out, options, len, len);
}

/* A table may say itself what no choice means: "as the browser asks". */
static bool offers_none(const struct control *c)
{
    for (size_t i = 0; i < c->options_len; i++) {
        if (c->options[i].value.len == 0)
            return true;
    }
    return false;
}

/* The value of a record may no longer be on offer; it stays as it is until somebody changes it. */
static void select_one(const struct control *c)
{
    struct str now = value_of(c);
    bool found = now.len == 0;

    buf_add(c->out, STR("<select"));
    id_attribute(c, "id", "");
    common(c, "form-select");
    if (c->f->autocomplete != NULL)
        attribute(c->out, "autocomplete", str_c(c->f->autocomplete));
    if (c->f->required)
        buf_add(c->out, STR(" aria-required=\"true\""));
    buf_add(c->out, STR(">\n"));
    if ((!c->f->required || now.len == 0) && !offers_none(c))
        option(c->out, STR(""), text(c, c->f->required ? N_("Choose...") : N_("(none)")),
               now.len == 0);
    for (size_t i = 0; i < c->options_len; i++)
        found = found || str_eq(c->options[i].value, now);
    form_options_html(c->p, c->options, c->options_len, now);
    if (!found)
        option(c->out, now, now, true);
    buf_add(c->out, STR("</select>\n"));
}

static void check_box(const struct control *c, const char *type, struct str value, struct str shown,
                      size_t index, bool checked)
{
    char suffix[24] = "";

    if (index > 0)
        snprintf(suffix, sizeof(suffix), "-%zu", index + 1);
    buf_printf(c->out, "<div class=\"form-check\">\n<input type=\"%s\"", type);
    id_attribute(c, "id", suffix);
    common(c, "form-check-input");
    attribute(c->out, "value", value);
    buf_add_c(c->out, checked ? " checked>\n" : ">\n");
    buf_add(c->out, STR("<label class=\"form-check-label\""));
    id_attribute(c, "for", suffix);
    buf_add_char(c->out, '>');
    html_text(c->out, shown);
    if (c->f->type == FORM_BOOL)
        required_word(c);
    buf_add(c->out, STR("</label>\n"));
}

static void bool_box(const struct control *c)
{
    struct str now = value_of(c);

    begin(c, "div");
    check_box(c, "checkbox", STR("1"), text(c, c->f->label), 0, now.len > 0 && !str_is(now, "0"));
    help(c);
    error(c);
    buf_add(c->out, STR("</div>\n</div>\n"));
}

/* Radio buttons or boxes under a legend. */
static void box_group(const struct control *c)
{
    const char *type = c->f->type == FORM_CHOICES ? "checkbox" : "radio";

    begin(c, "fieldset");
    buf_add(c->out, STR("<legend class=\"form-label\">"));
    html_text(c->out, text(c, c->f->label));
    required_word(c);
    buf_add(c->out, STR("</legend>\n"));
    help(c);
    buf_printf(c->out, "<div class=\"choices%s\">\n", c->options_len > 3 ? " choices-2" : "");
    for (size_t i = 0; i < c->options_len; i++) {
        check_box(c, type, c->options[i].value, c->options[i].label, i,
                  has_value(c, c->options[i].value));
        buf_add(c->out, STR("</div>\n"));
    }
    buf_add(c->out, STR("</div>\n"));
    error(c);
    buf_add(c->out, STR("</fieldset>\n"));
}

static void hidden(const struct control *c)
{
    buf_printf(c->out, "<input type=\"hidden\" name=\"%s\"", c->f->name);
    attribute(c->out, "value", value_of(c));
    buf_add(c->out, STR(">\n"));
}

static void plain(const struct control *c)
{
    begin(c, "div");
    label(c);
    help(c);
    if (c->f->type == FORM_AREA)
        area(c);
    else if (c->f->type == FORM_CHOICE)
        select_one(c);
    else
        input(c);
    error(c);
    buf_add(c->out, STR("</div>\n"));
}

/* The choices of the table as options with translated labels. */
static void own_options(struct control *c)
{
    struct form_option *list;
    size_t n = 0;

    if (c->options != NULL || c->f->choices == NULL)
        return;
    while (c->f->choices[n].value != NULL)
        n++;
    list = arena_array(c->p->arena, struct form_option, n + 1);
    for (size_t i = 0; i < n; i++)
        list[i] = (struct form_option){.value = str_c(c->f->choices[i].value),
                                       .label = text(c, c->f->choices[i].label)};
    c->options = list;
    c->options_len = n;
}

static void write_field(struct html_page *p, const struct form *form,
                        const struct form_state *state, const struct form_field *f,
                        const struct form_option *choices, size_t choices_len)
{
    struct control c = {.p = p,
                        .out = p->out,
                        .form = form,
                        .state = state,
                        .f = f,
                        .options = choices,
                        .options_len = choices_len};

    for (size_t i = 0; i < state->errors.len && c.error.len == 0; i++)
        if (strcmp(state->errors.at[i].field, f->name) == 0)
            c.error = state->errors.at[i].message;
    own_options(&c);
    if (f->type == FORM_HIDDEN)
        hidden(&c);
    else if (f->type == FORM_BOOL)
        bool_box(&c);
    else if (f->type == FORM_CHOICES || (f->type == FORM_CHOICE && f->radio))
        box_group(&c);
    else
        plain(&c);
}

void form_field_html(struct html_page *p, const struct form *form, const struct form_state *state,
                     const char *name, const struct form_option *choices, size_t choices_len)
{
    const struct form_field *f = form_find(form, str_c(name));

    if (f == NULL)
        die("form %s has no field %s", form->name, name);
    write_field(p, form, state, f, choices, choices_len);
}

void form_html(struct html_page *p, const struct form *form, const struct form_state *state)
{
    bool open = false;

    for (size_t i = 0; i < form->len; i++) {
        const struct form_field *f = &form->fields[i];

        if (f->group != NULL) {
            buf_add_c(p->out, open ? "</fieldset>\n" : "");
            buf_add(p->out, STR("<fieldset class=\"form-fieldset\">\n<legend>"));
            html_text(p->out, i18n_text(p->lang, f->group));
            buf_add(p->out, STR("</legend>\n"));
            open = true;
        }
        write_field(p, form, state, f, NULL, 0);
    }
    buf_add_c(p->out, open ? "</fieldset>\n" : "");
}

void form_errors_html(struct html_page *p, const struct form *form, const struct form_state *state)
{
    struct str count;

    if (state->errors.len == 0)
        return;
    count = i18n_int(p->arena, p->lang, (int64_t)state->errors.len);
    buf_printf(p->out,
               "<div class=\"alert alert-danger\" role=\"alert\" tabindex=\"-1\" data-focus "
               "id=\"%s-errors\">\n"
               "<h2 class=\"alert-title\">",
               form->name);
    html_text(p->out, i18n_format(p->arena, p->lang,
                                  state->errors.len == 1 ? N_("Please check one place")
                                                         : N_("Please check {0} places"),
                                  &count, 1));
    buf_add(p->out, STR("</h2>\n<ul class=\"mb-0\">\n"));
    for (size_t i = 0; i < state->errors.len; i++) {
        const struct form_error *e = &state->errors.at[i];
        const struct form_field *f = form_find(form, str_c(e->field));
        bool link = f != NULL && f->type != FORM_HIDDEN;

        buf_add(p->out, STR("<li>"));
        if (link)
            buf_printf(p->out, "<a class=\"alert-link\" href=\"#%s-%s\">", form->name, e->field);
        html_text(p->out, e->message);
        buf_add_c(p->out, link ? "</a></li>\n" : "</li>\n");
    }
    buf_add(p->out, STR("</ul>\n</div>\n"));
}

void form_csrf_html(struct html_page *p)
{
    buf_add(p->out, STR("<input type=\"hidden\" name=\"csrf\""));
    attribute(p->out, "value", p->csrf);
    buf_add(p->out, STR(">\n"));
}
