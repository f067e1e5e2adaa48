#ifndef ENGINE_HUNT_UTF16_H
#define ENGINE_HUNT_UTF16_H

#include "base/base.h"

/* UTF-16LE to UTF-8. Lone surrogates become U+FFFD. `out` has room for 3 bytes per unit, and 16
 * more; returns the number of bytes written. */
size_t utf16_to_utf8(const unsigned char *in, size_t units, char *out);

/* The same into an arena, which keeps only what the text needs. */
struct str utf16_text(struct arena *a, const unsigned char *in, size_t units);

#endif
