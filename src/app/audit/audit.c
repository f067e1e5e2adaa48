#include "base/base.h"

#include "app/audit/audit.h"
#include "app/audit/inner.h"
#include "app/audit/queries.h"

#include <inttypes.h>

/* ---- a link of the chain -------------------------------------------------------------------- */

/* Numbers in network order, texts behind their length: no two rows have the same bytes. */
static void hash_int(crypto_hash_sha256_state *s, int64_t n)
{
    unsigned char bytes[8];

    for (int i = 7; i >= 0; i--, n >>= 8)
        bytes[i] = (unsigned char)n;
    crypto_hash_sha256_update(s, bytes, sizeof(bytes));
}

static void hash_opt(crypto_hash_sha256_state *s, struct opt_int n)
{
    hash_int(s, n.has);
    hash_int(s, n.has ? n.v : 0);
}

static void hash_text(crypto_hash_sha256_state *s, struct str text)
{
    hash_int(s, (int64_t)text.len);
    crypto_hash_sha256_update(s, (const unsigned char *)text.ptr, text.len);
}

/* Hexadecimal SHA-256 over everything in the row but its own hash. Rows of former versions have no
 * salt, and their hash nothing of it. */
static void link_hash(const struct audit_row *row, char out[AUDIT_HASH_HEX])
{
    crypto_hash_sha256_state s;
    unsigned char digest[crypto_hash_sha256_BYTES];

    crypto_hash_sha256_init(&s);
    hash_text(&s, row->prev_hash);
    hash_int(&s, row->seq);
    hash_int(&s, row->at);
    hash_opt(&s, row->actor_id);
    hash_text(&s, row->actor_name);
    hash_text(&s, row->action);
    hash_text(&s, row->object_kind);
    hash_opt(&s, row->object_id);
    hash_text(&s, row->object_code);
    hash_text(&s, row->address);
    hash_text(&s, row->detail);
    if (row->salt.len > 0)
        hash_text(&s, row->salt);
    crypto_hash_sha256_final(&s, digest);
    sodium_bin2hex(out, AUDIT_HASH_HEX, digest, sizeof(digest));
}

/* ---- writing -------------------------------------------------------------------------------- */

static struct opt_int id_or_none(int64_t id)
{
    return id != 0 ? opt_int(id) : NO_INT;
}

/* A row that one transaction changes again and again is read through all its former versions on
 * PostgreSQL: the head is moved once. */
static int move_head(struct db *db, const void *state, struct err *err)
{
    const struct audit_chain *c = state;
    int64_t n = c->moved ? audit_head_move(db, c->seq, str_c(c->hash), err) : 0;

    return (int)MIN(n, 0);
}

int audit_chain_lock(struct db *db, struct arena *a, struct audit_chain **out, struct err *err)
{
    struct audit_chain *c = *out = db_last(db, move_head);
    struct audit_head_row head;
    int r;

    if (c->locked)
        return 0;
    if ((r = audit_head_lock(db, a, &head, err)) < 0)
        return r;
    if (head.hash.len != sizeof(c->hash) - 1)
        return err_set(err, ERR_CORRUPT, "the head of the audit log has no hash");
    c->seq = head.seq;
    memcpy(c->hash, head.hash.ptr, head.hash.len);
    c->locked = true;
    return 0;
}

int audit_write(struct db *db, struct arena *a, const struct audit_entry *e, struct err *err)
{
    struct audit_chain *chain;
    struct audit_row row;
    char hash[AUDIT_HASH_HEX], salt[2 * AUDIT_SALT + 1];
    int64_t n;
    int r;

    if (!db_in_transaction(db))
        return err_set(err, ERR_INTERNAL, "audit_write(%s) outside a transaction", e->action);
    if ((r = audit_chain_lock(db, a, &chain, err)) < 0)
        return r;
    audit_salt(salt);
    row = (struct audit_row){
        .seq = chain->seq + 1,
        .at = e->at,
        .actor_id = id_or_none(e->actor_id),
        .actor_name = e->actor_name,
        .action = str_c(e->action),
        .object_kind = str_c(e->object_kind),
        .object_id = id_or_none(e->object_id),
        .object_code = e->object_code,
        .address = e->address,
        .detail = e->detail,
        .prev_hash = str_c(chain->hash),
        .salt = str_c(salt),
    };
    link_hash(&row, hash);
    row.hash = str_c(hash);
    if ((n = audit_add(db, row.seq, row.at, row.actor_id, row.actor_name, row.action,
                       row.object_kind, row.object_id, row.object_code, row.address, row.detail,
                       row.prev_hash, row.hash, row.salt, err)) < 0)
        return (int)n;
    chain->seq = row.seq;
    memcpy(chain->hash, hash, sizeof(hash));
    chain->moved = true;
    return 0;
}

