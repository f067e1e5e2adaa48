#include "sys/db/sqlite.h"

#include <errno.h>

/* "UNIQUE constraint failed: org.code, org.kind": the first column. */
static void constraint_field(struct err *err, const char *message)
{
    const char *dot = strrchr(message, ':');
    struct str name;

    if (err == NULL || dot == NULL || (dot = strchr(dot, '.')) == NULL)
        return;
    name = str_c(dot + 1);
    if (str_find_char(name, ',') >= 0)
        name.len = (size_t)str_find_char(name, ',');
    snprintf(err->field, sizeof(err->field), STR_FMT, STR_ARG(name));
}

static int constraint_error(int extended, const char *message, struct err *err)
{
    switch (extended) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
        err_set(err, ERR_EXISTS, "%s", message);
        constraint_field(err, message);
        return ERR_EXISTS;
    case SQLITE_CONSTRAINT_FOREIGNKEY:
        err_set(err, ERR_CONFLICT, "%s", message);
        err_hint(err, "the row refers to one that is not there, or others still refer to it");
        return ERR_CONFLICT;
    default:
        err_set(err, ERR_INVALID, "%s", message);
        constraint_field(err, message);
        return ERR_INVALID;
    }
}

int sqlite_error(sqlite3 *handle, int rc, struct err *err)
{
    static const struct {
        int rc, code;
        const char *hint;
    } kinds[] = {
        {SQLITE_BUSY, ERR_BUSY, "another program is writing to the database; try again"},
        {SQLITE_LOCKED, ERR_BUSY, "try again"},
        {SQLITE_FULL, ERR_NO_SPACE, "make room on the disk of the data directory"},
        {SQLITE_READONLY, ERR_IO, "the file, its -wal and -shm and the directory must be writable"},
        {SQLITE_CANTOPEN, ERR_IO, "check that the directory exists and may be written to"},
        {SQLITE_PERM, ERR_IO, "check owner and mode of the file and its directory"},
        {SQLITE_IOERR, ERR_IO, "the disk may be failing: see the system's log"},
        {SQLITE_CORRUPT, ERR_CORRUPT, "restore the newest backup; keep the damaged file"},
        {SQLITE_NOTADB, ERR_CORRUPT, "the file is not an SQLite database"},
        {SQLITE_INTERRUPT, ERR_TIMEOUT, ""},
        {SQLITE_TOOBIG, ERR_TOO_LARGE, ""},
        {SQLITE_MISMATCH, ERR_INVALID, ""},
        {SQLITE_RANGE, ERR_INTERNAL, ""},
        {SQLITE_MISUSE, ERR_INTERNAL, ""},
    };
    int extended = handle != NULL ? sqlite3_extended_errcode(handle) : rc;
    int system = handle != NULL ? sqlite3_system_errno(handle) : 0;
    const char *message = handle != NULL ? sqlite3_errmsg(handle) : sqlite3_errstr(rc);
    const char *hint = "";
    int code = ERR_DB;

    if ((extended & 0xff) != (rc & 0xff))
        extended = rc;
    rc &= 0xff;
    if (rc == SQLITE_NOMEM)
        die("out of memory in the database");
    if (rc == SQLITE_CONSTRAINT)
        return constraint_error(extended, message, err);
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        if (kinds[i].rc == rc) {
            code = kinds[i].code;
            hint = kinds[i].hint;
        }
    }
    if (rc == SQLITE_IOERR && (system == ENOSPC || system == EDQUOT)) {
        code = ERR_NO_SPACE;
        hint = "make room on the disk of the data directory";
    }
    if (rc == SQLITE_IOERR || rc == SQLITE_CANTOPEN)
        err_set(err, code, "%s (SQLite %d%s%s)", message, extended, system != 0 ? ": " : "",
                system != 0 ? strerror(system) : "");
    else
        err_set(err, code, "%s", message);
    err_hint(err, "%s", hint);
    return code;
}
