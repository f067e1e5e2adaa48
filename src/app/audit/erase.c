#include "app/audit/inner.h"
#include "base/json.h"
#include "base/random.h"

void audit_salt(char out[2 * AUDIT_SALT + 1])
{
    unsigned char bytes[AUDIT_SALT];

    random_bytes(bytes, sizeof(bytes));
    sodium_bin2hex(out, 2 * AUDIT_SALT + 1, bytes, sizeof(bytes));
}

static void add_text(crypto_hash_sha256_state *s, struct str text)
{
    unsigned char length[8];
    uint64_t n = text.len;

    for (int i = 7; i >= 0; i--, n >>= 8)
        length[i] = (unsigned char)n;
    crypto_hash_sha256_update(s, length, sizeof(length));
    crypto_hash_sha256_update(s, (const unsigned char *)text.ptr, text.len);
}

static void end(crypto_hash_sha256_state *s, char out[AUDIT_HASH_HEX])
{
    unsigned char digest[crypto_hash_sha256_BYTES];

    crypto_hash_sha256_final(s, digest);
    sodium_bin2hex(out, AUDIT_HASH_HEX, digest, sizeof(digest));
}

/* What is left of a row and may be seen. */
static void seen_hash(struct str salt, struct str hash, const struct audit_texts *t,
                      char out[AUDIT_HASH_HEX])
{
    crypto_hash_sha256_state s;

    crypto_hash_sha256_init(&s);
    add_text(&s, salt);
    add_text(&s, hash);
    add_text(&s, t->actor_name);
    add_text(&s, t->object_code);
    add_text(&s, t->address);
    add_text(&s, t->detail);
    end(&s, out);
}

bool audit_is_as_attested(const struct audit_row *row)
{
    const struct audit_texts t = {.actor_name = row->actor_name,
                                  .object_code = row->object_code,
                                  .address = row->address,
                                  .detail = row->detail};
    char hash[AUDIT_HASH_HEX];

    seen_hash(row->seen_salt, row->hash, &t, hash);
    return row->salt.len == 0 && str_is(row->seen, hash);
}

/* ---- erasing ------------------------------------------------------------------------------- */

static void add_to_list(crypto_hash_sha256_state *list, int64_t row_seq, struct str seen)
{
    char number[24];

    snprintf(number, sizeof(number), "%" PRId64, row_seq);
    add_text(list, str_c(number));
    add_text(list, seen);
}

static int erase_row(struct db *db, struct arena *a, int64_t entry_seq, const struct audit_texts *t,
                     crypto_hash_sha256_state *list, struct err *err)
{
    struct audit_texts left = *t;
    struct audit_one_row row;
    char salt[2 * AUDIT_SALT + 1], seen[AUDIT_HASH_HEX];
    int64_t n;
    int r;

    if ((r = audit_one(db, a, t->seq, &row, err)) <= 0)
        return r < 0 ? r : err_set(err, ERR_NOT_FOUND, "there is no audit entry %" PRId64, t->seq);
    if (str_is(row.action, AUDIT_ERASE))
        left.detail = row.detail;
    audit_salt(salt);
    seen_hash(str_c(salt), row.hash, &left, seen);
    add_to_list(list, t->seq, str_c(seen));
    if ((n = audit_erasure_forget(db, t->seq, err)) < 0 ||
        (n = audit_erasure_add(db, entry_seq, t->seq, str_c(salt), str_c(seen), err)) < 0 ||
        (n = audit_replace(db, t->seq, left.actor_name, left.object_code, left.address, left.detail,
                           err)) < 0)
        return (int)n;
    return 0;
}

int audit_erase(struct db *db, struct arena *a, const struct audit_texts *rows, size_t n,
                const struct audit_entry *entry, struct str reason, struct err *err)
{
    struct audit_entry e = *entry;
    struct audit_chain *chain;
    crypto_hash_sha256_state list;
    struct buf detail = buf_make(a);
    struct json_writer w;
    char digest[AUDIT_HASH_HEX];
    int r;

    crypto_hash_sha256_init(&list);
    /* The number that the entry will have. */
    if ((r = audit_chain_lock(db, a, &chain, err)) < 0)
        return r;
    for (size_t i = 0; i < n; i++) {
        if ((r = erase_row(db, a, chain->seq + 1, &rows[i], &list, err)) < 0)
            return r;
    }
    end(&list, digest);
    json_w_init(&w, &detail);
    json_w_object(&w);
    json_w_kint(&w, "rows", (int64_t)n);
    json_w_kstr(&w, "digest", str_c(digest));
    json_w_kstr(&w, "reason", reason);
    json_w_end(&w);
    e.action = AUDIT_ERASE;
    e.detail = buf_str(&detail);
    return audit_write(db, a, &e, err);
}

/* ---- checking ------------------------------------------------------------------------------ */

void audit_attested_note(struct audit_attested *a, const struct audit_row *row)
{
    struct audit_attest *e;
    struct json j;

    if (!str_is(row->action, AUDIT_ERASE))
        return;
    e = vec_push(&a->entries, a->arena);
    e->seq = row->seq;
    json_init(&j, row->detail);
    json_next(&j);
    while (json_next(&j) == JSON_KEY) {
        if (str_is(j.text, "rows") && json_next(&j) == JSON_NUMBER)
            json_int(&j, &e->rows);
        else if (str_is(j.text, "digest") && json_next(&j) == JSON_STRING)
            e->digest = str_dup(a->arena, j.text);
        else
            json_next(&j);
    }
}

struct listing {
    const struct audit_attested *attested;
    size_t at;    /* entry whose rows come now */
    int64_t rows; /* of it, so far */
    crypto_hash_sha256_state list;
};

static int unattested(struct err *err, int64_t seq)
{
    return err_set(err, ERR_CORRUPT,
                   "what audit entry %" PRId64 " says was erased is not what was erased", seq);
}

static int close_entry(struct listing *l, struct err *err)
{
    const struct audit_attest *e = &l->attested->entries.at[l->at];
    char digest[AUDIT_HASH_HEX];

    end(&l->list, digest);
    if (l->rows != e->rows || !str_is(e->digest, digest))
        return unattested(err, e->seq);
    crypto_hash_sha256_init(&l->list);
    l->rows = 0;
    l->at++;
    return 0;
}

static int list_row(void *ctx, const struct audit_erasure_each_row *row, struct err *err)
{
    struct listing *l = ctx;
    int r;

    while (l->at < l->attested->entries.len &&
           l->attested->entries.at[l->at].seq < row->entry_seq) {
        if ((r = close_entry(l, err)) < 0)
            return r;
    }
    if (l->at == l->attested->entries.len || l->attested->entries.at[l->at].seq != row->entry_seq)
        return err_set(err, ERR_CORRUPT, "audit entry %" PRId64 " was erased without an entry",
                       row->row_seq);
    add_to_list(&l->list, row->row_seq, row->seen);
    l->rows++;
    return 0;
}

int audit_attested_check(struct db *db, const struct audit_attested *a, struct err *err)
{
    struct listing l = {.attested = a};
    int r;

    crypto_hash_sha256_init(&l.list);
    if ((r = audit_erasure_each(db, list_row, &l, err)) < 0)
        return r;
    while (l.at < a->entries.len) {
        if ((r = close_entry(&l, err)) < 0)
            return r;
    }
    return 0;
}
