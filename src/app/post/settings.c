#include "app/post/inner.h"

#include "app/web/web.h"
#include "base/clock.h"
#include "sys/i18n/i18n.h"

/* ---- the form, which is also the list of keys -------------------------------------------------
 */

const struct form_choice post_securities[] = {{"starttls", N_("STARTTLS (port 587)")},
                                              {"tls", N_("TLS from the start (port 465 or 993)")},
                                              {"none", N_("None: only on this machine")},
                                              {0}};

#define FIELD(member) FORM_AT(struct post_settings, member)

/* clang-format off */
static const struct form_field fields[] = {
    {FIELD(from), FORM_EMAIL, .label = N_("Address of the site"), .group = N_("Sender"),
     .help = N_("Mails come from it, answers go to it. The mailbox below should receive them.")},
    {FIELD(from_name), FORM_TEXT, .max = 100, .label = N_("Name of the sender"),
     .help = N_("Empty: the name of the site")},
    {FIELD(signature), FORM_AREA, .max = 1000, .label = N_("Signature"),
     .help = N_("Stands below mails that people write in a case")},
    {FIELD(digest_hour), FORM_INT, .min = 0, .max = 23, .label = N_("Hour of the daily digest"),
     .help = N_("0 to 23, in the zone of the site; 7 when empty")},
    {FIELD(smtp_host), FORM_TEXT, .label = N_("Server"), .group = N_("Outgoing mail (SMTP)"),
     .placeholder = "smtp.example.vn", .help = N_("Empty: no mail is sent")},
    {FIELD(smtp_port), FORM_INT, .min = 1, .max = 65535, .label = N_("Port"),
     .help = N_("Empty: what is usual for the encryption")},
    {FIELD(smtp_security), FORM_CHOICE, .choices = post_securities, .label = N_("Encryption")},
    {FIELD(smtp_user), FORM_TEXT, .label = N_("User name"), .autocomplete = "off",
     .help = N_("Empty: the server asks for none")},
    {FIELD(smtp_password), FORM_PASSWORD, .label = N_("Password"), .autocomplete = "new-password",
     .help = N_("Never shown; empty keeps the one that is there")},
    {FIELD(imap_host), FORM_TEXT, .label = N_("Server"), .group = N_("Mailbox (IMAP)"),
     .placeholder = "imap.example.vn",
     .help = N_("Mails to the site become reports or answers in a case. Empty: none is fetched")},
    {FIELD(imap_port), FORM_INT, .min = 1, .max = 65535, .label = N_("Port"),
     .help = N_("Empty: what is usual for the encryption")},
    {FIELD(imap_security), FORM_CHOICE, .choices = post_securities, .label = N_("Encryption")},
    {FIELD(imap_user), FORM_TEXT, .label = N_("User name"), .autocomplete = "off"},
    {FIELD(imap_password), FORM_PASSWORD, .label = N_("Password"), .autocomplete = "new-password",
     .help = N_("Never shown; empty keeps the one that is there")},
    {FIELD(imap_folder), FORM_TEXT, .max = 100, .label = N_("Folder"), .placeholder = "INBOX",
     .help = N_("INBOX when empty")},
    {FIELD(imap_done), FORM_TEXT, .max = 100, .label = N_("Folder for what was read"),
     .help = N_("Messages are moved there; empty: they stay and are marked as seen")},
    {FIELD(imap_minutes), FORM_INT, .min = 1, .max = 60, .label = N_("Minutes between two looks"),
     .help = N_("2 when empty")},
    {FIELD(ca_file), FORM_TEXT, .max = 400, .label = N_("File of the certificate authority"),
     .group = N_("Security"), .placeholder = "/etc/ssl/certs/ca.pem",
     .help = N_("For servers with a certificate of one's own authority. Empty: what this machine trusts")},
    {FIELD(hook_inside), FORM_BOOL, .label = N_("Webhooks may call addresses inside the network"),
     .help = N_("Otherwise loopback, private and link-local addresses are refused")},
    {"version", offsetof(struct post_settings, seen), .type = FORM_HIDDEN},
};
/* clang-format on */
const struct form post_settings_form = {"settings", fields, ARRAY_LEN(fields)};

/* ---- the table --------------------------------------------------------------------------------
 */

static void take(const struct form_field *f, struct str value, struct post_settings *out)
{
    void *to = (char *)out + f->offset;
    int64_t n;

    if (f->type == FORM_INT)
        *(struct opt_int *)to = str_to_int(value, &n) ? opt_int(n) : NO_INT;
    else if (f->type == FORM_BOOL)
        *(bool *)to = str_is(value, "1");
    else
        *(struct str *)to = value;
}

int post_settings_load(struct db *db, struct arena *a, struct post_settings *out, struct err *err)
{
    struct post_setting_all_rows rows;
    int r = post_setting_all(db, a, &rows, err);

    *out = (struct post_settings){.version = 1};
    for (size_t i = 0; i < ARRAY_LEN(fields); i++)
        take(&fields[i], STR(""), out);
    for (size_t k = 0; r >= 0 && k < rows.len; k++) {
        if (str_is(rows.at[k].key, "mail.version"))
            str_to_int(rows.at[k].value, &out->version);
        for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
            if (fields[i].type != FORM_PASSWORD && fields[i].type != FORM_HIDDEN &&
                str_is(str_from(rows.at[k].key, strlen("mail.")), fields[i].name))
                take(&fields[i], rows.at[k].value, out);
        }
    }
    if (r < 0 || (r = post_secret_read(db, a, STR("mail.smtp_password"), &out->smtp_password,
                                       &out->smtp_lost, err)) < 0)
        return r;
    return post_secret_read(db, a, STR("mail.imap_password"), &out->imap_password, &out->imap_lost,
                            err);
}

