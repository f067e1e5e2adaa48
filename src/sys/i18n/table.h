#ifndef SYS_I18N_TABLE_H
#define SYS_I18N_TABLE_H

#include "base/base.h"

/* What pogen makes of po/. A slot holds the index of an entry plus one; 0 is empty. A key stands at
 * the slot str_hash(key) & mask or at the next free ones behind it. */
struct i18n_entry {
    struct str key;
    struct str text[LANG_COUNT]; /* NULL pointer: the key itself, without its context */
};

extern const struct i18n_entry i18n_entries[];
extern const size_t i18n_entries_len;
extern const uint32_t i18n_slots[];
extern const uint32_t i18n_slots_mask;

#endif
