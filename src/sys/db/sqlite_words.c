#include "sys/db/sqlite.h"

/*
 * words_fit(text, query): 1 when the text holds what a full-text index would find in it, so that a
 * list can ask the same of the few records that are not in the index yet. The text is what
 * text_fold makes: words with one space between them. The query is of the small part of FTS5's
 * language that words_match writes: "a b" AND "c" *, where * lets the last word go on. Anything
 * else fits nothing.
 */
static bool holds(struct str text, struct str phrase, bool prefix)
{
    ptrdiff_t at;

    while ((at = str_find(text, phrase)) >= 0) {
        size_t end = (size_t)at + phrase.len;

        if ((at == 0 || text.ptr[at - 1] == ' ') &&
            (prefix || end == text.len || text.ptr[end] == ' '))
            return true;
        /* It stands inside a longer word: on behind that. */
        text = str_from(text, (size_t)at + 1);
        if ((at = str_find_char(text, ' ')) < 0)
            return false;
        text = str_from(text, (size_t)at + 1);
    }
    return false;
}

static bool take(struct str *s, struct str what)
{
    if (!str_starts(*s, what))
        return false;
    *s = str_from(*s, what.len);
    return true;
}

static bool fits(struct str text, struct str query)
{
    do {
        struct str phrase;
        ptrdiff_t end;

        if (!take(&query, STR("\"")) || (end = str_find_char(query, '"')) <= 0)
            return false;
        phrase = str_sub(query, 0, (size_t)end);
        query = str_from(query, (size_t)end + 1);
        if (!holds(text, phrase, take(&query, STR(" *"))))
            return false;
    } while (take(&query, STR(" AND ")));
    return query.len == 0;
}

static struct str value(sqlite3_value *v)
{
    const char *ptr = (const char *)sqlite3_value_text(v);

    return ptr == NULL ? STR_EMPTY : (struct str){ptr, (size_t)sqlite3_value_bytes(v)};
}

static void words_fit(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    sqlite3_result_int(ctx, fits(value(argv[0]), value(argv[1])));
}

int sqlite_words(sqlite3 *handle)
{
    return sqlite3_create_function_v2(handle, "words_fit", 2,
                                      SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS, NULL,
                                      words_fit, NULL, NULL, NULL);
}
