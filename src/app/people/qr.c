#include "app/people/view.h"

#include <qrencode.h>

/* Modules around the symbol that stay light (ISO/IEC 18004). */
enum { QUIET = 4 };

/* A run of dark squares in a row is one rectangle. */
static void add_row(struct buf *out, const QRcode *code, int y)
{
    const unsigned char *row = code->data + (ptrdiff_t)y * code->width;

    for (int x = 0, end; x < code->width; x = end + 1) {
        for (end = x; end < code->width && (row[end] & 1); end++)
            ;
        if (end > x)
            buf_printf(out, "M%d %dh%dv1h-%dz", x + QUIET, y + QUIET, end - x, end - x);
    }
}

bool qr_path(struct arena *a, struct str text, struct str *path, int *size)
{
    QRcode *code = QRcode_encodeString8bit(str_cdup(a, text), 0, QR_ECLEVEL_L);
    struct buf out = buf_make(a);

    if (code == NULL)
        return false;
    for (int y = 0; y < code->width; y++)
        add_row(&out, code, y);
    *path = buf_str(&out);
    *size = code->width + 2 * QUIET;
    QRcode_free(code);
    return true;
}
