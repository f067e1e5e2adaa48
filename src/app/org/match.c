#include "app/org/inner.h"
#include "base/map.h"
#include "base/net.h"
#include "base/text.h"
#include "engine/observe/observe.h"

#include <pthread.h>

/*
 * The names of organisations and systems, kept in memory until one of them changes: a text is
 * searched for all of them at once, whatever their number.
 */
enum { NAME_WORDS = 3 }; /* fewer are words of the language: "sở y" */

struct name {
    struct name *next; /* begins with the same words */
    struct str folded;
    struct org_match_row row;
    struct str told;
};

static struct {
    pthread_mutex_t lock;
    struct arena arena;
    struct map by_words; /* the first NAME_WORDS words of a name, folded */
    struct org_names_stamp_row stamp;
    int64_t serial; /* of the database, 0: nothing is kept */
} names = {.lock = PTHREAD_MUTEX_INITIALIZER};

/* As text_fold, and the longest of titles by its short form. */
static struct str fold_name(struct arena *a, struct str text)
{
    static const char title[] = "uy ban nhan dan";
    struct buf b = buf_make(a);
    struct str rest = text_fold(a, text);
    ptrdiff_t at;

    while ((at = str_find(rest, str_c(title))) >= 0) {
        buf_add(&b, str_sub(rest, 0, (size_t)at));
        buf_add(&b, STR("ubnd"));
        rest = str_from(rest, (size_t)at + sizeof(title) - 1);
    }
    buf_add(&b, rest);
    return buf_str(&b);
}

/* The first NAME_WORDS words of a folded text; empty: it has fewer. */
static struct str first_words(struct str folded)
{
    size_t words = 0;

    for (size_t i = 0; i <= folded.len; i++) {
        if ((i == folded.len || folded.ptr[i] == ' ') && ++words == NAME_WORDS)
            return str_sub(folded, 0, i);
    }
    return STR_EMPTY;
}

static bool same_stamp(const struct org_names_stamp_row *x, const struct org_names_stamp_row *y)
{
    return x->org_at.v == y->org_at.v && x->system_at.v == y->system_at.v &&
           x->org_id.v == y->org_id.v && x->system_id.v == y->system_id.v;
}

static void keep(const struct org_names_all_rows *rows)
{
    arena_clear(&names.arena);
    names.by_words = (struct map){.arena = &names.arena};
    for (size_t i = 0; i < rows->len; i++) {
        const struct org_names_all_row *from = &rows->at[i];
        struct str folded = fold_name(&names.arena, from->name);
        struct str key = first_words(folded);
        struct name *n;

        if (key.len == 0)
            continue;
        n = arena_new(&names.arena, struct name);
        *n = (struct name){map_get(&names.by_words, key),
                           folded,
                           {.org_id = from->org_id,
                            .system_id = from->system_id,
                            .org_name = str_dup(&names.arena, from->org_name),
                            .system_name = str_dup(&names.arena, from->system_name)},
                           str_dup(&names.arena, from->name)};
        map_put(&names.by_words, key, n);
    }
}

/* Under the lock: the names as of the stamp. */
static int refresh(struct db *db, struct arena *a, const struct org_names_stamp_row *stamp,
                   struct err *err)
{
    struct org_names_all_rows rows;
    int r;

    if (names.serial == db_serial(db) && same_stamp(&names.stamp, stamp))
        return 0;
    names.serial = 0;
    if ((r = org_names_all(db, a, &rows, err)) < 0)
        return r;
    keep(&rows);
    names.stamp = *stamp;
    names.serial = db_serial(db);
    return 0;
}

/* The longest name that the text begins with, up to the end of a word; NULL: none. */
static const struct name *name_at(struct str folded)
{
    struct str key = first_words(folded);
    const struct name *longest = NULL;

    if (key.len == 0)
        return NULL;
    for (const struct name *n = map_get(&names.by_words, key); n != NULL; n = n->next) {
        if (str_starts(folded, n->folded) &&
            (folded.len == n->folded.len || folded.ptr[n->folded.len] == ' ') &&
            (longest == NULL || n->folded.len > longest->folded.len))
            longest = n;
    }
    return longest;
}

struct found {
    struct arena *arena;
    struct org_matches *out;
    size_t cap;
    struct org_matches shared; /* by a name that several bear */
    size_t shared_cap;
};

/* Adds what is not there yet. */
static void add_to(struct org_matches *m, size_t *cap, struct found *f,
                   const struct org_match_row *row, const char *why_kind, struct str why_value)
{
    for (size_t i = 0; i < m->len; i++) {
        if (m->at[i].org_id == row->org_id && m->at[i].system_id == row->system_id)
            return;
    }
    if (m->len == *cap)
        m->at = vec_grow(f->arena, m->at, m->len, cap, sizeof(*m->at));
    m->at[m->len++] = (struct org_match){.org_id = row->org_id,
                                         .system_id = row->system_id,
                                         .org_name = str_dup(f->arena, row->org_name),
                                         .system_name = str_dup(f->arena, row->system_name),
                                         .why_kind = str_c(why_kind),
                                         .why_value = str_dup(f->arena, why_value),
                                         .provider = row->provider};
}

static void add(struct found *f, const struct org_match_row *row, const char *why_kind,
                struct str why_value)
{
    add_to(f->out, &f->cap, f, row, why_kind, why_value);
}

