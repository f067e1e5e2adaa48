#include "fuzz.h"

#include "engine/hunt/fold.h"
#include "engine/hunt/regex.h"

/* First line: flags and pattern; the rest: a subject. When the pattern matches the subject, the
 * literal taken from it stands in the folded subject. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct regex_scratch *scratch;
    _cleanup_(arena_release) struct arena a = {0};
    struct str rest = str_make((const char *)data, size);
    struct str pattern;
    if (size < 2 || !str_line(&rest, &pattern) || pattern.len < 2)
        return 0;
    if (scratch == NULL)
        scratch = regex_scratch_new();
    unsigned flags = (unsigned)pattern.ptr[0] & 7;
    pattern = str_from(pattern, 1);
    struct regex *r = regex_compile(pattern, flags, NULL);
    if (r == NULL)
        return 0;
    struct str literal = regex_literal(&a, pattern);
    if (regex_match(r, scratch, rest)) {
        char *room = arena_alloc_align(&a, fold_room(rest.len), 1);
        struct str folded = str_make(room, fold_text(rest.ptr, rest.len, room));
        FUZZ_CHECK(literal.len == 0 || str_find(folded, literal) >= 0);
    }
    regex_free(r);
    return 0;
}
