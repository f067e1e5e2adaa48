#include "lint.h"

/* Floors from below; a folder inside sys, engine and app is a room. */
static const struct {
    const char *folder;
    int floor;
    bool rooms;
} floors[] = {
    {"base/", 1, false}, {"sys/", 2, true},  {"engine/", 2, true},
    {"app/", 3, true},   {"cmd/", 4, false},
};

/* Headers that a room shows besides ROOM/ROOM.h. */
static const char *const also_public[] = {
    "app/audit/tell.h",
    "app/evidence/pages/list.html.h",
    "app/filter/pages/bar.html.h",
    "app/incident/template.h",
    "app/letter/pages/thread.html.h",
    "app/observable/pages/chip.html.h",
    "app/post/pages/admin.html.h",
    "app/undo/api.h",
    "app/web/parts.h",
    "sys/crypto/jose.h",
    "app/web/pages/parts.html.h",
    "sys/crypto/digest.h",
    "sys/crypto/veil.h",
};

struct room {
    struct str name; /* "app/org", "base" */
    int floor;       /* 0: outside src/ */
};

/* From a lower floor everything may be included but what calls itself inner.h; from another room of
 * the same floor only its public headers. */

static struct room room_of(struct str path)
{
    for (size_t i = 0; i < ARRAY_LEN(floors); i++) {
        struct str folder = str_c(floors[i].folder);
        struct str name = str_sub(folder, 0, folder.len - 1);

        if (!str_starts(path, folder))
            continue;
        if (floors[i].rooms) {
            ptrdiff_t slash = str_find_char(str_from(path, folder.len), '/');

            name = str_sub(path, 0, folder.len + (slash < 0 ? 0 : (size_t)slash));
        }
        return (struct room){.name = name, .floor = floors[i].floor};
    }
    return (struct room){0};
}

static bool is_public(struct room room, struct str header)
{
    ptrdiff_t slash = str_rfind_char(room.name, '/');
    struct str last = str_from(room.name, (size_t)(slash + 1));
    struct str file = str_from(header, room.name.len + 1);

    if (file.len == last.len + 2 && str_starts(file, last) && str_ends(file, STR(".h")))
        return true;
    for (size_t i = 0; i < ARRAY_LEN(also_public); i++) {
        if (str_is(header, also_public[i]))
            return true;
    }
    return false;
}

static bool knows_base_only(struct room room)
{
    return str_starts(room.name, STR("engine/")) || str_is(room.name, "base");
}

void lint_include(struct lint *l, const struct source *src, size_t offset, struct str name,
                  struct str header)
{
    struct room from, to;

    if (!str_starts(name, STR("src/")))
        return;
    from = room_of(str_from(name, 4));
    to = room_of(header);
    if (from.floor == 0)
        return;
    if (to.floor == 0)
        problem_at(l->problems, src, offset, "includes are written from src/: \"" STR_FMT "\"",
                   STR_ARG(header));
    else if (str_eq(from.name, to.name))
        return;
    else if (to.floor > from.floor)
        problem_at(l->problems, src, offset, STR_FMT " lies on a higher floor than " STR_FMT,
                   STR_ARG(to.name), STR_ARG(from.name));
    else if (knows_base_only(from) && to.floor > 1)
        problem_at(l->problems, src, offset, STR_FMT " knows base/ and nothing else, not " STR_FMT,
                   STR_ARG(from.name), STR_ARG(to.name));
    else if (to.floor < from.floor ? str_ends(header, STR("/inner.h")) : !is_public(to, header))
        problem_at(l->problems, src, offset, STR_FMT " belongs to " STR_FMT " alone",
                   STR_ARG(header), STR_ARG(to.name));
    else if (from.floor == to.floor)
        *vec_push(&l->edges, l->arena) =
            (struct lint_edge){.from = from.name, .to = to.name, .src = src, .offset = offset};
}

struct search {
    const struct lint *lint;
    struct str goal;
    VEC(struct str) seen;
    struct buf path;
};

static bool reaches(struct search *s, struct str from)
{
    size_t len = s->path.len;

    for (size_t i = 0; i < s->seen.len; i++) {
        if (str_eq(s->seen.at[i], from))
            return false;
    }
    *vec_push(&s->seen, s->lint->arena) = from;
    buf_printf(&s->path, " -> " STR_FMT, STR_ARG(from));
    if (str_eq(from, s->goal))
        return true;
    for (size_t i = 0; i < s->lint->edges.len; i++) {
        const struct lint_edge *e = &s->lint->edges.at[i];

        if (str_eq(e->from, from) && reaches(s, e->to))
            return true;
    }
    s->path.len = len;
    return false;
}

/* Each circle of rooms is told once: from its first room by name, at the first include. */
static bool is_first_place(const struct lint *l, size_t edge, struct str path)
{
    const struct lint_edge *e = &l->edges.at[edge];
    struct str rest = path;
    struct str room;

    for (size_t i = 0; i < edge; i++) {
        if (str_eq(l->edges.at[i].from, e->from) && str_eq(l->edges.at[i].to, e->to))
            return false;
    }
    while (str_split(&rest, ' ', &room)) {
        if (!str_is(room, "->") && str_cmp(room, e->from) < 0)
            return false;
    }
    return true;
}

void lint_cycles(struct lint *l)
{
    for (size_t i = 0; i < l->edges.len; i++) {
        const struct lint_edge *e = &l->edges.at[i];
        struct search s = {.lint = l, .goal = e->from, .path = buf_make(l->arena)};

        buf_add(&s.path, e->from);
        if (reaches(&s, e->to) && is_first_place(l, i, buf_str(&s.path)))
            problem_at(l->problems, e->src, e->offset, "rooms include each other: " STR_FMT,
                       STR_ARG(buf_str(&s.path)));
    }
}
