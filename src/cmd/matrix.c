#include "cmd/matrix.h"

#include "cmd/routes.h"

/* What decides inside a page that every signed-in person may ask for. */
static const struct {
    const char *scope;
    enum permission permission;
} inner[] = {
    {"file", PERM_INCIDENT_READ},
};

static bool is(const char *a, const char *b)
{
    return strcmp(a, b) == 0;
}

bool matrix_has_owner(const struct http_route *route)
{
    return !is(route->permission, "public") && !is(route->scope, "none") &&
           !is(route->scope, "site");
}

/* The permission that the page asks for; -1 when being signed in is enough. *hides: those without
 * it are told that there is nothing. */
static int permission_of(const struct http_route *route, bool *hides)
{
    enum permission p;

    *hides = false;
    if (permission_from_name(route->permission, &p))
        return (int)p;
    for (size_t i = 0; i < ARRAY_LEN(inner); i++) {
        if (is(route->scope, inner[i].scope)) {
            *hides = true;
            return (int)inner[i].permission;
        }
    }
    return -1;
}

enum matrix_outcome matrix_expect(const struct http_route *route, int who, enum matrix_whose whose)
{
    bool hides;
    int p = permission_of(route, &hides);

    if (is(route->permission, "public"))
        return OUTCOME_ALLOWED;
    if (who == MATRIX_VISITOR)
        return OUTCOME_SIGN_IN;
    if (p < 0)
        return OUTCOME_ALLOWED;
    if (!role_may((enum role)who, (enum permission)p))
        return hides ? OUTCOME_HIDDEN : OUTCOME_DENIED;
    return matrix_has_owner(route) && whose == WHOSE_STRANGER ? OUTCOME_HIDDEN : OUTCOME_ALLOWED;
}

/* Each kind of cell and what it stands for. */
static const struct {
    const char *text;
    enum matrix_outcome outcomes[WHOSE_COUNT];
} cells[] = {
    {"yes", {OUTCOME_ALLOWED, OUTCOME_ALLOWED, OUTCOME_ALLOWED}},
    {"own", {OUTCOME_ALLOWED, OUTCOME_ALLOWED, OUTCOME_HIDDEN}},
    {"no", {OUTCOME_DENIED, OUTCOME_DENIED, OUTCOME_DENIED}},
    {"-", {OUTCOME_SIGN_IN, OUTCOME_SIGN_IN, OUTCOME_SIGN_IN}},
    {"hidden", {OUTCOME_HIDDEN, OUTCOME_HIDDEN, OUTCOME_HIDDEN}},
    {"top", {OUTCOME_DENIED, OUTCOME_DENIED, OUTCOME_DENIED}},
};

const char *matrix_cell(const struct http_route *route, int who)
{
    if (is(route->scope, "site") && matrix_expect(route, who, WHOSE_OWN) == OUTCOME_ALLOWED)
        return "top";
    for (size_t i = 0; i < ARRAY_LEN(cells); i++) {
        bool fits = true;
        for (int w = 0; w < WHOSE_COUNT; w++)
            fits &= cells[i].outcomes[w] == matrix_expect(route, who, (enum matrix_whose)w);
        if (fits)
            return cells[i].text;
    }
    die("no word for what %s does for role %d", route->pattern, who);
}

bool matrix_read_cell(struct str cell, enum matrix_whose whose, enum matrix_outcome *out)
{
    for (size_t i = 0; i < ARRAY_LEN(cells); i++) {
        if (str_is(cell, cells[i].text)) {
            *out = cells[i].outcomes[whose];
            return true;
        }
    }
    return false;
}

const char *matrix_method(enum http_method method)
{
    static const char *const names[] = {
        [HTTP_GET] = "GET", [HTTP_HEAD] = "HEAD",   [HTTP_POST] = "POST",
        [HTTP_PUT] = "PUT", [HTTP_PATCH] = "PATCH", [HTTP_DELETE] = "DELETE",
    };

    return names[method];
}

