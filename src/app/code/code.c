#include "app/code/code.h"

#include "app/code/queries.h"
#include "base/clock.h"
#include "sys/i18n/i18n.h"

static int take_number(struct db *db, struct arena *a, const char *prefix, int64_t year,
                       int64_t *out, struct err *err)
{
    struct code_counter_row row;
    int r = code_counter_next(db, a, str_c(prefix), year, &row, err);

    if (r == 0)
        r = code_counter_first(db, a, str_c(prefix), year, &row, err);
    if (r >= 0)
        *out = row.last;
    return MIN(r, 0);
}

int code_next(struct db *db, struct arena *a, const char *prefix, int64_t now, struct str *out,
              struct err *err)
{
    int year = civil_from_ms(now, i18n_zone()).year;
    int64_t n;
    int r = take_number(db, a, prefix, year, &n, err);

    if (r == 0)
        *out = str_printf(a, "%s-%d-%04" PRId64, prefix, year, n);
    return r;
}

int code_next_plain(struct db *db, struct arena *a, const char *prefix, struct str *out,
                    struct err *err)
{
    int64_t n;
    int r = take_number(db, a, prefix, 0, &n, err);

    if (r == 0)
        *out = str_printf(a, "%s-%04" PRId64, prefix, n);
    return r;
}

/* One part of a code: letters, or figures. Whatever stands between two parts is passed over. */
static struct str next_part(struct str typed, size_t *at)
{
    size_t from;
    bool letters;

    while (*at < typed.len && !isalnum((unsigned char)typed.ptr[*at]))
        *at += 1;
    from = *at;
    letters = from < typed.len && isalpha((unsigned char)typed.ptr[from]);
    while (*at < typed.len && (letters ? isalpha((unsigned char)typed.ptr[*at])
                                       : isdigit((unsigned char)typed.ptr[*at])))
        *at += 1;
    return str_sub(typed, from, *at - from);
}

static struct str upper(struct arena *a, struct str s)
{
    struct buf b = buf_make(a);

    for (size_t i = 0; i < s.len; i++)
        buf_add_char(&b, (char)toupper((unsigned char)s.ptr[i]));
    return buf_str(&b);
}

/* Counted anew every year: who leaves the year out means this one. */
static bool is_yearly(struct str prefix)
{
    return str_is(prefix, "SC") || str_is(prefix, "TB");
}

struct str code_read(struct arena *a, const char *prefix, int64_t now, struct str typed)
{
    enum { PREFIX_MAX = 6, YEAR_MIN = 2000, YEAR_MAX = 2999, DIGITS_MAX = 9 };
    struct str q = str_trim(typed), parts[4], word;
    size_t at = 0, len = 0, n = 0;
    int64_t number, year = 0;

    while (len < ARRAY_LEN(parts) && (parts[len] = next_part(q, &at)).len > 0)
        len++;
    /* One that ends in a dash is still being typed. */
    if (at < q.len || len == 0 || !isalnum((unsigned char)q.ptr[q.len - 1]))
        return STR_EMPTY;
    word = isalpha((unsigned char)parts[0].ptr[0]) ? parts[n++] : str_c(prefix);
    if (word.len == 0 || word.len > PREFIX_MAX ||
        (prefix != NULL && !str_eq_nocase(word, str_c(prefix))))
        return STR_EMPTY;
    word = upper(a, word);
    if (len - n == 2 && (!str_to_int(parts[n++], &year) || year < YEAR_MIN || year > YEAR_MAX))
        return STR_EMPTY;
    if (len - n != 1 || parts[n].len > DIGITS_MAX || !str_to_int(parts[n], &number))
        return STR_EMPTY;
    if (year == 0 && is_yearly(word))
        year = civil_from_ms(now, i18n_zone()).year;
    return year != 0 ? str_printf(a, STR_FMT "-%" PRId64 "-%04" PRId64, STR_ARG(word), year, number)
                     : str_printf(a, STR_FMT "-%04" PRId64, STR_ARG(word), number);
}

struct str code_typed(struct arena *a, const char *prefix, int64_t now, struct str typed)
{
    struct str code = code_read(a, prefix, now, typed);

    return code.len > 0 ? code : str_trim(typed);
}
