#include "app/report/report.h"

#include "app/audit/audit.h"
#include "app/code/code.h"
#include "app/observable/observable.h"
#include "app/org/org.h"
#include "app/report/bulk.h"
#include "base/json.h"
#include "base/random.h"
#include "base/text.h"
#include "sys/i18n/i18n.h"

#include <sodium.h>

enum { TITLE_WORDS = 90, SENTENCE_MIN = 15, GREETING_MAX = 60 };
enum { SECRET_LETTERS = 20 }; /* 100 bits: cannot be guessed, can still be read out */

int report_audit(struct db *db, struct arena *a, int64_t id, struct str code, const char *action,
                 struct str detail, const struct actor *by, int64_t now, struct err *err)
{
    return audit_write(db, a,
                       &(struct audit_entry){.at = now,
                                             .actor_id = by != NULL ? by->id : 0,
                                             .actor_name = by != NULL ? by->name : STR(""),
                                             .action = action,
                                             .object_kind = "report",
                                             .object_id = id,
                                             .object_code = code,
                                             .address = by != NULL ? by->address : STR(""),
                                             .detail = detail},
                       err);
}

struct str report_secret_hash(struct arena *a, struct str secret)
{
    struct buf b = buf_make(a);
    uint8_t hash[crypto_hash_sha256_BYTES];

    /* Read out on the phone or copied with its dashes, in either case. */
    for (size_t i = 0; i < secret.len; i++) {
        if (secret.ptr[i] != '-' && secret.ptr[i] != ' ')
            buf_add_char(&b, (char)tolower((unsigned char)secret.ptr[i]));
    }
    crypto_hash_sha256(hash, (const unsigned char *)b.ptr, b.len);
    return str_hex(a, hash, sizeof(hash));
}

/* xxxxx-xxxxx-xxxxx-xxxxx */
static struct str make_secret(struct arena *a)
{
    struct str letters = random_code(a, SECRET_LETTERS);

    return str_printf(a, "%.5s-%.5s-%.5s-%.5s", letters.ptr, letters.ptr + 5, letters.ptr + 10,
                      letters.ptr + 15);
}

/* "Kính gửi ...,": says nothing of what happened. */
static bool is_greeting(struct arena *a, struct str line)
{
    static const char *const words[] = {"kinh gui", "kinh thua", "kinh chao", "xin chao", "chao",
                                        "thua",     "dear",      "hello",     "hi"};
    struct str fold = text_fold(a, line);

    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        size_t len = strlen(words[i]);

        if (str_starts(fold, str_c(words[i])) && (fold.len == len || fold.ptr[len] == ' '))
            return fold.len < GREETING_MAX;
    }
    return false;
}

/* Up to the end of the first sentence, when that says enough. */
static struct str first_sentence(struct str line)
{
    for (size_t i = SENTENCE_MIN; i + 1 < line.len; i++) {
        if (strchr(".!?", line.ptr[i]) != NULL && line.ptr[i + 1] == ' ')
            return str_sub(line, 0, line.ptr[i] == '.' ? i : i + 1);
    }
    return line;
}

struct str report_title_of(struct arena *a, struct str kind, struct str body)
{
    const struct incident_kind *k = incident_kind_find(kind);
    struct str rest = body, line = STR_EMPTY, greeting = STR_EMPTY;

    while (line.len == 0 && str_line(&rest, &line)) {
        line = str_trim(line);
        if (line.len > 0 && greeting.len == 0 && is_greeting(a, line)) {
            greeting = line;
            line = STR_EMPTY;
        }
    }
    line = text_ellipsis_words(a, first_sentence(line.len > 0 ? line : greeting), TITLE_WORDS);
    if (k == NULL || line.len == 0)
        return k == NULL ? line : i18n_text(LANG_VI, k->label);
    return str_printf(a, STR_FMT ": " STR_FMT, STR_ARG(i18n_text(LANG_VI, k->label)),
                      STR_ARG(line));
}

struct str report_text(struct arena *a, struct str title, struct str body)
{
    return str_ends(title, STR("…"))
               ? body
               : str_printf(a, STR_FMT "\n" STR_FMT, STR_ARG(title), STR_ARG(body));
}

struct owner {
    int64_t org_id, system_id;
    struct str why;
};

