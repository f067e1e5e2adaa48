#include "sys/db/postgres.h"

/* The longest prefix of the SQLSTATE that is listed decides: PostgreSQL's manual, appendix A. */
static const struct {
    const char *state;
    int code;
    const char *hint;
} states[] = {
    {"08", ERR_UNAVAILABLE, "is the database server running?"},
    {"0A000", ERR_DB, "the schema changed: try again"},
    {"22", ERR_INVALID, ""},
    {"23505", ERR_EXISTS, ""},
    {"23503", ERR_CONFLICT, "the row refers to one that is not there, or others still refer to it"},
    {"23", ERR_INVALID, ""},
    {"25006", ERR_IO, "the server takes no changes: is it a standby, or set read-only?"},
    {"28", ERR_DB, "check the user and the password in the database URL, and pg_hba.conf"},
    {"3D000", ERR_NOT_FOUND, "create it: createdb --encoding=UTF8 NAME"},
    {"40", ERR_BUSY, "another change came between: try again"},
    {"42501", ERR_DB, "the database user must own the schema's tables"},
    {"53100", ERR_NO_SPACE, "make room on the disk of the database server"},
    {"53300", ERR_BUSY, "raise max_connections on the server or use fewer connections"},
    {"53", ERR_UNAVAILABLE, "the database server lacks memory or another resource"},
    {"54", ERR_TOO_LARGE, ""},
    {"55P03", ERR_BUSY, "another change holds the row: try again"},
    {"57014", ERR_TIMEOUT, "the statement took longer than the time allowed"},
    {"57P", ERR_UNAVAILABLE, "the database server is stopping or starting: try again"},
    {"58030", ERR_IO, "the disk may be failing: see the server's log"},
    {"XX001", ERR_CORRUPT, "restore the newest backup; keep the damaged cluster"},
    {"XX002", ERR_CORRUPT, "REINDEX repairs an index; restore a backup when it does not"},
};

/* The first column of "Key (kind, value)=(...) already exists."; the words around are translated by
 * the server, the parentheses are not. */
static void unique_field(struct err *err, const char *detail)
{
    const char *open = detail != NULL ? strchr(detail, '(') : NULL;

    if (open == NULL || err == NULL)
        return;
    snprintf(err->field, sizeof(err->field), "%.*s", (int)strcspn(open + 1, ",)"), open + 1);
}

/* Without the severity in front and the line end behind. */
static struct str connection_message(PGconn *conn)
{
    return str_trim(str_c(PQerrorMessage(conn)));
}

int postgres_error(PGconn *conn, const PGresult *res, struct err *err)
{
    const char *state = res != NULL ? PQresultErrorField(res, PG_DIAG_SQLSTATE) : NULL;
    const char *message = res != NULL ? PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY) : NULL;
    const char *column;
    size_t best = 0, length = 0;

    if (state == NULL || message == NULL) {
        struct str text = connection_message(conn);

        err_set(err, ERR_UNAVAILABLE, "PostgreSQL: " STR_FMT, STR_ARG(text));
        err_hint(err, "is the database server running?");
        return ERR_UNAVAILABLE;
    }
    for (size_t i = 0; i < ARRAY_LEN(states); i++) {
        size_t n = strlen(states[i].state);

        if (n > length && strncmp(state, states[i].state, n) == 0) {
            best = i;
            length = n;
        }
    }
    if (length == 0)
        return err_set(err, ERR_DB, "%s (SQLSTATE %s)", message, state);
    err_set(err, states[best].code, "%s (SQLSTATE %s)", message, state);
    err_hint(err, "%s", states[best].hint);
    column = PQresultErrorField(res, PG_DIAG_COLUMN_NAME);
    if (states[best].code == ERR_EXISTS)
        unique_field(err, PQresultErrorField(res, PG_DIAG_MESSAGE_DETAIL));
    else if (column != NULL)
        err_field(err, column);
    return states[best].code;
}

int postgres_exec(PGconn *conn, const char *sql, struct err *err)
{
    PGresult *res = PQexec(conn, sql);
    ExecStatusType status = PQresultStatus(res);
    int r = 0;

    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        r = postgres_error(conn, res, err);
    PQclear(res);
    return r;
}
