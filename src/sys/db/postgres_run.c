#include "sys/db/postgres.h"

/* Rows that are read and thrown away after a row function said stop; the rest is cancelled. */
enum { DRAIN_ROWS = 1000 };

/* A statement prepared on one connection, and room for its parameters and values. */
struct prepared {
    char name[16];
    const char **params;
    int *lengths;
    int *formats;
    uint64_t *numbers; /* in network order */
    struct db_value *values;
};

static void prepared_drop(void *value)
{
    struct prepared *p = value;

    free(p->params);
    free(p->lengths);
    free(p->formats);
    free(p->numbers);
    free(p->values);
    free(p);
}

void postgres_forget(struct postgres_lease *l)
{
    db_cache_clear(&l->cache, prepared_drop);
    l->prepared = 0;
}

static int prepare_as(PGconn *conn, const char *name, const struct db_statement *st,
                      struct err *err)
{
    Oid *types = db_alloc((size_t)MAX(st->in_len, 1), sizeof(*types));
    PGresult *res;
    int r = 0;

    for (int i = 0; i < st->in_len; i++)
        types[i] = postgres_type(st->in[i].type);
    res = PQprepare(conn, name, st->sql[DB_POSTGRES], st->in_len, types);
    if (PQresultStatus(res) != PGRES_COMMAND_OK)
        r = postgres_error(conn, res, err);
    PQclear(res);
    free(types);
    return r;
}

static int prepare(struct postgres_lease *l, const struct db_statement *st, struct prepared **out,
                   struct err *err)
{
    size_t n = (size_t)MAX(st->in_len, 1);
    struct prepared *p = db_cache_get(&l->cache, st);
    char name[sizeof(p->name)];
    int r;

    *out = p;
    if (p != NULL)
        return 0;
    snprintf(name, sizeof(name), "s%d", l->prepared + 1);
    if ((r = prepare_as(l->conn, name, st, err)) < 0)
        return r;
    l->prepared++;
    p = *out = db_alloc(1, sizeof(*p));
    memcpy(p->name, name, sizeof(name));
    p->params = db_alloc(n, sizeof(*p->params));
    p->lengths = db_alloc(n, sizeof(*p->lengths));
    p->formats = db_alloc(n, sizeof(*p->formats));
    p->numbers = db_alloc(n, sizeof(*p->numbers));
    p->values = db_alloc((size_t)MAX(st->out_len, 1), sizeof(*p->values));
    db_cache_put(&l->cache, st, p);
    return 0;
}

static enum db_plan plan_for(const struct db_statement *st, const struct db_value *in)
{
    for (int i = 0; i < st->in_len; i++) {
        if ((st->replans >> i & 1) != 0 && !in[i].null)
            return DB_PLAN_FRESH;
    }
    return st->plan;
}

static int set_planning(struct postgres_lease *l, enum db_plan plan, struct err *err)
{
    static const char *const commands[] = {
        [DB_PLAN_AUTO] = "SET plan_cache_mode = auto",
        [DB_PLAN_KEPT] = "SET plan_cache_mode = force_generic_plan",
        [DB_PLAN_FRESH] = "SET plan_cache_mode = force_custom_plan",
    };
    int r;

    if (plan == DB_PLAN_ANY || plan == l->planning)
        return 0;
    if ((r = postgres_exec(l->conn, commands[plan], err)) == 0)
        l->planning = plan;
    return r;
}

static void bind(struct prepared *p, const struct db_statement *st, const struct db_value *in)
{
    for (int i = 0; i < st->in_len; i++) {
        bool text = in[i].type == DB_TEXT || in[i].type == DB_BLOB;
        uint64_t bits = 0;

        if (in[i].type == DB_REAL)
            memcpy(&bits, &in[i].r, sizeof(bits));
        else if (!text)
            bits = (uint64_t)in[i].i;
        p->numbers[i] = __builtin_bswap64(bits);
        p->formats[i] = 1;
        p->lengths[i] = text ? (int)in[i].s.len : 8;
        if (in[i].null)
            p->params[i] = NULL;
        else if (!text)
            p->params[i] = (const char *)&p->numbers[i];
        else
            p->params[i] = in[i].s.ptr != NULL ? in[i].s.ptr : "";
    }
}