/* Who is concerned: what an officer chose, or the best match of what the text names. The address of
 * a provider alone tells nothing: it is as often the attacker's, or of any of its customers. */
static int find_owner(struct db *db, struct arena *a, const struct report_new *new_,
                      struct str text, struct owner *out, struct err *err)
{
    const struct org_match *best;
    struct org_matches matches;
    int r;

    *out = (struct owner){.org_id = new_->org_id, .system_id = new_->system_id, .why = STR("")};
    if (new_->org_id != 0)
        return 0;
    if ((r = org_match(db, a, text, &matches, err)) < 0 || matches.len == 0)
        return r;
    best = &matches.at[0];
    out->why = str_printf(a, STR_FMT " " STR_FMT,
                          STR_ARG(best->provider ? STR("provider") : best->why_kind),
                          STR_ARG(best->why_value));
    if (!best->provider) {
        out->org_id = best->org_id;
        out->system_id = best->system_id;
    }
    return 0;
}

static struct opt_int opt_id(int64_t id)
{
    return id != 0 ? opt_int(id) : NO_INT;
}

int report_create(struct db *db, struct arena *a, const struct report_new *new_,
                  struct report_receipt *out, struct err *err)
{
    struct str text = report_text(a, new_->title, new_->body);
    struct observable_ids observables;
    struct report_insert_row row;
    struct owner owner;
    struct str fold;
    int r;

    /* From the code on everybody waits: what can be done before it, is. */
    if ((r = find_owner(db, a, new_, text, &owner, err)) < 0 ||
        (r = observable_put_text(db, a, text, new_->received_at, &observables, err)) < 0 ||
        (r = code_next(db, a, "TB", new_->received_at, &out->code, err)) < 0)
        return r;
    out->secret = make_secret(a);
    fold = text_fold(a, str_printf(a, STR_FMT " " STR_FMT " " STR_FMT, STR_ARG(out->code),
                                   STR_ARG(str_sub(text, 0, 4000)),
                                   /* Who asked to be kept confidential is not found by name. */
                                   STR_ARG(new_->confidential ? STR("") : new_->reporter_name)));
    r = report_insert(
        db, a, out->code, random_uuid7(a, new_->received_at), report_secret_hash(a, out->secret),
        str_c(new_->channel), new_->title, new_->body, new_->kind, new_->occurred_at,
        new_->detected_at, new_->received_at, new_->reporter_name, new_->reporter_org,
        new_->reporter_phone, new_->reporter_email, opt_id(new_->account_id), new_->confidential,
        new_->address, opt_id(owner.org_id), opt_id(owner.system_id), owner.why, new_->message_id,
        new_->mail_kind.len > 0 ? new_->mail_kind : STR(""), fold, &row, err);
    if (r < 0)
        return r;
    out->id = row.id;
    if ((r = observable_link_report(db, row.id, &observables, err)) < 0 ||
        (r = report_tell_new(db, a, new_, out, err)) < 0)
        return r;
    return audit_write(
        db, a,
        &(struct audit_entry){.at = new_->received_at,
                              .actor_id = new_->account_id,
                              .actor_name = new_->account_id != 0 ? new_->reporter_name : STR(""),
                              .action = "report.receive",
                              .object_kind = "report",
                              .object_id = row.id,
                              .object_code = out->code,
                              .address = new_->address,
                              .detail = str_printf(a, "{\"channel\":\"%s\"}", new_->channel)},
        err);
}

int report_find(struct db *db, struct arena *a, struct str code, const struct actor *actor,
                int64_t now, int64_t *id, struct err *err)
{
    struct report_id_by_code_row row;
    int r = report_id_by_code(db, a, actor->id, now, code_typed(a, "TB", now, code), &row, err);

    if (r == 0)
        return err_set(err, ERR_NOT_FOUND, "no report " STR_FMT " in reach", STR_ARG(code));
    if (r < 0)
        return r;
    *id = row.id;
    return 0;
}

bool report_is_open(struct str state)
{
    return str_is(state, "new") || str_is(state, "asking");
}

