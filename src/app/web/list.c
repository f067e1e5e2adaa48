#include "app/web/parts.h"
#include "base/text.h"

static const int64_t sizes[] = {25, 50, 100};

/* Beyond it counting through the rows before costs more than anyone reads. */
enum { LAST_PAGE = 10000 };

static struct str sort_name(const char *sort)
{
    return str_c(sort[0] == '-' ? sort + 1 : sort);
}

void web_list_parse(const struct http_request *req, const char *const *sorts, struct web_list *out)
{
    struct str sort = http_arg(req, "sort");
    bool descending = sort.len > 0 && sort.ptr[0] == '-';
    int64_t n, page = 1;

    *out = (struct web_list){.limit = sizes[0], .req = req, .sorts = sorts};
    if (str_to_int(http_arg(req, "n"), &n)) {
        for (size_t i = 0; i < ARRAY_LEN(sizes); i++)
            out->limit = n == sizes[i] ? n : out->limit;
    }
    if (str_to_int(http_arg(req, "page"), &page))
        page = MAX(1, MIN(page, LAST_PAGE));
    else
        page = 1;
    out->offset = (page - 1) * out->limit;
    out->sort = sort_name(sorts[0]);
    out->descending = sorts[0][0] == '-';
    sort = str_from(sort, descending ? 1 : 0);
    for (size_t i = 0; sorts[i] != NULL; i++) {
        if (sort.len > 0 && str_eq(sort, sort_name(sorts[i]))) {
            out->sort = sort_name(sorts[i]);
            out->descending = descending;
        }
    }
    out->q_raw = str_trim(http_arg(req, "q"));
    out->q = text_fold(req->arena, out->q_raw);
}

static void add_arg(struct buf *out, bool *any, struct str name, struct str value)
{
    buf_add_char(out, *any ? '&' : '?');
    html_url_part(out, name);
    buf_add_char(out, '=');
    html_url_part(out, value);
    *any = true;
}

struct str web_url_with(const struct http_request *req, const char *name, struct str value)
{
    struct buf out = buf_make(req->arena);
    struct http_pair *args;
    size_t len = http_args(req, &args);
    bool any = false, placed = value.len == 0;

    buf_add(&out, req->raw_path);
    for (size_t i = 0; i < len; i++) {
        if (str_is(args[i].name, name)) {
            if (!placed)
                add_arg(&out, &any, args[i].name, value);
            placed = true;
        } else if (args[i].value.len > 0 && !str_is(args[i].name, "page")) {
            add_arg(&out, &any, args[i].name, args[i].value);
        }
    }
    if (!placed)
        add_arg(&out, &any, str_c(name), value);
    return buf_str(&out);
}

/* ---- links of the head and the foot of a table ------------------------------------------------
 */

struct ui_sort ui_sort_of(const struct web_list *list, const char *name)
{
    bool current = str_is(list->sort, name);
    bool down = false;
    struct ui_sort sort = {.dir = !current ? NULL : list->descending ? "descending" : "ascending"};

    for (size_t i = 0; list->sorts[i] != NULL; i++) {
        if (str_is(sort_name(list->sorts[i]), name))
            down = list->sorts[i][0] == '-';
    }
    if (current)
        down = !list->descending;
    sort.href = web_url_with(list->req, "sort",
                             str_printf(list->req->arena, "%s%s", down ? "-" : "", name));
    return sort;
}

static struct str page_url(const struct web_list *list, int64_t page)
{
    struct arena *a = list->req->arena;

    return web_url_with(list->req, "page", page > 1 ? str_printf(a, "%" PRId64, page) : STR(""));
}

struct ui_pages ui_pages_of(const struct web_list *list, int64_t total)
{
    struct arena *a = list->req->arena;
    int64_t pages = (total + list->limit - 1) / list->limit;
    int64_t current = list->offset / list->limit + 1;
    struct ui_pages out = {0};
    int64_t said = 0;

    if (total <= 0)
        return out;
    if (current <= pages) {
        out.first = list->offset + 1;
        out.last = MIN(list->offset + list->limit, total);
    } else {
        /* Behind the end (rows went away since): the way back is the last page. */
        current = pages + 1;
        out.first = out.last = total;
    }
    for (int64_t n = 1; n <= pages; n++) {
        int64_t off = n > current ? n - current : current - n;

        if (n != 1 && n != pages && off > 2)
            continue;
        if (said != n - 1)
            *vec_push(&out.numbers, a) = (struct ui_page){.far = true};
        *vec_push(&out.numbers, a) = (struct ui_page){.number = n,
                                                      .href = page_url(list, n),
                                                      .current = n == current,
                                                      .far = off > 1 && n != 1 && n != pages};
        said = n;
    }
    if (current > 1)
        out.previous = page_url(list, current - 1);
    if (current < pages)
        out.next = page_url(list, current + 1);
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        struct str value = i == 0 ? STR("") : str_printf(a, "%" PRId64, sizes[i]);

        *vec_push(&out.sizes, a) = (struct ui_page){.number = sizes[i],
                                                    .href = web_url_with(list->req, "n", value),
                                                    .current = list->limit == sizes[i]};
    }
    return out;
}