static int take_columns(PGresult *res, int row, const struct db_statement *st,
                        struct db_value *values, struct err *err)
{
    if (PQnfields(res) != st->out_len)
        return err_set(err, ERR_INTERNAL, "%d columns, declared %d", PQnfields(res), st->out_len);
    for (int i = 0; i < st->out_len; i++) {
        const struct db_column *declared = &st->out[i];
        struct db_value *v = &values[i];

        *v = (struct db_value){.type = declared->type, .null = PQgetisnull(res, row, i)};
        if (v->null && !declared->null)
            return err_set(err, ERR_INTERNAL, "column %s is NULL, declared %s", declared->name,
                           db_type_name(declared->type));
        if (!v->null && !postgres_decode(PQftype(res, i), PQgetvalue(res, row, i),
                                         (size_t)PQgetlength(res, row, i), v))
            return err_set(err, ERR_INTERNAL, "column %s (type %u) is no %s", declared->name,
                           PQftype(res, i), db_type_name(declared->type));
    }
    return 0;
}

static void cancel(PGconn *conn)
{
    PGcancel *c = PQgetCancel(conn);
    char why[256];

    if (c != NULL)
        PQcancel(c, why, sizeof(why));
    PQfreeCancel(c);
}

/* Reads away what is left of the answer. */
static void drain(PGconn *conn)
{
    PGresult *res;
    int n = 0;

    while ((res = PQgetResult(conn)) != NULL) {
        PQclear(res);
        if (++n == DRAIN_ROWS)
            cancel(conn);
    }
}

struct answer {
    const struct db_statement *st;
    struct db_value *values;
    db_row_fn *row;
    void *ctx;
    int64_t rows;    /* seen so far */
    int64_t changed; /* as the server counts them */
};

static int take_result(PGconn *conn, PGresult *res, struct answer *a, struct err *err)
{
    ExecStatusType status = PQresultStatus(res);
    int r;

    if (status == PGRES_COMMAND_OK) {
        str_to_int(str_c(PQcmdTuples(res)), &a->changed);
        return 0;
    }
    if (status != PGRES_SINGLE_TUPLE && status != PGRES_TUPLES_OK) {
        r = postgres_error(conn, res, err);
        db_err_place(err, a->st);
        return r;
    }
    for (int i = 0; i < PQntuples(res); i++) {
        if ((r = take_columns(res, i, a->st, a->values, err)) < 0) {
            db_err_place(err, a->st);
            return r;
        }
        a->rows++;
        if (a->row != NULL && (r = a->row(a->ctx, a->values, err)) < 0)
            return r;
    }
    return 0;
}

/* Prepared, planned as it shall be, and sent. What went wrong before it is not of its place. */
static int send_statement(struct postgres_lease *l, const struct db_statement *st,
                          const struct db_value *in, struct prepared **p, struct err *err)
{
    enum db_plan plan = st->later ? DB_PLAN_ANY : plan_for(st, in);
    bool ready =
        (plan == DB_PLAN_ANY || plan == l->planning) && db_cache_get(&l->cache, st) != NULL;
    int r;

    if (!ready && (r = postgres_settle(l, err)) < 0)
        return r;
    if ((r = set_planning(l, plan, err)) < 0 || (r = prepare(l, st, p, err)) < 0) {
        db_err_place(err, st);
        return r;
    }
    bind(*p, st, in);
    if (st->later && l->later_len == 0)
        PQenterPipelineMode(l->conn);
    if (PQsendQueryPrepared(l->conn, (*p)->name, st->in_len, (*p)->params, (*p)->lengths,
                            (*p)->formats, 1))
        return 0;
    r = postgres_error(l->conn, NULL, err);
    db_err_place(err, st);
    return r;
}

static int run_later(struct postgres_lease *l, const struct db_statement *st,
                     const struct db_value *in, struct err *err)
{
    struct prepared *p;
    int r = 0;

    if (l->later_len == POSTGRES_LATER)
        r = postgres_settle(l, err);
    if (r == 0 && (r = send_statement(l, st, in, &p, err)) == 0)
        l->later[l->later_len++] = st;
    return r;
}

static int run_once(struct postgres_lease *l, struct answer *a, const struct db_value *in,
                    struct err *err)
{
    const struct db_statement *st = a->st;
    struct prepared *p;
    PGresult *res;
    bool others;
    int r;