int report_change_join(struct report_change *c, struct db *db, struct arena *a, int64_t id,
                       int64_t version, const struct actor *by, int64_t now, struct err *err)
{
    struct report_may_row may;
    int r;

    *c = (struct report_change){.db = db, .arena = a, .id = id, .by = by, .now = now};
    r = report_may(db, a, by->id, now, id, &may, err);
    if (r == 0 && !may.may_read)
        r = err_set(err, ERR_NOT_FOUND, "no report %" PRId64 " in reach", id);
    if (r == 0 && !may.may_triage)
        r = err_set(err, ERR_FORBIDDEN, "account %" PRId64 " may not decide on report %" PRId64,
                    by->id, id);
    if (r == 0 && (r = report_lock(db, a, id, &c->was, err)) == 0)
        r = err_set(err, ERR_NOT_FOUND, "no report %" PRId64, id);
    if (r == 1 && version != 0 && version != c->was.version)
        r = err_set(err, ERR_CONFLICT, STR_FMT " was decided on meanwhile", STR_ARG(c->was.code));
    return MIN(r, 0);
}

int report_change_begin(struct report_change *c, struct db *db, struct arena *a, int64_t id,
                        int64_t version, const struct actor *by, int64_t now, struct err *err)
{
    int r = db_begin(db, err);

    if (r == 0 && (r = report_change_join(c, db, a, id, version, by, now, err)) < 0)
        db_rollback(db);
    return r;
}

int report_mark(struct db *db, struct arena *a, int64_t id, int64_t version, const char *state,
                int64_t duplicate_of, struct str reason, const struct actor *by, int64_t now,
                int64_t *undo_id, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    bool back = strcmp(state, "new") == 0;
    struct report_decision_row was;
    struct report_change c;
    int64_t r = report_change_begin(&c, db, a, id, version, by, now, err);

    if (r < 0)
        return (int)r;
    if (back == report_is_open(c.was.state))
        return err_set(err, ERR_STATE, STR_FMT " is " STR_FMT " and cannot become %s",
                       STR_ARG(c.was.code), STR_ARG(c.was.state), state);
    if (duplicate_of == id)
        return err_set(err, ERR_INVALID, "a report cannot be a duplicate of itself");
    if ((r = report_decision(db, a, id, &was, err)) < 0 ||
        (r = report_decide(db, id, str_c(state), NO_INT, opt_id(duplicate_of), str_trim(reason),
                           back ? NO_INT : opt_id(by->id), back ? NO_INT : opt_int(now), err)) <
            0 ||
        (back && c.was.incident_id.has &&
         (r = incident_drop_report(db, a, c.was.incident_id.v, id, c.was.code, was.decided_at.v, by,
                                   now, err)) < 0) ||
        (undo_id != NULL && !back && (r = report_keep_decision(&c, &was, undo_id, err)) < 0) ||
        (strcmp(state, "closed") == 0 &&
         (r = report_tell_reporter(db, a, id, c.was.code, N_("[{0}] Answer to your report"),
                                   str_trim(reason), by, now, err)) < 0) ||
        (r = report_audit(
             db, a, id, c.was.code, back ? "report.restore" : "report.mark",
             str_printf(a, "{\"from\":\"" STR_FMT "\",\"to\":\"%s\"}", STR_ARG(c.was.state), state),
             by, now, err)) < 0)
        return (int)r;
    return db_commit(db, err);
}

int report_ask(struct db *db, struct arena *a, int64_t id, struct str question,
               const struct actor *by, int64_t now, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    struct report_change c;
    int64_t r = report_change_begin(&c, db, a, id, 0, by, now, err);

    if (r < 0 || (r = report_message_insert(db, id, now, false, opt_id(by->id), by->name, question,
                                            err)) < 0)
        return (int)r;
    if (report_is_open(c.was.state) && (r = report_set_state(db, id, STR("asking"), err)) < 0)
        return (int)r;
    if ((r = report_tell_reporter(db, a, id, c.was.code,
                                  report_is_open(c.was.state)
                                      ? N_("[{0}] A question on your report")
                                      : N_("[{0}] News of your report"),
                                  question, by, now, err)) < 0)
        return (int)r;
    if ((r = report_audit(db, a, id, c.was.code, "report.ask", STR(""), by, now, err)) < 0)
        return (int)r;
    return db_commit(db, err);
}

