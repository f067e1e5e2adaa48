#include "cmd/commands.h"

#include "app/care/care.h"
#include "base/json.h"
#include "cmd/site.h"

/* ungcuu person: what the site knows of somebody, and erasing it on request. */
struct options {
    struct cmd_site_options site;
    struct str reason, confirm;
    bool texts, json;
};

static int find(struct cmd_session *s, struct cmd *cmd, struct care_person *out, struct err *err)
{
    const struct options *o = cmd->options;
    int r = cmd_session_open(s, cmd->arena, &o->site, err);

    return r < 0 ? r : care_person_find(s->db, cmd->arena, cmd->args[0], out, err);
}

static int run_export(struct cmd *cmd, struct err *err)
{
    _cleanup_(cmd_session_close) struct cmd_session s = {0};
    struct buf out = buf_make(cmd->arena);
    struct care_person person;
    int r;

    if ((r = find(&s, cmd, &person, err)) < 0 ||
        (r = care_person_note(s.db, cmd->arena, &person, "person.export", NULL, s.now, err)) < 0 ||
        (r = care_person_export(s.db, cmd->arena, &person, &out, err)) < 0)
        return r;
    puts(buf_str(&out).ptr);
    return 0;
}

static void preview(const struct care_person *p, bool texts)
{
    printf("%s " STR_FMT "\n\n", p->account ? "Account" : "Reporter of", STR_ARG(p->key));
    if (p->account)
        printf("    Becomes          " STR_FMT " (login and name); e-mail, phone, position go\n"
               "    Removed          %" PRId64 " sessions, %" PRId64 " API tokens, %" PRId64
               " drafts, %" PRId64 " saved filters, %" PRId64
               " notices, sign-in links, second factor\n"
               "    Emptied          %" PRId64 " mails to them\n"
               "    Name replaced    %" PRId64 " comments, %" PRId64 " timeline entries, %" PRId64
               " files, %" PRId64 " messages\n",
               STR_ARG(p->label), p->sessions, p->tokens, p->drafts, p->filters, p->notices,
               p->mails, p->comments, p->events, p->files, p->messages);
    else
        printf("    Removed          name, organisation, phone, e-mail, network address%s\n",
               texts ? "; title, text and messages" : "; texts stay (--with-texts)");
    printf("    Audit log        up to %" PRId64 " entries lose the name; the chain stays whole\n"
           "    Stays            the custody log of evidence, and the records of the work\n",
           p->entries);
}

static int run_erase(struct cmd *cmd, struct err *err)
{
    const struct options *o = cmd->options;
    _cleanup_(cmd_session_close) struct cmd_session s = {0};
    struct care_person person;
    struct care_erasure e;
    int r;

    if ((r = find(&s, cmd, &person, err)) < 0)
        return r;
    if (o->confirm.len == 0) {
        preview(&person, o->texts);
        if (person.held != CARE_FREE)
            printf("\nIt cannot be done now: " STR_FMT "\n",
                   STR_ARG(care_held_text(cmd->arena, LANG_EN, &person)));
        else
            printf("\nNothing was changed. To do it: --reason TEXT --confirm " STR_FMT "\n",
                   STR_ARG(person.key));
        return 0;
    }
    if (!str_eq(o->confirm, person.key))
        return err_set(err, ERR_USAGE, "--confirm must be " STR_FMT, STR_ARG(person.key));
    if (str_trim(o->reason).len == 0)
        return err_set(err, ERR_USAGE, "why? --reason \"request no. 12, 20/11/2026\"");
    e = (struct care_erasure){
        .person = &person, .texts = o->texts, .reason = o->reason, .now = s.now};
    if ((r = care_person_erase(s.db, cmd->arena, &e, err)) < 0)
        return r;
    if (o->json)
        printf("{\"erased\":true,\"label\":\"" STR_FMT "\"}\n", STR_ARG(person.label));
    else
        printf("Erased. Backups from before still have it: they go with their time.\n");
    return 0;
}

static const struct cmd_option export_options[] = {
    CMD_SITE(struct options, site),
    CMD_END,
};

static const struct command person_export = {
    .name = "export",
    .summary = "Write what the site knows of a person as JSON",
    .args = "LOGIN|REPORT",
    .args_min = 1,
    .args_max = 1,
    .details = "An account by its login, or whoever sent a report by its code.\n",
    .options = export_options,
    .options_size = sizeof(struct options),
    .run = run_export,
};

static const struct cmd_option erase_options[] = {
    CMD_SITE(struct options, site),
    CMD_TEXT(struct options, reason, "reason", "TEXT",
             "the request, without the person's name; kept in the audit log"),
    CMD_FLAG(struct options, texts, "with-texts", "of a reporter: also title, text and messages"),
    CMD_TEXT(struct options, confirm, "confirm", "LOGIN|REPORT",
             "do it; without, only what would go is shown"),
    CMD_FLAG(struct options, json, "json", "write a JSON object: erased, label"),
    CMD_END,
};

static const struct command person_erase = {
    .name = "erase",
    .summary = "Erase a person's data on request, with the audit chain intact",
    .args = "LOGIN|REPORT",
    .args_min = 1,
    .args_max = 1,
    .details =
        "An account becomes a neutral label wherever its name stood; of a reporter name, contact\n"
        "and network address go. Audit entries keep their hash, and one new entry attests what\n"
        "was replaced: \"audit verify\" still finds any other change. Not while an open incident\n"
        "needs it. The custody log of evidence is not touched.\n",
    .options = erase_options,
    .options_size = sizeof(struct options),
    .run = run_erase,
};

static const struct command *const subs[] = {&person_export, &person_erase, NULL};

const struct command cmd_person = {
    .name = "person",
    .summary = "Export or erase a person's data on request",
    .subs = subs,
};
