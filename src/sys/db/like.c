#include "sys/db/db.h"

struct str db_like(struct arena *a, struct str text)
{
    struct buf b = buf_make(a);

    if (text.len == 0)
        return STR_EMPTY;
    buf_add_char(&b, '%');
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '%' || text.ptr[i] == '_' || text.ptr[i] == '\\')
            buf_add_char(&b, '\\');
        buf_add_char(&b, text.ptr[i]);
    }
    buf_add_char(&b, '%');
    return buf_str(&b);
}