/* Everyone of this name. "Cổng thông tin điện tử" is many: which one, only its owner tells. */
static void add_named(struct found *f, const struct name *longest)
{
    bool shared = false;

    for (const struct name *n = map_get(&names.by_words, first_words(longest->folded)); n != NULL;
         n = n->next)
        shared =
            shared ||
            (str_eq(n->folded, longest->folded) &&
             (n->row.org_id != longest->row.org_id || n->row.system_id != longest->row.system_id));
    if (!shared) {
        add(f, &longest->row, "name", longest->told);
        return;
    }
    for (const struct name *n = map_get(&names.by_words, first_words(longest->folded)); n != NULL;
         n = n->next) {
        if (str_eq(n->folded, longest->folded))
            add_to(&f->shared, &f->shared_cap, f, &n->row, "name", n->told);
    }
}

/* Of those that share a name, the systems of organisations that were named as well. */
static void add_shared(struct found *f)
{
    size_t len = f->out->len;

    for (size_t i = 0; i < f->shared.len; i++) {
        const struct org_match *m = &f->shared.at[i];
        struct org_match_row row = {m->org_id, m->system_id, m->org_name, m->system_name, false};

        for (size_t k = 0; k < len; k++) {
            if (f->out->at[k].org_id == m->org_id && !f->out->at[k].provider)
                add(f, &row, "name", m->why_value);
        }
    }
}

/* Whatever is called by its name. What stands inside a longer name is not meant by itself. */
static int match_names(struct found *f, struct db *db, struct str text, struct err *err)
{
    struct str rest = fold_name(f->arena, text);
    struct org_names_stamp_row stamp;
    int r = org_names_stamp(db, f->arena, &stamp, err);

    if (r < 0)
        return r;
    pthread_mutex_lock(&names.lock);
    r = refresh(db, f->arena, &stamp, err);
    while (r == 0 && rest.len > 0) {
        const struct name *n = name_at(rest);
        ptrdiff_t space;

        if (n != NULL) {
            add_named(f, n);
            rest = str_from(rest, n->folded.len);
        }
        space = str_find_char(rest, ' ');
        rest = space < 0 ? STR_EMPTY : str_from(rest, (size_t)space + 1);
    }
    pthread_mutex_unlock(&names.lock);
    return r;
}

/* The name itself, then each domain above it: portal.sub.example.vn, sub.example.vn, example.vn. */
static int match_domain(struct found *f, struct db *db, struct str domain, struct err *err)
{
    struct org_match_rows rows;
    struct str rest = domain;

    while (str_find_char(rest, '.') > 0) {
        int r = org_match_domain(db, f->arena, rest, &rows, err);

        if (r < 0)
            return r;
        for (size_t i = 0; i < rows.len; i++)
            add(f, &rows.at[i], "domain", domain);
        rest = str_from(rest, (size_t)str_find_char(rest, '.') + 1);
    }
    return 0;
}

static int match_address(struct found *f, struct db *db, struct str address, struct err *err)
{
    struct org_match_rows rows;
    uint8_t ip[NET_IP];
    int r;

    if (!net_parse_ip(address, ip))
        return 0;
    r = org_match_address(db, f->arena, str_make((const char *)ip, NET_IP), &rows, err);
    for (size_t i = 0; r == 0 && i < rows.len; i++)
        add(f, &rows.at[i], "address", address);
    return r;
}

static int rank_of(const struct org_match *m)
{
    int system = m->system_id != 0 ? 0 : 1;

    return str_is(m->why_kind, "domain") ? system
           : str_is(m->why_kind, "name") ? 2 + system
           : m->provider                 ? 6
                                         : 4 + system;
}

/* Stable: among equals the first named in the text stays first. */
static void sort(struct org_matches *m)
{
    for (size_t i = 1; i < m->len; i++) {
        struct org_match one = m->at[i];
        size_t k = i;

        for (; k > 0 && rank_of(&m->at[k - 1]) > rank_of(&one); k--)
            m->at[k] = m->at[k - 1];
        m->at[k] = one;
    }
}

/* An organisation that comes first and has a system further down: the system says more. */
static void prefer_system(struct org_matches *m)
{
    for (size_t i = 1; i < m->len && m->at[0].system_id == 0; i++) {
        if (m->at[i].org_id == m->at[0].org_id) {
            struct org_match system = m->at[i];

            memmove(&m->at[1], &m->at[0], i * sizeof(m->at[0]));
            m->at[0] = system;
        }
    }
}

int org_match(struct db *db, struct arena *a, struct str text, struct org_matches *out,
              struct err *err)
{
    struct found f = {.arena = a, .out = out};
    struct observe_hits hits;
    int r;

    *out = (struct org_matches){0};
    if ((r = match_names(&f, db, text, err)) < 0)
        return r;
    observe_extract(text, a, &hits);
    for (size_t i = 0; i < hits.len && r == 0; i++) {
        const struct observe_hit *hit = &hits.items[i];

        if (hit->kind == OBSERVE_DOMAIN)
            r = match_domain(&f, db, hit->value, err);
        else if (hit->kind == OBSERVE_IPV4 || hit->kind == OBSERVE_IPV6)
            r = match_address(&f, db, hit->value, err);
    }
    if (r < 0)
        return r;
    add_shared(&f);
    sort(out);
    prefer_system(out);
    return 0;
}