/* ---- the page ----------------------------------------------------------------------------------
 */

static void rule(struct buf *out, int columns)
{
    for (int i = 0; i < columns; i++)
        buf_add_c(out, "| --- ");
    buf_add_c(out, "|\n");
}

static void roles_table(struct buf *out)
{
    static const char *const vietnamese[] = {
#define ROLE(name, vi, en) vi,
#include "app/account/roles.def"
#undef ROLE
    };

    buf_add_c(out, "| role | in English | in Vietnamese |\n");
    rule(out, 3);
    for (int r = 0; r < ROLE_COUNT; r++)
        buf_printf(out, "| `%s` | %s | %s |\n", role_name((enum role)r), role_label((enum role)r),
                   vietnamese[r]);
}

static void role_columns(struct buf *out)
{
    for (int r = 0; r < ROLE_COUNT; r++)
        buf_printf(out, " %s |", role_name((enum role)r));
    buf_add_char(out, '\n');
}

static void permissions_table(struct buf *out)
{
    buf_add_c(out, "| permission | what |");
    role_columns(out);
    rule(out, 2 + ROLE_COUNT);
    for (int p = 0; p < PERM_COUNT; p++) {
        buf_printf(out, "| `%s` | %s |", permission_name((enum permission)p),
                   permission_label((enum permission)p));
        for (int r = 0; r < ROLE_COUNT; r++)
            buf_add_c(out, role_may((enum role)r, (enum permission)p) ? " yes |" : "  |");
        buf_add_char(out, '\n');
    }
}

static void route_row(struct buf *out, const struct http_route *route)
{
    buf_printf(out, "| %s | `%s` | `%s` | %s | %s |", matrix_method(route->method), route->pattern,
               route->permission, route->scope, matrix_cell(route, MATRIX_VISITOR));
    for (int r = 0; r < ROLE_COUNT; r++)
        buf_printf(out, " %s |", matrix_cell(route, r));
    buf_add_char(out, '\n');
}

static void routes_table(struct buf *out)
{
    const size_t *lens = route_lens();

    buf_add_c(out, "| method | page | asks for | record | visitor |");
    role_columns(out);
    rule(out, 5 + ROLE_COUNT);
    for (size_t t = 0; t < route_tables_len; t++) {
        for (size_t i = 0; i < lens[t]; i++)
            route_row(out, &route_tables[t][i]);
    }
}

void matrix_markdown(struct buf *out)
{
    buf_add_c(
        out,
        "# Who may do what\n\n"
        "Written by `ungcuu permissions`; do not edit. The matrix test asks a running server for "
        "every\n"
        "line below, as every role, for a record of the role's own organisation, of one below it "
        "and\n"
        "of a stranger, and fails when an answer differs or a line is missing.\n\n"
        "## Roles\n\n"
        "A role is granted to an account for one organisation, holds for everything below it, and "
        "for\n"
        "a period. Who holds several may do what any of them may, each where it was granted.\n\n");
    roles_table(out);
    buf_add_c(out, "\n## Permissions\n\n");
    permissions_table(out);
    buf_add_c(out,
              "\n## Pages\n\n"
              "- *asks for*: a permission, or `public` (anyone), `session` (anyone signed in), "
              "`self` (the\n"
              "  signed-in person's own account).\n"
              "- *record*: what the page is about and who owns it decides, unless it says none.\n"
              "- **yes**: allowed. Lists show only what is within reach.\n"
              "- **own**: allowed for records of the own organisation and those below it; anything "
              "else is\n"
              "  answered as if it did not exist (404). Being the lead, a member or a party of an "
              "incident\n"
              "  opens that incident besides.\n"
              "- **top**: allowed for who holds the permission for the organisation at the top, "
              "for it holds\n"
              "  for everybody; refused (403) to who holds it for a part.\n"
              "- **no**: refused (403). **hidden**: answered as if it did not exist (404).\n"
              "- **-**: sent to the sign-in page.\n\n");
    routes_table(out);
}