int report_answer(struct db *db, struct arena *a, int64_t id, struct str body, struct str files,
                  struct str address, int64_t now, struct err *err)
{
    struct observable_ids observables;
    struct report_lock_row was;
    int64_t r = report_lock(db, a, id, &was, err);

    if (r == 0)
        return err_set(err, ERR_NOT_FOUND, "no report %" PRId64, id);
    if (r < 0 || (r = report_message_insert(db, id, now, true, NO_INT, STR(""), body, err)) < 0 ||
        (r = observable_put_text(db, a, body, now, &observables, err)) < 0 ||
        (r = observable_link_report(db, id, &observables, err)) < 0)
        return (int)r;
    /* An answer puts the report back among those to be looked at. */
    if (str_is(was.state, "asking") && (r = report_set_state(db, id, STR("new"), err)) < 0)
        return (int)r;
    if ((r = report_tell_answer(db, a, id, was.incident_id, body.len > 0 ? body : files, now,
                                err)) < 0)
        return (int)r;
    if (was.incident_id.has &&
        ((r = observable_report_to_incident(db, id, was.incident_id.v, 0, now, err)) < 0 ||
         (r = incident_log_event(db, was.incident_id.v, now, "report", was.code, NULL, now, err)) <
             0))
        return (int)r;
    return audit_write(db, a,
                       &(struct audit_entry){.at = now,
                                             .actor_name = STR(""),
                                             .action = "report.answer",
                                             .object_kind = "report",
                                             .object_id = id,
                                             .object_code = was.code,
                                             .address = address,
                                             .detail = STR("")},
                       err);
}

/* The report becomes part of the incident, inside the open transaction. */
static int join_locked(struct report_change *c, int64_t incident_id, struct err *err)
{
    struct incident_public incident;
    int64_t r;

    if (!report_is_open(c->was.state))
        return err_set(err, ERR_STATE, STR_FMT " was decided on already", STR_ARG(c->was.code));
    if ((r = report_decide(c->db, c->id, STR("incident"), opt_int(incident_id), NO_INT, STR(""),
                           opt_id(c->by->id), opt_int(c->now), err)) < 0 ||
        (r = incident_add_report(c->db, c->arena, incident_id, c->id, c->was.code, c->by, c->now,
                                 err)) < 0 ||
        (r = incident_public(c->db, c->arena, incident_id, &incident, err)) < 0 ||
        (r = report_audit(
             c->db, c->arena, c->id, c->was.code, "report.join",
             str_printf(c->arena, "{\"incident\":\"" STR_FMT "\"}", STR_ARG(incident.code)), c->by,
             c->now, err)) < 0)
        return (int)r;
    return 0;
}

int report_join(struct db *db, struct arena *a, int64_t id, int64_t version, int64_t incident_id,
                const struct actor *by, int64_t now, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    struct report_change c;
    int r = report_change_begin(&c, db, a, id, version, by, now, err);

    if (r < 0 || (r = join_locked(&c, incident_id, err)) < 0)
        return r;
    return db_commit(db, err);
}

int report_open_incident(struct db *db, struct arena *a, int64_t id, int64_t version,
                         const struct incident_new *new_, const struct actor *by, int64_t now,
                         struct str *code, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    struct report_change c;
    int64_t incident_id;
    int r = report_change_begin(&c, db, a, id, version, by, now, err);

    if (r < 0 || (r = incident_create(db, a, new_, by, now, &incident_id, code, err)) < 0 ||
        (r = join_locked(&c, incident_id, err)) < 0)
        return r;
    return db_commit(db, err);
}

int report_assign_owner(struct db *db, struct arena *a, int64_t id, int64_t org_id,
                        const struct actor *by, int64_t now, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    struct report_change c;
    int64_t r = report_change_begin(&c, db, a, id, 0, by, now, err);

    if (r < 0 || (r = actor_require(db, by, PERM_REPORT_TRIAGE, org_id, now, err)) < 0 ||
        (r = report_set_owner(db, id, opt_id(org_id), NO_INT, STR("person"), err)) < 0 ||
        (r = report_audit(db, a, id, c.was.code, "report.owner",
                          str_printf(a, "{\"org\":%" PRId64 "}", org_id), by, now, err)) < 0)
        return (int)r;
    return db_commit(db, err);
}
