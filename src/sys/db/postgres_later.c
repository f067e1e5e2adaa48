#include "sys/db/postgres.h"

/*
 * Statements whose answer nobody waits for ("-- send: later"): libpq's pipeline. The next statement
 * that waits goes with them and a mark behind it, so all are one way to the server and back. After
 * an error the server passes over what follows until the mark.
 */

/* What is not read here is read by nobody: a statement, or the mark. */
static void skip_answer(PGconn *conn)
{
    PGresult *res;

    while ((res = PQgetResult(conn)) != NULL)
        PQclear(res);
}

int postgres_later_answers(struct postgres_lease *l, struct err *err)
{
    int len = l->later_len, r = 0;

    l->later_len = 0;
    if (!PQpipelineSync(l->conn))
        return postgres_error(l->conn, NULL, err);
    for (int i = 0; i < len; i++) {
        PGresult *res = PQgetResult(l->conn);
        ExecStatusType status = PQresultStatus(res);

        if (r == 0 && status != PGRES_COMMAND_OK) {
            r = postgres_error(l->conn, res, err);
            db_err_place(err, l->later[i]);
        }
        PQclear(res);
        if (res != NULL)
            skip_answer(l->conn);
    }
    return r;
}

int postgres_later_end(struct postgres_lease *l, struct err *err)
{
    PGresult *res = PQgetResult(l->conn);
    bool marked = PQresultStatus(res) == PGRES_PIPELINE_SYNC;

    PQclear(res);
    return marked && PQexitPipelineMode(l->conn) ? 0 : postgres_error(l->conn, NULL, err);
}

int postgres_settle(struct postgres_lease *l, struct err *err)
{
    int r, end;

    if (l->later_len == 0)
        return 0;
    r = postgres_later_answers(l, err);
    end = postgres_later_end(l, r < 0 ? NULL : err);
    return r < 0 ? r : end;
}

static int check_commit(PGconn *conn, PGresult *res, struct err *err)
{
    if (PQresultStatus(res) != PGRES_COMMAND_OK)
        return postgres_error(conn, res, err);
    return strcmp(PQcmdStatus(res), "COMMIT") == 0
               ? 0
               : err_set(err, ERR_DB, "the server undid the transaction");
}

int postgres_later_commit(struct postgres_lease *l, struct err *err)
{
    PGresult *res;
    int r, end;

    if (l->later_len == 0) {
        res = PQexec(l->conn, "COMMIT");
        r = check_commit(l->conn, res, err);
        PQclear(res);
        return r;
    }
    if (!PQsendQueryParams(l->conn, "COMMIT", 0, NULL, NULL, NULL, NULL, 0))
        return postgres_error(l->conn, NULL, err);
    r = postgres_later_answers(l, err);
    res = PQgetResult(l->conn);
    if (r == 0)
        r = check_commit(l->conn, res, err);
    PQclear(res);
    if (res != NULL)
        skip_answer(l->conn);
    end = postgres_later_end(l, r < 0 ? NULL : err);
    /* The server passed over COMMIT too: the transaction is still there, and failed. */
    if (PQtransactionStatus(l->conn) == PQTRANS_INERROR)
        postgres_exec(l->conn, "ROLLBACK", NULL);
    return r < 0 ? r : end;
}