int audit_head(struct db *db, struct arena *a, struct audit_head *out, struct err *err)
{
    const struct audit_chain *own = db_last_state(db, move_head);
    struct audit_head_row head;
    int r;

    if (own != NULL && own->locked) {
        *out = (struct audit_head){.seq = own->seq, .hash = str_dup(a, str_c(own->hash))};
        return 0;
    }
    if ((r = audit_head_read(db, a, &head, err)) < 0)
        return r;
    *out = (struct audit_head){.seq = head.seq, .hash = head.hash};
    return 0;
}

/* ---- checking ------------------------------------------------------------------------------- */

struct walk {
    int64_t seq;               /* of the last row seen */
    char hash[AUDIT_HASH_HEX]; /* of the last row seen */
    const struct audit_head *head;
    bool head_fits; /* the row that the head names was seen, with the hash it names */
    struct audit_attested attested;
    struct str earlier; /* a head of former times, or empty */
    bool earlier_seen;
};

static int broken(const struct walk *w, struct err *err, const char *what)
{
    err_set(err, ERR_CORRUPT, "audit entry %" PRId64 " %s", w->seq + 1, what);
    err_hint(err, "entries before it are intact; compare the rest with a backup");
    return ERR_CORRUPT;
}

static int walk_row(void *ctx, const struct audit_row *row, struct err *err)
{
    struct walk *w = ctx;
    char hash[AUDIT_HASH_HEX];

    if (row->seq > w->seq + 1)
        return broken(w, err, "is missing");
    if (row->seq < w->seq + 1)
        return broken(w, err, "is preceded by one that does not belong there");
    if (!str_is(row->prev_hash, w->hash))
        return broken(w, err, "does not follow the one before it: reordered or edited");
    link_hash(row, hash);
    if (row->seen.ptr != NULL && !audit_is_as_attested(row))
        return broken(w, err, "was edited after personal data was erased from it");
    if (row->seen.ptr == NULL && !str_is(row->hash, hash))
        return broken(w, err, "was edited");
    if (row->hash.len != AUDIT_HASH_HEX - 1)
        return broken(w, err, "has no hash");
    memcpy(hash, row->hash.ptr, sizeof(hash));
    audit_attested_note(&w->attested, row);
    w->seq = row->seq;
    memcpy(w->hash, hash, sizeof(hash));
    if (w->seq == w->head->seq)
        w->head_fits = str_is(w->head->hash, hash);
    w->earlier_seen |= str_is(w->earlier, hash);
    return 0;
}

static int verify_through(struct db *db, struct str earlier, int64_t *checked, struct err *err)
{
    _cleanup_(arena_release) struct arena a = {0};
    struct audit_head head;
    struct walk w = {.head = &head, .earlier = earlier, .attested.arena = &a};
    int r;

    *checked = 0;
    memset(w.hash, '0', AUDIT_HASH_HEX - 1);
    /* The head is read first: what others add meanwhile lies behind it and is walked too. */
    if ((r = audit_head(db, &a, &head, err)) < 0)
        return r;
    w.head_fits = head.seq == 0 && str_is(head.hash, w.hash);
    if ((r = audit_each(db, walk_row, &w, err)) < 0)
        return r;
    if ((r = audit_attested_check(db, &w.attested, err)) < 0)
        return r;
    *checked = w.seq;
    if (w.seq < head.seq)
        return broken(&w, err, "and everything after it is missing: the log was truncated");
    if (!w.head_fits) {
        err_set(err, ERR_CORRUPT, "the head of the audit log does not fit entry %" PRId64,
                head.seq);
        return ERR_CORRUPT;
    }
    if (earlier.len > 0 && !w.earlier_seen)
        return err_set(err, ERR_CORRUPT,
                       "no audit entry has the hash " STR_FMT ": the log was written anew",
                       STR_ARG(earlier));
    return 0;
}

/* Of one moment: what others erase meanwhile must not look like a contradiction. */
int audit_verify_through(struct db *db, struct str earlier, int64_t *checked, struct err *err)
{
    bool alone = !db_in_transaction(db);
    int r;

    if (alone && (r = db_snapshot_begin(db, err)) < 0)
        return r;
    r = verify_through(db, earlier, checked, err);
    if (alone)
        db_snapshot_end(db);
    return r;
}

int audit_verify(struct db *db, int64_t *checked, struct err *err)
{
    return audit_verify_through(db, STR_EMPTY, checked, err);
}
