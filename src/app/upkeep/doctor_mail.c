#include "app/account/account.h"
#include "app/post/post.h"
#include "app/upkeep/inner.h"
#include "base/io.h"

/* ---- the key that seals -------------------------------------------------------------------- */

/* Without the key nothing sealed can be opened; with another one neither. */
void doctor_keys(struct doctor *d)
{
    struct post_lost lost = {0};
    int64_t factors = 0;
    struct err err = {0};

    if (d->db == NULL)
        return;
    if (post_secrets_lost(d->db, d->arena, &lost, &err) < 0 ||
        account_factors_lost(d->db, d->arena, &factors, &err) < 0)
        doctor_failed(d, "keys", &err, N_("see the message"));
    else if (lost.passwords + lost.webhooks + factors > 0)
        FOUND(
            d, FINDING_BAD, "keys",
            N_("put site.key back from where it is kept; or type passwords in anew under Mail, "
               "make "
               "new secrets of webhooks, and let people set up their second factor anew"),
            N_("sealed with another site.key than this: {0} passwords of mail servers, {1} secrets "
               "of webhooks, {2} second factors"),
            doctor_int(d, lost.passwords), doctor_int(d, lost.webhooks), doctor_int(d, factors));
    else
        FOUND(d, FINDING_WELL, "keys", NULL, N_("what is sealed opens with site.key"));
}

/* ---- servers ------------------------------------------------------------------------------- */

static bool on_this_machine(struct str host)
{
    return str_is(host, "127.0.0.1") || str_is(host, "::1") || str_is(host, "localhost");
}

static void look_at_encryption(struct doctor *d, const char *check, struct str host,
                               struct str security, struct str user)
{
    if (str_is(security, "none") && !on_this_machine(host))
        FOUND(d, user.len > 0 ? FINDING_BAD : FINDING_ADVICE, check,
              N_("choose STARTTLS or TLS under Mail"),
              N_("{0} is spoken to without encryption: passwords and mails can be read on the way"),
              host);
}

static void look_at_smtp(struct doctor *d, const struct post_settings *s)
{
    struct mail_dialogue said;
    struct err err = {0};

    look_at_encryption(d, "smtp", s->smtp_host, s->smtp_security, s->smtp_user);
    if (s->from.len == 0)
        FOUND(d, FINDING_BAD, "smtp", N_("set it under Mail"),
              N_("the address of the site, from which mails come, is not set"));
    if (!d->servers) {
        FOUND(d, FINDING_WELL, "smtp", NULL, N_("{0} is set; not asked"), s->smtp_host);
        return;
    }
    if (post_probe_smtp(d->arena, s, &said, &err) < 0)
        doctor_failed(d, "smtp", &err, N_("see the message; correct it under Mail"));
    else
        FOUND(d, FINDING_WELL, "smtp", NULL,
              s->smtp_user.len > 0
                  ? N_("{0} answers, encryption {1}, and lets us in as {2}; no mail was sent")
                  : N_("{0} answers, encryption {1}, without a name; no mail was sent"),
              s->smtp_host, s->smtp_security, s->smtp_user);
    if (d->send.len == 0)
        return;
    err = (struct err){0};
    if (post_try(d->arena, s, d->send, d->lang, d->now, &said, &err) < 0)
        doctor_failed(d, "smtp", &err, N_("see the message; correct it under Mail"));
    else
        FOUND(d, FINDING_WELL, "smtp", NULL, N_("a test mail to {0} was taken: {1}"), d->send,
              said.answer);
}

static void look_at_imap(struct doctor *d, const struct post_settings *s)
{
    struct str folder = s->imap_folder.len > 0 ? s->imap_folder : STR("INBOX");
    struct err err = {0};
    int64_t waiting = 0;

    look_at_encryption(d, "imap", s->imap_host, s->imap_security, s->imap_user);
    if (!d->servers)
        FOUND(d, FINDING_WELL, "imap", NULL, N_("{0} is set; not asked"), s->imap_host);
    else if (post_probe_imap(d->arena, s, &waiting, &err) < 0)
        doctor_failed(d, "imap", &err, N_("see the message; correct it under Mail"));
    else
        FOUND(d, FINDING_WELL, "imap", NULL,
              N_("{0} lets us in as {1}; the folder {2} can be read, {3} messages lie in it"),
              s->imap_host, s->imap_user, folder, doctor_int(d, waiting));
}

void doctor_mail(struct doctor *d)
{
    struct post_settings s;
    struct err err = {0};

    if (d->db == NULL)
        return;
    if (post_settings_load(d->db, d->arena, &s, &err) < 0) {
        doctor_failed(d, "smtp", &err, N_("see the message"));
        return;
    }
    if (s.smtp_host.len == 0)
        FOUND(d, FINDING_ADVICE, "smtp", N_("set the mail server under Settings, Mail"),
              N_("none is set: nobody gets mails, passwords cannot be reset by mail"));
    else
        look_at_smtp(d, &s);
    if (s.imap_host.len == 0)
        FOUND(d, FINDING_WELL, "imap", NULL, N_("none is set: mails to the site are not fetched"));
    else
        look_at_imap(d, &s);
}
