#include "app/care/care.h"
#include "app/care/queries.h"

#include <ftw.h>
#include <limits.h>
#include <sodium.h>

int care_look(struct db *db, struct arena *a, int64_t now, struct care_look *out, struct err *err)
{
    struct care_newest_row newest;
    struct care_is_sample_row sample;
    struct care_administrators_row administrators;
    int r;

    if ((r = care_newest(db, a, &newest, err)) < 0 ||
        (r = care_is_sample(db, a, &sample, err)) < 0 ||
        (r = care_administrators(db, a, now, &administrators, err)) < 0)
        return r;
    *out = (struct care_look){
        .newest = newest.at, .sample = sample.sample, .administrators = administrators.n};
    return 0;
}

int care_default_passwords(struct db *db, struct arena *a, const struct str *logins, size_t n,
                           const char *password, struct str *first, int64_t *count, struct err *err)
{
    *count = 0;
    for (size_t i = 0; i < n; i++) {
        struct care_password_of_row row;
        int r = care_password_of(db, a, logins[i], &row, err);

        if (r < 0)
            return r;
        if (r == 0 || crypto_pwhash_str_verify(row.password_hash.ptr, password, strlen(password)))
            continue;
        if (++*count == 1)
            *first = logins[i];
    }
    return 0;
}

/* ---- the store ----------------------------------------------------------------------------- */

struct looking {
    struct arena *arena;
    struct str dir;
    struct care_blobs *out;
};

static int look_for(void *ctx, const struct care_blobs_row *row, struct err *err)
{
    struct looking *l = ctx;
    char path[PATH_MAX];

    l->out->known++;
    if (row->sha256.len < 4)
        return 0;
    snprintf(path, sizeof(path), STR_FMT "/%.2s/%.2s/" STR_FMT ".enc", STR_ARG(l->dir),
             row->sha256.ptr, row->sha256.ptr + 2, STR_ARG(row->sha256));
    if (access(path, F_OK) == 0)
        return 0;
    path[strlen(path) - 4] = '\0';
    if (access(path, F_OK) == 0)
        return 0;
    if (l->out->missing++ == 0)
        l->out->first_missing = str_dup(l->arena, str_c(path));
    return 0;
}

/* nftw has no argument for its caller. */
static _Thread_local struct {
    struct db *db;
    struct looking *l;
    struct err *err;
    int result;
} walk;

static int look_at(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    struct str name = str_c(path + ftw->base);
    struct care_blob_known_row row;
    struct arena_mark mark = arena_mark(walk.l->arena);

    if (type != FTW_F)
        return 0;
    if (str_ends(name, STR(".enc")))
        name.len -= 4;
    walk.result = care_blob_known(walk.db, walk.l->arena, name, &row, walk.err);
    arena_rewind(walk.l->arena, mark);
    if (walk.result == 0 && walk.l->out->orphans++ == 0)
        walk.l->out->first_orphan = str_dup(walk.l->arena, str_c(path));
    return walk.result < 0;
}

int care_blobs_look(struct db *db, struct arena *a, struct str dir, bool orphans,
                    struct care_blobs *out, struct err *err)
{
    struct looking l = {a, str_printf(a, STR_FMT "/blobs", STR_ARG(dir)), out};
    int r;

    *out = (struct care_blobs){0};
    if ((r = care_blobs(db, look_for, &l, err)) < 0 || !orphans || access(l.dir.ptr, F_OK) != 0)
        return r;
    walk.db = db;
    walk.l = &l;
    walk.err = err;
    walk.result = 0;
    if (nftw(l.dir.ptr, look_at, 16, FTW_PHYS) < 0)
        return err_errno(err, "cannot read %s", l.dir.ptr);
    return MIN(walk.result, 0);
}
