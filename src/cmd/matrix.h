#ifndef CMD_MATRIX_H
#define CMD_MATRIX_H

#include "app/account/account.h"

/*
 * Who may do what, page by page: worked out from the route tables and permissions.def, written to
 * docs/permissions.md by `ungcuu permissions`, and compared with a running server by the matrix
 * test.
 */
enum { MATRIX_VISITOR = -1 }; /* otherwise an enum role */

/* Whose record the page is about, seen from the organisation that the role is held for. */
enum matrix_whose { WHOSE_OWN, WHOSE_BELOW, WHOSE_STRANGER, WHOSE_COUNT };

enum matrix_outcome {
    OUTCOME_ALLOWED,
    OUTCOME_SIGN_IN, /* 401, or sent to the sign-in page */
    OUTCOME_DENIED,  /* 403 */
    OUTCOME_HIDDEN,  /* 404: as if it were not there */
};

enum matrix_outcome matrix_expect(const struct http_route *route, int who, enum matrix_whose whose);

/* Whether pages of this route are about one record that belongs to an organisation. */
bool matrix_has_owner(const struct http_route *route);

/* The cell of the table: "yes", "own" (and below), "no", "-" (sign in first). */
const char *matrix_cell(const struct http_route *route, int who);
/* And back; false when it is none of them. */
bool matrix_read_cell(struct str cell, enum matrix_whose whose, enum matrix_outcome *out);

const char *matrix_method(enum http_method method);
void matrix_markdown(struct buf *out);

#endif
