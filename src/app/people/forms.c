#include "app/people/view.h"

#define LABEL_EMAIL N_("E-mail")
#define LABEL_PHONE N_("Phone")

static const struct form_choice langs[] = {
    {"", N_("As the browser asks")}, {"vi", "Tiếng Việt"}, {"en", "English"}, {0}};

static const struct form_choice themes[] = {
    {"", N_("As the device is set")}, {"light", N_("Light")}, {"dark", N_("Dark")}, {0}};

static const struct form_field sign_in_fields[] = {
    {FORM_AT(struct sign_in_form, login), FORM_TEXT, .required = true, .max = 64,
     .label = N_("Login"), .autocomplete = "username"},
    {FORM_AT(struct sign_in_form, password), FORM_PASSWORD, .required = true, .max = 200,
     .label = N_("Password"), .autocomplete = "current-password"},
    {FORM_AT(struct sign_in_form, next), FORM_HIDDEN, .max = 2000},
};
const struct form sign_in_form = {"sign_in", sign_in_fields, ARRAY_LEN(sign_in_fields)};

static const struct form_field password_fields[] = {
    {FORM_AT(struct password_form, current), FORM_PASSWORD, .required = true, .max = 200,
     .label = N_("Present password"), .autocomplete = "current-password"},
    {FORM_AT(struct password_form, password), FORM_PASSWORD, .required = true, .max = 200,
     .label = N_("New password"),
     .help = N_("At least 10 characters. A few words that only you would put together are easy to "
                "remember and hard to guess."),
     .autocomplete = "new-password"},
    {FORM_AT(struct password_form, repeat), FORM_PASSWORD, .required = true, .max = 200,
     .label = N_("New password again"), .called = N_("Repeated password"),
     .autocomplete = "new-password"},
};
const struct form password_form = {"password", password_fields, ARRAY_LEN(password_fields)};

static const struct form_field own_fields[] = {
    {FORM_AT(struct own_form, email), FORM_EMAIL, .label = LABEL_EMAIL, .autocomplete = "email"},
    {FORM_AT(struct own_form, phone), FORM_PHONE, .label = LABEL_PHONE,
     .help = N_("Where colleagues reach you in an incident"), .autocomplete = "tel"},
    {FORM_AT(struct own_form, lang), FORM_CHOICE, .label = N_("Language"), .choices = langs},
    {FORM_AT(struct own_form, theme), FORM_CHOICE, .label = N_("Appearance"), .choices = themes},
};
const struct form own_form = {"own", own_fields, ARRAY_LEN(own_fields)};

static const struct form_field account_fields[] = {
    {FORM_AT(struct account_form, name), FORM_TEXT, .required = true, .max = 100,
     .label = N_("Full name"), .autocomplete = "off"},
    {FORM_AT(struct account_form, login), FORM_TEXT, .required = true, .min = 3, .max = 64,
     .label = N_("Login"), .help = N_("3 to 64 of the letters a to z, digits and . _ - @"),
     .autocomplete = "off"},
    {FORM_AT(struct account_form, position), FORM_TEXT, .max = 100, .label = N_("Position"),
     .autocomplete = "off"},
    {FORM_AT(struct account_form, email), FORM_EMAIL, .label = LABEL_EMAIL, .autocomplete = "off"},
    {FORM_AT(struct account_form, phone), FORM_PHONE, .label = LABEL_PHONE, .autocomplete = "off"},
    {FORM_AT(struct account_form, role), FORM_CHOICE, .required = true, .label = N_("Role"),
     .choices = role_choices},
    {FORM_AT(struct account_form, org), FORM_CHOICE, .required = true, .label = N_("Organisation"),
     .help = N_("The role holds for it and for everything below it")},
    {FORM_AT(struct account_form, from), FORM_DATE, .label = N_("First day"),
     .called = N_("Starting date"), .help = N_("Empty: at once")},
    {FORM_AT(struct account_form, to), FORM_DATE, .label = N_("Last day"),
     .called = N_("Ending date"), .help = N_("Empty: until it is revoked")},
    {FORM_AT(struct account_form, reason), FORM_TEXT, .required = true, .label = N_("Reason"),
     .help = N_("Decision number or what it is for; it stays in the audit log")},
};
const struct form account_form = {"account", account_fields, ARRAY_LEN(account_fields)};

static const struct form_field edit_fields[] = {
    {FORM_AT(struct edit_form, name), FORM_TEXT, .required = true, .max = 100,
     .label = N_("Full name"), .autocomplete = "off"},
    {FORM_AT(struct edit_form, position), FORM_TEXT, .max = 100, .label = N_("Position"),
     .autocomplete = "off"},
    {FORM_AT(struct edit_form, email), FORM_EMAIL, .label = LABEL_EMAIL, .autocomplete = "off"},
    {FORM_AT(struct edit_form, phone), FORM_PHONE, .label = LABEL_PHONE, .autocomplete = "off"},
    {FORM_AT(struct edit_form, version), FORM_HIDDEN, .required = true},
};
const struct form edit_form = {"edit", edit_fields, ARRAY_LEN(edit_fields)};

