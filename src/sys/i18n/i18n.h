#ifndef SYS_I18N_I18N_H
#define SYS_I18N_I18N_H

#include "base/base.h"

/*
 * Translated texts. Source texts in code and templates are English keys; po/vi.po and po/en.po give
 * both languages (en.po only where the key is not itself the English text). pogen compiles them.
 * A key without a Vietnamese translation fails `make lint`.
 *
 *   T(lang, "Report an incident")                 plain
 *   TC(lang, "incident|Open")                     with a context before "|", not shown
 *   i18n_format(arena, lang, "{n} of {total} done", args...)   with named values
 */
struct str i18n_text(enum lang lang, const char *key);
#define T(lang, key)  i18n_text((lang), (key))
#define TC(lang, key) i18n_text((lang), (key))
/* Marks a key that stands in a table and is translated where it is shown. */
#define N_(key) key

/* Replaces {0}, {1}, ... by the given texts. */
struct str i18n_format(struct arena *a, enum lang lang, const char *key, const struct str *args,
                       size_t len);

/* Numbers: 1.234,5 in Vietnamese, 1,234.5 in English. */
struct str i18n_int(struct arena *a, enum lang lang, int64_t n);
struct str i18n_bytes(struct arena *a, enum lang lang, int64_t n);

/* Times in the site's zone (set once at start): 22/11/2026, 17:46 22/11/2026, and relative for the
 * last day ("5 phút trước"), absolute after. */
void i18n_set_zone(int offset_minutes);
int i18n_zone(void);
struct str i18n_date(struct arena *a, enum lang lang, int64_t ms);
struct str i18n_time(struct arena *a, enum lang lang, int64_t ms);
struct str i18n_relative(struct arena *a, enum lang lang, int64_t ms, int64_t now);
/* "3 giờ 12 phút"; two largest units. */
struct str i18n_duration(struct arena *a, enum lang lang, int64_t ms);

enum lang i18n_lang(struct str tag); /* "vi", "vi-VN", "en-GB": Vietnamese for anything else */
const char *i18n_tag(enum lang lang);

/* Keys that are not in the table come back as they are; how many distinct ones were asked for
 * (tests assert 0). */
size_t i18n_missing(void);

#endif