    if ((r = send_statement(l, st, in, &p, err)) < 0)
        return r;
    a->values = p->values;
    others = l->later_len > 0;
    if (others)
        r = postgres_later_answers(l, err);
    if (st->out_len > 0)
        PQsetSingleRowMode(l->conn);
    while (r == 0 && (res = PQgetResult(l->conn)) != NULL) {
        r = take_result(l->conn, res, a, err);
        PQclear(res);
    }
    if (r < 0)
        drain(l->conn);
    if (others) {
        int end = postgres_later_end(l, r < 0 ? NULL : err);

        r = r < 0 ? r : end;
    }
    return r;
}

int64_t postgres_run(struct db *db, const struct db_statement *st, const struct db_value *in,
                     db_row_fn *row, void *ctx, struct err *err)
{
    struct postgres_lease *l = (struct postgres_lease *)db;
    struct answer a = {.st = st, .row = row, .ctx = ctx};
    struct err own = {0};
    int r = st->later ? run_later(l, st, in, &own) : run_once(l, &a, in, &own);

    /* The server went away while the connection was idle: nothing was begun, nothing was seen. */
    if (r < 0 && PQstatus(l->conn) == CONNECTION_BAD && !db->in_transaction && !db->snapshot &&
        a.rows == 0 && postgres_ensure(l, &own) == 0)
        r = run_once(l, &a, in, &own);
    /* "cached plan must not change result type": a migration ran meanwhile. */
    if (r == ERR_DB && strstr(own.what, "0A000") != NULL)
        l->stale = true;
    if (r < 0) {
        if (err != NULL)
            *err = own;
        return r;
    }
    return st->out_len > 0 ? a.rows : a.changed;
}

static int check_columns(PGresult *res, const struct db_statement *st, struct err *err)
{
    if (PQnparams(res) > st->in_len)
        return err_set(err, ERR_INTERNAL, "parameter %d is not declared", PQnparams(res));
    if (PQnfields(res) != st->out_len)
        return err_set(err, ERR_INTERNAL, "%d columns, declared %d", PQnfields(res), st->out_len);
    for (int i = 0; i < st->out_len; i++) {
        const char *name = PQfname(res, i);

        if (strcmp(name, st->out[i].name) != 0)
            return err_set(err, ERR_INTERNAL, "column %d is named %s, declared %s", i + 1, name,
                           st->out[i].name);
        if (!postgres_type_fits(PQftype(res, i), st->out[i].type))
            return err_set(err, ERR_INTERNAL, "column %s has the type number %u, declared %s", name,
                           PQftype(res, i), db_type_name(st->out[i].type));
    }
    return 0;
}

int postgres_check(struct db *db, const struct db_statement *st, struct err *err)
{
    struct postgres_lease *l = (struct postgres_lease *)db;
    PGresult *res;
    int r;

    if ((r = postgres_settle(l, err)) == 0 && (r = prepare_as(l->conn, "", st, err)) == 0) {
        res = PQdescribePrepared(l->conn, "");
        r = PQresultStatus(res) == PGRES_COMMAND_OK ? check_columns(res, st, err)
                                                    : postgres_error(l->conn, res, err);
        PQclear(res);
    }
    if (r < 0)
        db_err_place(err, st);
    return r;
}

/* ---- COPY ---------------------------------------------------------------------------------- */

int postgres_copy_begin(struct db *db, const char *sql, struct err *err)
{
    struct postgres_lease *l = (struct postgres_lease *)db;
    PGresult *res;
    int r = postgres_settle(l, err);

    if (r < 0)
        return r;
    res = PQexec(l->conn, sql);
    r = PQresultStatus(res) == PGRES_COPY_IN ? 0 : postgres_error(l->conn, res, err);
    PQclear(res);
    return r;
}

int postgres_copy_put(struct db *db, struct str text, struct err *err)
{
    struct postgres_lease *l = (struct postgres_lease *)db;

    return PQputCopyData(l->conn, text.ptr, (int)text.len) == 1
               ? 0
               : postgres_error(l->conn, NULL, err);
}

int postgres_copy_end(struct db *db, struct err *err)
{
    struct postgres_lease *l = (struct postgres_lease *)db;
    int r = PQputCopyEnd(l->conn, NULL) == 1 ? 0 : postgres_error(l->conn, NULL, err);
    PGresult *res;

    while ((res = PQgetResult(l->conn)) != NULL) {
        if (r == 0 && PQresultStatus(res) != PGRES_COMMAND_OK)
            r = postgres_error(l->conn, res, err);
        PQclear(res);
    }
    return r;
}