static const struct form_field grant_fields[] = {
    {FORM_AT(struct grant_form, role), FORM_CHOICE, .required = true, .label = N_("Role"),
     .choices = role_choices},
    {FORM_AT(struct grant_form, org), FORM_CHOICE, .required = true, .label = N_("Organisation"),
     .help = N_("The role holds for it and for everything below it")},
    {FORM_AT(struct grant_form, from), FORM_DATE, .label = N_("First day"),
     .called = N_("Starting date"), .help = N_("Empty: at once")},
    {FORM_AT(struct grant_form, to), FORM_DATE, .label = N_("Last day"),
     .called = N_("Ending date"), .help = N_("Empty: until it is revoked")},
    {FORM_AT(struct grant_form, reason), FORM_TEXT, .required = true, .label = N_("Reason"),
     .help = N_("Decision number or what it is for; it stays in the audit log")},
};
const struct form grant_form = {"grant", grant_fields, ARRAY_LEN(grant_fields)};

static const struct form_field token_fields[] = {
    {FORM_AT(struct token_form, name), FORM_TEXT, .required = true, .max = 100,
     .label = N_("What it is for"),
     .help = N_("The program or machine that will use it, so that you know it again"),
     .autocomplete = "off"},
    {FORM_AT(struct token_form, scope), FORM_CHOICES, .required = true,
     .label = N_("What it may do"), .called = N_("Permissions"),
     .help = N_("Only what it needs. It can never do more than your own roles allow.")},
    {FORM_AT(struct token_form, until), FORM_DATE, .required = true, .label = N_("Last day"),
     .called = N_("Ending date"), .help = N_("At most a year from now")},
    {FORM_AT(struct token_form, networks), FORM_TEXT, .max = 1000,
     .label = N_("Only from these addresses"), .called = N_("Addresses"),
     .help = N_("Addresses or blocks with spaces between: 192.0.2.7 198.51.100.0/24. Empty: from "
                "anywhere."),
     .autocomplete = "off"},
};
const struct form token_form = {"token", token_fields, ARRAY_LEN(token_fields)};

static const struct form_field code_fields[] = {
    {FORM_AT(struct code_form, code), FORM_TEXT, .required = true, .max = 40, .label = N_("Code"),
     .help = N_("The six digits that your telephone shows now, or one of your recovery codes"),
     .autocomplete = "one-time-code"},
    {FORM_AT(struct code_form, next), FORM_HIDDEN, .max = 2000},
};
const struct form code_form = {"code", code_fields, ARRAY_LEN(code_fields)};

static const struct form_field setup_fields[] = {
    {FORM_AT(struct code_form, code), FORM_TEXT, .required = true, .max = 40, .label = N_("Code"),
     .help = N_("The six digits that your telephone shows now"), .autocomplete = "one-time-code"},
};
const struct form setup_form = {"setup", setup_fields, ARRAY_LEN(setup_fields)};

static const struct form_field confirm_fields[] = {
    {FORM_AT(struct confirm_form, password), FORM_PASSWORD, .required = true, .max = 200,
     .label = N_("Password"), .autocomplete = "current-password"},
    {FORM_AT(struct confirm_form, next), FORM_HIDDEN, .max = 2000},
};
const struct form confirm_form = {"confirm", confirm_fields, ARRAY_LEN(confirm_fields)};

static const struct form_field confirm_code_fields[] = {
    {FORM_AT(struct confirm_form, code), FORM_TEXT, .required = true, .max = 40,
     .label = N_("Code"),
     .help = N_("The six digits that your telephone shows now, or one of your recovery codes"),
     .autocomplete = "one-time-code"},
    {FORM_AT(struct confirm_form, next), FORM_HIDDEN, .max = 2000},
};
const struct form confirm_code_form = {"confirm_code", confirm_code_fields,
                                       ARRAY_LEN(confirm_code_fields)};

static const struct form_field forgot_fields[] = {
    {FORM_AT(struct forgot_form, who), FORM_TEXT, .required = true, .max = 254,
     .label = N_("Login or e-mail address"), .autocomplete = "username"},
};
const struct form forgot_form = {"forgot", forgot_fields, ARRAY_LEN(forgot_fields)};

static const struct form_field choose_fields[] = {
    {FORM_AT(struct choose_form, password), FORM_PASSWORD, .required = true, .max = 200,
     .label = N_("New password"),
     .help = N_("At least 10 characters. A few words that only you would put together are easy to "
                "remember and hard to guess."),
     .autocomplete = "new-password"},
    {FORM_AT(struct choose_form, repeat), FORM_PASSWORD, .required = true, .max = 200,
     .label = N_("New password again"), .called = N_("Repeated password"),
     .autocomplete = "new-password"},
};
const struct form choose_form = {"choose", choose_fields, ARRAY_LEN(choose_fields)};

static const struct form_field rules_fields[] = {
    {FORM_AT(struct rules_form, roles), FORM_CHOICES,
     .label = N_("Roles that need a second factor"), .called = N_("Roles"),
     .help =
         N_("Who holds one of them is led to set it up at the next page and can do nothing else "
            "before"),
     .choices = role_choices},
};
const struct form rules_form = {"rules", rules_fields, ARRAY_LEN(rules_fields)};
