#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include "base/base.h"

/*
 * UTF-8 and Vietnamese. Text from outside is checked once, at the edge; inside it is valid UTF-8.
 */

/* True when every byte belongs to a well-formed UTF-8 sequence (RFC 3629: no surrogates, no
 * overlong forms) and, unless `controls`, there is no control character but tab, LF and CR. */
bool text_is_valid(struct str s, bool controls);

/* A copy in which each ill-formed byte became U+FFFD and NUL is gone; *bad counts the replaced
 * ones. */
struct str text_repair(struct arena *a, struct str s, size_t *bad);

/* Decodes one code point off the front of a non-empty slice; U+FFFD for an ill-formed byte. */
uint32_t text_next(struct str *s);
void text_add(struct buf *b, uint32_t code_point);

/* Code points. */
size_t text_length(struct str s);

/* At most n code points, "..." (U+2026) in place of the rest. */
struct str text_ellipsis(struct arena *a, struct str s, size_t n);

/* The same for prose: it ends behind a whole word, where there is one in the second half; so it
 * never ends in the middle of an address. */
struct str text_ellipsis_words(struct arena *a, struct str s, size_t n);

/* For search: lower case, without diacritics (Vietnamese included: "Điều phối" -> "dieu phoi"; đ
 * does not decompose and is mapped), full-width forms narrowed, runs of other characters to one
 * space. */
struct str text_fold(struct arena *a, struct str s);

/* What names are sorted by: two keys compare bytewise (plain ASCII) as a Vietnamese dictionary
 * orders the texts. Letters a ă â b c d đ e ê ... first, the tones ngang, huyền, hỏi, ngã, sắc,
 * nặng only among what is spelled alike; case and punctuation do not count, numbers go by their
 * size. Equal keys do not mean equal texts. Stored beside the name (`sort_key`), because neither
 * SQLite nor the two engines together have one collation for this. */
struct str text_sort_key(struct arena *a, struct str s);

/* As text_fold, with "-" between words, at most max bytes: for file names and anchors. */
struct str text_slug(struct arena *a, struct str s, size_t max);

/* Unicode normalisation form C for the Latin letters of Vietnamese (base letter + combining marks,
 * as macOS and some mail programs send them); other text is left as it is. */
struct str text_compose(struct arena *a, struct str s);

#endif
