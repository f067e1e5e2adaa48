#include "app/upkeep/inner.h"

void doctor_found(struct doctor *d, enum finding_level level, const char *check, const char *mend,
                  const char *what, const struct str *args, size_t len)
{
    *vec_push(&d->findings, d->arena) = (struct finding){
        .level = level,
        .check = check,
        .what = i18n_format(d->arena, d->lang, what, args, len),
        .mend = mend != NULL ? i18n_format(d->arena, d->lang, mend, args, len) : STR("")};
}

void doctor_failed(struct doctor *d, const char *check, const struct err *err, const char *mend)
{
    struct str hint = str_c(err->hint);

    *vec_push(&d->findings, d->arena) =
        (struct finding){.level = FINDING_BAD,
                         .check = check,
                         .what = str_dup(d->arena, str_c(err->what)),
                         .mend = hint.len > 0 ? str_dup(d->arena, hint) : T(d->lang, mend)};
}

struct str doctor_int(const struct doctor *d, int64_t n)
{
    return i18n_int(d->arena, d->lang, n);
}

struct str doctor_bytes(const struct doctor *d, int64_t n)
{
    return i18n_bytes(d->arena, d->lang, n);
}

void upkeep_look(struct doctor *d)
{
    static void (*const checks[])(struct doctor *) = {
        doctor_database,    doctor_audit, doctor_jobs,   doctor_accounts,
        doctor_files,       doctor_keys,  doctor_mail,   doctor_disk,
        doctor_permissions, doctor_clock, doctor_config, doctor_limits,
    };

    for (size_t i = 0; i < ARRAY_LEN(checks); i++)
        checks[i](d);
}

/* ---- names ---------------------------------------------------------------------------------- */

static const struct {
    const char *check, *label;
} labels[] = {
    {"database", N_("check|Database")},
    {"schema", N_("check|Schema of the database")},
    {"wal", N_("check|Write-ahead log")},
    {"audit", N_("check|Audit log")},
    {"jobs", N_("check|Jobs")},
    {"accounts", N_("check|Administrators")},
    {"passwords", N_("check|Passwords")},
    {"sample", N_("check|Sample data")},
    {"files", N_("check|Stored files")},
    {"keys", N_("check|Keys of the site")},
    {"smtp", N_("check|Outgoing mail")},
    {"imap", N_("check|Mailbox")},
    {"disk", N_("check|Disk")},
    {"inodes", N_("check|Number of files")},
    {"permissions", N_("check|Who reads the data directory")},
    {"user", N_("check|User of the service")},
    {"clock", N_("check|Clock")},
    {"base_url", N_("check|Address of the site")},
    {"host", N_("check|Where it listens")},
    {"proxy", N_("check|Proxy in front")},
    {"limits", N_("check|Limits")},
};

struct str upkeep_check_label(enum lang lang, const char *check)
{
    for (size_t i = 0; i < ARRAY_LEN(labels); i++) {
        if (strcmp(labels[i].check, check) == 0)
            return i18n_text(lang, labels[i].label);
    }
    return str_c(check);
}