void post_settings_shown(struct post_settings *s)
{
    s->smtp_password = s->imap_password = STR("");
    if (s->smtp_security.len == 0)
        s->smtp_security = STR("starttls");
    if (s->imap_security.len == 0)
        s->imap_security = STR("tls");
}

int post_setting_text(struct db *db, struct arena *a, const char *key, struct str *out,
                      struct err *err)
{
    struct post_setting_row row;
    int r = post_setting(db, a, str_c(key), &row, err);

    *out = r > 0 ? row.value : STR("");
    return MIN(r, 0);
}

static struct str give(struct arena *a, const struct form_field *f, const struct post_settings *in)
{
    const void *from = (const char *)in + f->offset;

    if (f->type == FORM_INT) {
        struct opt_int n = *(const struct opt_int *)from;

        return n.has ? str_printf(a, "%lld", (long long)n.v) : STR("");
    }
    if (f->type == FORM_BOOL)
        return *(const bool *)from ? STR("1") : STR("");
    return ((const struct str *)from)->ptr != NULL ? *(const struct str *)from : STR("");
}

/* An empty field of a password keeps what is there as long as there is a user. */
static bool keeps(const struct form_field *f, const struct post_settings *s, struct str value)
{
    bool smtp = f->offset == offsetof(struct post_settings, smtp_password);

    return f->type == FORM_PASSWORD && value.len == 0 &&
           (smtp ? s->smtp_user : s->imap_user).len > 0;
}

int post_settings_save(struct db *db, struct arena *a, const struct post_settings *new_,
                       struct err *err)
{
    int64_t r = post_settings_bump(db, new_->version, err);

    if (r == 0)
        return err_set(err, ERR_CONFLICT, "the settings of mail were changed meanwhile");
    for (size_t i = 0; r >= 0 && i < ARRAY_LEN(fields); i++) {
        struct str value = give(a, &fields[i], new_);
        struct str key = str_printf(a, "mail.%s", fields[i].name);

        if (fields[i].type == FORM_HIDDEN || keeps(&fields[i], new_, value))
            continue;
        r = fields[i].type == FORM_PASSWORD ? post_secret_write(db, a, key, value, err)
                                            : post_setting_put(db, key, value, err);
    }
    return (int)MIN(r, 0);
}

/* ---- servers ----------------------------------------------------------------------------------
 */

static enum mail_security security_of(struct str s)
{
    return str_is(s, "tls") ? MAIL_TLS : str_is(s, "none") ? MAIL_OPEN : MAIL_STARTTLS;
}

static const char *text_or_null(struct arena *a, struct str s)
{
    return s.len > 0 ? str_cdup(a, s) : NULL;
}

static int lost(const char *which, struct err *err)
{
    err_set(err, ERR_STATE, "the password of the %s server was sealed with another site.key",
            which);
    err_hint(err, "put the site's key back, or type the password in anew under Mail");
    return ERR_STATE;
}

int post_smtp(struct arena *a, const struct post_settings *s, struct mail_server *out,
              struct err *err)
{
    static const int usual[] = {[MAIL_OPEN] = 25, [MAIL_STARTTLS] = 587, [MAIL_TLS] = 465};
    enum mail_security security = security_of(s->smtp_security);

    if (s->smtp_lost)
        return lost("SMTP", err);
    *out = (struct mail_server){
        .host = str_cdup(a, s->smtp_host),
        .port = s->smtp_port.has ? (int)s->smtp_port.v : usual[security],
        .security = security,
        .user = text_or_null(a, s->smtp_user),
        .password = text_or_null(a, s->smtp_password),
        .ca_file = text_or_null(a, s->ca_file),
    };
    return 0;
}

int post_imap(struct arena *a, const struct post_settings *s, struct mail_server *out,
              struct err *err)
{
    enum mail_security security = security_of(s->imap_security);

    if (s->imap_lost)
        return lost("IMAP", err);
    *out = (struct mail_server){
        .host = str_cdup(a, s->imap_host),
        .port = s->imap_port.has       ? (int)s->imap_port.v
                : security == MAIL_TLS ? 993
                                       : 143,
        .security = security,
        .user = text_or_null(a, s->imap_user),
        .password = text_or_null(a, s->imap_password),
        .ca_file = text_or_null(a, s->ca_file),
    };
    return 0;
}

struct str post_box_name(struct arena *a, const struct post_settings *s)
{
    return str_printf(a, STR_FMT "@" STR_FMT "/" STR_FMT, STR_ARG(s->imap_user),
                      STR_ARG(s->imap_host),
                      STR_ARG(s->imap_folder.len > 0 ? s->imap_folder : STR("INBOX")));
}
