#include "fuzz.h"

#include "sys/http/multipart.h"

/*
 * The first line is a Content-Type, the rest a body. It is parsed at once and in pieces; both must
 * say the same.
 */
struct heard {
    struct buf text;
    bool inside;
};

static int on_begin(void *ctx, const struct multipart_part *p, struct err *err)
{
    struct heard *h = ctx;

    FUZZ_CHECK(!h->inside);
    h->inside = true;
    buf_printf(&h->text, "[%zu", p->name.len);
    buf_add(&h->text, p->name);
    if (p->is_file) {
        buf_add(&h->text, p->file);
        buf_add(&h->text, p->type);
    }
    return 0;
}

static int on_data(void *ctx, struct str data, struct err *err)
{
    struct heard *h = ctx;

    FUZZ_CHECK(h->inside && data.len > 0);
    buf_add(&h->text, data);
    return 0;
}

static int on_end(void *ctx, struct err *err)
{
    struct heard *h = ctx;

    FUZZ_CHECK(h->inside);
    h->inside = false;
    buf_add_char(&h->text, ']');
    return 0;
}

static const struct multipart_sink sink = {on_begin, on_data, on_end};

static int run(struct arena *a, struct str boundary, struct str body, size_t step, struct heard *h)
{
    struct multipart *m = arena_new(a, struct multipart);
    struct err err = {0};
    int r = 0;

    h->text = buf_make(a);
    multipart_init(m, boundary, &sink, h, a);
    for (size_t at = 0; at < body.len && r == 0; at += step)
        r = multipart_feed(m, str_sub(body, at, step), &err);
    if (r == 0)
        r = multipart_finish(m, &err);
    FUZZ_CHECK(r == 0 || (r == ERR_SYNTAX && err.what[0] != '\0'));
    FUZZ_CHECK(r < 0 || !h->inside);
    return r;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_(arena_release) struct arena a = {0};
    struct str body = str_make((const char *)data, size), type, boundary;
    struct heard whole = {0}, pieces = {0};
    int r;

    if (size == 0 || !str_line(&body, &type))
        return 0;
    boundary = multipart_boundary(type, &a);
    if (boundary.len == 0)
        return 0;
    r = run(&a, boundary, body, body.len + 1, &whole);
    FUZZ_CHECK(run(&a, boundary, body, 1 + size % 7, &pieces) == r);
    FUZZ_CHECK(str_eq(buf_str(&whole.text), buf_str(&pieces.text)));
    return 0;
}
