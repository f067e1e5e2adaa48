#include "pogen.h"

static void write_text(struct buf *out, struct str s)
{
    if (s.ptr == NULL) {
        buf_add(out, STR("{0}"));
        return;
    }
    buf_add(out, STR("STR_INIT(\""));
    gen_c_text(out, s);
    buf_add(out, STR("\")"));
}

/* A table of indices, at most half full, found by str_hash and then one after another. */
static void write_slots(const struct po_table *t, struct buf *out)
{
    size_t cap = 16;
    uint32_t *slots;

    while (cap < t->entries.len * 2)
        cap *= 2;
    slots = arena_array(t->arena, uint32_t, cap);
    for (size_t i = 0; i < t->entries.len; i++) {
        size_t at = str_hash(t->entries.at[i]->key) & (cap - 1);

        while (slots[at] != 0)
            at = (at + 1) & (cap - 1);
        slots[at] = (uint32_t)i + 1;
    }
    buf_printf(out, "const uint32_t i18n_slots_mask = %zu;\nconst uint32_t i18n_slots[] = {",
               cap - 1);
    for (size_t i = 0; i < cap; i++)
        buf_printf(out, "%s%u,", i % 16 == 0 ? "\n    " : " ", slots[i]);
    buf_add(out, STR("\n};\n"));
}

void po_write(const struct po_table *t, struct buf *out)
{
    buf_add(out, STR("/* Made by pogen from po/. */\n#include \"sys/i18n/table.h\"\n\n"
                     "const struct i18n_entry i18n_entries[] = {\n"));
    for (size_t i = 0; i < t->entries.len; i++) {
        const struct po_entry *e = t->entries.at[i];

        buf_add(out, STR("    {"));
        write_text(out, e->key);
        buf_add(out, STR(", {"));
        write_text(out, e->text[LANG_VI]);
        buf_add(out, STR(", "));
        write_text(out, e->text[LANG_EN]);
        buf_add(out, STR("}},\n"));
    }
    buf_printf(out, "    {{0}, {{0}}},\n};\nconst size_t i18n_entries_len = %zu;\n",
               t->entries.len);
    write_slots(t, out);
}
